from __future__ import annotations

import pytest

from ivr.media.codec import Codec
from ivr.sip.fault import SipFault
from ivr.sip.media_session import MediaSession
from ivr.sip.offer_answer import answer, choose, foreign_address, offer
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
        ("m=audio 4000 UDP/TLS/RTP/SAVPF 0",),
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
    ("lines", "warning"),
    [
        (("m=image 4000 udptl t38",), 304),
        (("m=audio 4000 UDP/TLS/RTP/SAVP 0",), 302),
        (("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1"), 301),
        (("m=audio 4000 RTP/AVP 18 101",), 305),
        (("m=audio 4000 RTP/SAVP 0", "m=audio 4002 RTP/AVP 18"), 305),
    ],
)
def test_a_refusal_says_what_was_in_the_way(lines: tuple[str, ...], warning: int) -> None:
    with pytest.raises(SipFault) as caught:
        choose(parse_sdp(sdp(*lines)))
    [(name, value)] = caught.value.headers
    assert name == "warning"
    assert value.startswith(f"{warning} hotline ")


def test_only_the_family_of_our_own_end_is_usable() -> None:
    theirs = parse_sdp(sdp("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::9"))
    assert choose(theirs, is_ipv6=True).remote.address == "2001:db8::9"
    with pytest.raises(SipFault):
        choose(parse_sdp(sdp("m=audio 4000 RTP/AVP 0")), is_ipv6=True)
    media = SilentMedia()
    said = MediaSession("a", media, "2001:db8::1").offer()
    assert b"o=- " in said
    assert said.count(b" IN IP6 2001:db8::1\r\n") == 1
    assert b"\r\nc=IN IP6 2001:db8::1\r\n" in said


def test_audio_may_come_from_the_other_family_than_the_call() -> None:
    six = parse_sdp(sdp("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::9"))
    four = parse_sdp(sdp("m=audio 4000 RTP/AVP 0"))
    assert foreign_address(six, is_ipv6=False) == "2001:db8::9"
    assert foreign_address(four, is_ipv6=True) == "192.0.2.9"
    assert foreign_address(six, is_ipv6=True) is None
    assert foreign_address(parse_sdp(sdp()), is_ipv6=True) is None


@pytest.mark.parametrize(
    ("lines", "ptime"),
    [
        ((), 20),
        (("a=ptime:30",), 30),
        (("a=ptime:10.0",), 10),
        (("a=ptime:5",), 10),
        (("a=ptime:25",), 20),
        (("a=ptime:120",), 60),
        (("a=maxptime:10",), 10),
        (("a=ptime:40", "a=maxptime:30"), 30),
        (("a=ptime:0", "a=maxptime:-1"), 20),
        (("a=ptime:x",), 20),
    ],
)
def test_packets_are_as_long_as_they_like_them(lines: tuple[str, ...], ptime: int) -> None:
    theirs = parse_sdp(sdp("m=audio 4000 RTP/AVP 0", *lines))
    choice = choose(theirs)
    assert choice.remote.ptime == ptime
    assert answer(theirs, choice, 1, 1, "192.0.2.1", 5000).streams[0].ptime == ptime


def test_rtcp_goes_where_they_want_it() -> None:
    def remote(*lines: str) -> tuple[int | None, bool]:
        found = choose(parse_sdp(sdp("m=audio 4000 RTP/AVP 0", *lines))).remote
        return found.rtcp_port, found.rtcp_mux

    assert remote() == (None, False)
    assert remote("a=rtcp:4101") == (4101, False)
    assert remote("a=rtcp:4101 IN IP4 203.0.113.66") == (None, False)
    assert remote("a=rtcp:99999") == (None, False)
    assert remote("a=rtcp-mux") == (None, True)


def test_sharing_a_port_with_rtcp_is_agreed_to_where_they_offer_it_only() -> None:
    for line, is_shared in (("a=rtcp-mux", True), ("a=sendrecv", False)):
        theirs = parse_sdp(sdp("m=audio 4000 RTP/AVP 0", line))
        said = answer(theirs, choose(theirs), 1, 1, "192.0.2.1", 5000).serialise()
        assert (b"a=rtcp-mux" in said) is is_shared
    assert b"rtcp-mux" not in offer(1, 1, "192.0.2.1", 5000).serialise()


def test_comfort_noise_is_agreed_to_by_their_number() -> None:
    for line, number in (("13", 13), ("98", 98), ("19", None)):
        theirs = parse_sdp(sdp(f"m=audio 4000 RTP/AVP 0 {line}", "a=rtpmap:98 CN/8000"))
        choice = choose(theirs)
        assert choice.remote.comfort_noise_payload_type == number
        said = answer(theirs, choice, 1, 1, "192.0.2.1", 5000).streams[0]
        assert said.formats == (("0", line) if number else ("0",))


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
    assert said.streams[0].formats == ("9", "0", "8", "101", "13")
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


def test_a_new_offer_of_ours_keeps_places_and_numbers() -> None:
    session = MediaSession("a", SilentMedia(), "192.0.2.1")
    session.answer(
        sdp(
            "m=video 5000 RTP/AVP 96",
            "m=audio 4000 RTP/AVP 0 110 96",
            "a=rtpmap:110 G722/8000",
            "a=rtpmap:96 telephone-event/8000",
        )
    )
    said = parse_sdp(session.offer())
    assert [(stream.kind, stream.port) for stream in said.streams] == [("video", 0), ("audio", 40002)]
    assert said.streams[1].formats == ("110", "0", "8", "96", "13")
    assert session.repeat() == session.offer()
    assert len(parse_sdp(session.offer(anew=True)).streams) == 1


def test_held_the_old_way_they_stay_where_they_were() -> None:
    session = MediaSession("a", SilentMedia(), "192.0.2.1")
    session.answer(sdp("m=audio 4000 RTP/AVP 0"))
    session.answer(sdp("m=audio 4444 RTP/AVP 0", "c=IN IP4 0.0.0.0"))
    assert session.remote is not None
    assert (session.remote.address, session.remote.port, session.is_held) == ("192.0.2.9", 4000, True)


def test_a_refused_offer_changes_nothing() -> None:
    session = MediaSession("a", SilentMedia(), "192.0.2.1")
    session.answer(sdp("m=audio 4000 RTP/AVP 0"))
    before = session.remote
    with pytest.raises(SipFault):
        session.answer(sdp("m=audio 4000 RTP/AVP 18"))
    assert session.remote == before
