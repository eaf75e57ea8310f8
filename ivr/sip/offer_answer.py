"""Offer and answer (RFC 3264) for one audio stream: what is chosen, what we say, where their audio is to go."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace

from ivr.media.codec import Codec
from ivr.media.remote import RemoteMedia
from ivr.sip.fault import SipFault
from ivr.sip.sdp import Direction, SessionDescription, Stream

#: The payload type we offer for telephone keys (RFC 4733).
EVENT_PAYLOAD_TYPE = 101
PTIME = 20

#: AVPF is taken too: its answer without feedback lines is plain AVP in all but name.
_PROTOCOLS = ("RTP/AVP", "RTP/AVPF")
_STATIC = {str(codec.payload_type): codec for codec in Codec}
_BY_NAME = {f"{codec.encoding_name}/{codec.clock_rate}": codec for codec in Codec}
_EVENT = "TELEPHONE-EVENT/8000"


@dataclass(frozen=True, slots=True)
class Choice:
    """Stream `index` of their description, and the audio it means."""

    index: int
    remote: RemoteMedia


def choose(theirs: SessionDescription, *, is_answer: bool = False) -> Choice:
    """Their first stream that we can take part in, in the widest band. Raises SipFault(488) if there is none.

    Of an offer wide band is taken first, since it is heard best; between the two G.711s their own order decides. Of an
    answer the first codec is taken: it is the one they will send.
    """
    for index, stream in enumerate(theirs.streams):
        address = stream.address or theirs.address
        if stream.kind != "audio" or stream.protocol not in _PROTOCOLS or not stream.port or not _is_usable(address):
            continue
        codecs = [(codec, key) for key in stream.formats if (codec := _codec(stream, key)) is not None]
        if not codecs:
            continue
        codec, key = codecs[0] if is_answer else min(codecs, key=lambda pair: pair[0] is not Codec.G722)
        events = [int(k) for k in stream.formats if stream.encoding(k) == _EVENT and _is_payload_type(k)]
        held = address == "0.0.0.0"  # noqa: S104 - the hold of RFC 2543, nothing is bound here
        return Choice(
            index,
            RemoteMedia(
                address=address,
                port=stream.port,
                codec=codec,
                payload_type=int(key),
                event_payload_type=events[0] if events else None,
                sending=stream.direction.receives and not held,
                receiving=stream.direction.sends,
                ptime=stream.ptime or PTIME,
            ),
        )
    raise SipFault(488, "no audio that we know")


def offer(session_id: int, version: int, address: str, port: int) -> SessionDescription:
    """Everything we can do, best first. `port` is ours."""
    codecs = tuple((str(codec.payload_type), f"{codec.encoding_name}/{codec.clock_rate}") for codec in Codec)
    return SessionDescription(session_id, version, address, (_ours(port, codecs, EVENT_PAYLOAD_TYPE),))


def answer(
    theirs: SessionDescription, choice: Choice, session_id: int, version: int, address: str, port: int
) -> SessionDescription:
    """Our answer to their offer: the chosen stream, every other one refused in its place (RFC 3264, 6)."""
    remote = choice.remote
    codec = (str(remote.payload_type), f"{remote.codec.encoding_name}/{remote.codec.clock_rate}")
    ours = replace(
        _ours(port, (codec,), remote.event_payload_type),
        protocol=theirs.streams[choice.index].protocol,
        direction=Direction.of(sends=remote.sending, receives=remote.receiving),
    )
    streams = tuple(
        ours if index == choice.index else replace(stream, port=0) for index, stream in enumerate(theirs.streams)
    )
    return SessionDescription(session_id, version, address, streams)


def _ours(port: int, codecs: tuple[tuple[str, str], ...], event: int | None) -> Stream:
    names = codecs
    fmtp: tuple[tuple[str, str], ...] = ()
    if event is not None:
        names = (*codecs, (str(event), "telephone-event/8000"))
        fmtp = ((str(event), "0-15"),)
    formats = tuple(key for key, _ in names)
    return Stream("audio", port, "RTP/AVP", formats, rtpmap=names, fmtp=fmtp, ptime=PTIME)


def _codec(stream: Stream, key: str) -> Codec | None:
    """The codec behind a payload type: by its name where it has one, else by the number (RFC 3551)."""
    if not _is_payload_type(key):
        return None
    encoding = stream.encoding(key)
    return _STATIC.get(key) if encoding is None else _BY_NAME.get(encoding.removesuffix("/1"))


def _is_payload_type(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 3 and int(key) < 128


def _is_usable(address: str) -> bool:
    """An IPv4 literal of one host. Names are refused: looking them up would let a call hold up the others."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return not parsed.is_multicast and address != "255.255.255.255"
