from __future__ import annotations

import pytest

from ivr.media.codec import Codec
from ivr.sip.fault import SipFault
from ivr.sip.media_session import MediaSession
from ivr.sip.offer_answer import answer, choose, offer
from ivr.sip.sdp import Direction, parse_sdp
from tests.sip.silent_media import SilentMedia

HEAD = "v=0\r\no=u 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"


def sdp(*lines: str) -> bytes:
    return (HEAD + "".join(f"{line}\r\n" for line in lines)).encode()


def test_wide_band_is_taken_wherever_it_stands() -> None:
    remote = choose(parse_sdp(sdp("m=audio 4000 RTP/AVP 0 8 9 101", "a=rtpmap:101 telephone-event/8000"))).remote
    assert (remote.address, remote.port) == ("192.0.2.9", 4000)
    assert remote.codec is Codec.G722
    assert remote.payload_type == 9
    assert remote.event_payload_type == 101
    assert remote.sending
    assert remote.receiving


def test_between_the_narrow_codecs_their_order_decides() -> None:
    assert choose(parse_sdp(sdp("m=audio 4000 RTP/AVP 18 8 0"))).remote.codec is Codec.PCMA


def test_of_an_answer_the_first_codec_is_taken() -> None:
    assert choose(parse_sdp(sdp("m=audio 4000 RTP/AVP 0 9")), is_answer=True).remote.codec is Codec.PCMU


def test_a_name_overrules_the_number() -> None:
    remote = choose(
        parse_sdp(sdp("m=audio 4000 RTP/AVP 0 110", "a=rtpmap:0 OPUS/48000/2", "a=rtpmap:110 g722/8000/1"))
    ).remote
    assert remote.codec is Codec.G722
    assert remote.payload_type == 110


@pytest.mark.parametrize(
    "lines",
    [
        ("m=audio 4000 RTP/AVP 18",),
        ("m=audio 0 RTP/AVP 0",),
        ("m=image 4000 udptl t38",),
        ("m=audio 4000 RTP/SAVP 0",),
        ("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1"),
        ("m=audio 4000 RTP/AVP 0", "c=IN IP4 host.example"),
        ("m=audio 4000 RTP/AVP 0", "c=IN IP4 224.0.0.1/127"),
        ("m=audio 4000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"),
        (),
        tuple("m=audio 9 RTP/AVP 0" for _ in range(300)),
    ],
)
def test_an_offer_without_anything_for_us_is_not_acceptable(lines: tuple[str, ...]) -> None:
    with pytest.raises(SipFault) as caught:
        choose(parse_sdp(sdp(*lines)))
    assert caught.value.code == 488


@pytest.mark.parametrize(
    "body",
    [
        b"hello world",
        b"v=0\r\nm=audio\r\n",
        b"m=audio 99999999 RTP/AVP 0\r\n",
        b"m=audio abc RTP/AVP 0\r\n",
        b"c=IN\r\n",
    ],
)
def test_what_is_not_a_description_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(SipFault) as caught:
        parse_sdp(body)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("line", "sending", "receiving", "ours"),
    [
        ("a=sendonly", False, True, Direction.RECVONLY),
        ("a=recvonly", True, False, Direction.SENDONLY),
        ("a=inactive", False, False, Direction.INACTIVE),
        ("a=sendrecv", True, True, Direction.SENDRECV),
        ("c=IN IP4 0.0.0.0", False, True, Direction.RECVONLY),
    ],
)
def test_hold_is_heard_and_answered(line: str, sending: bool, receiving: bool, ours: Direction) -> None:
    theirs = parse_sdp(sdp("m=audio 4000 RTP/AVP 0", line))
    choice = choose(theirs)
    assert (choice.remote.sending, choice.remote.receiving) == (sending, receiving)
    said = parse_sdp(answer(theirs, choice, 1, 1, "192.0.2.1", 5000).serialise())
    assert said.streams[0].direction is ours


def test_a_direction_for_the_whole_session_counts() -> None:
    theirs = parse_sdp((HEAD + "a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\n").encode())
    assert not choose(theirs).remote.sending


def test_every_stream_gets_its_answer_in_its_place() -> None:
    theirs = parse_sdp(sdp("m=video 5000 RTP/AVP 96", "m=audio 4000 RTP/AVPF 8", "m=audio 4002 RTP/AVP 0"))
    said = parse_sdp(answer(theirs, choose(theirs), 1, 1, "192.0.2.1", 5000).serialise())
    assert [(stream.kind, stream.port, stream.protocol) for stream in said.streams] == [
        ("video", 0, "RTP/AVP"),
        ("audio", 5000, "RTP/AVPF"),
        ("audio", 0, "RTP/AVP"),
    ]
    assert said.streams[1].formats == ("8",)


def test_our_offer_has_wide_band_first() -> None:
    said = parse_sdp(offer(1, 1, "192.0.2.1", 5000).serialise())
    assert said.streams[0].formats == ("9", "0", "8", "101")
    assert said.streams[0].encoding("9") == "G722/8000"
    assert said.streams[0].ptime == 20
    assert said.address == "192.0.2.1"


def test_the_version_rises_only_with_a_change() -> None:
    session = MediaSession("a", SilentMedia(), "192.0.2.1")
    first = session.answer(sdp("m=audio 4000 RTP/AVP 0"))
    assert session.answer(sdp("m=audio 4000 RTP/AVP 0")) == first
    held = session.answer(sdp("m=audio 4000 RTP/AVP 0", "a=sendonly"))
    origin = [body.decode().splitlines()[1].split() for body in (first, held)]
    assert origin[0][1] == origin[1][1]
    assert int(origin[1][2]) == int(origin[0][2]) + 1


def test_a_refused_offer_changes_nothing() -> None:
    session = MediaSession("a", SilentMedia(), "192.0.2.1")
    session.answer(sdp("m=audio 4000 RTP/AVP 0"))
    before = session.remote
    with pytest.raises(SipFault):
        session.answer(sdp("m=audio 4000 RTP/AVP 18"))
    assert session.remote == before
