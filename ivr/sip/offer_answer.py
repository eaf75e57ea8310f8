"""Offer and answer (RFC 3264) for one audio stream: what is chosen, what we say, where their audio is to go."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ivr.media.codec import Codec
from ivr.media.remote import RemoteMedia
from ivr.sip.fault import SipFault
from ivr.sip.sdp import Direction, SessionDescription, Stream

#: The payload types we offer for telephone keys (RFC 4733) and comfort noise (RFC 3389).
EVENT_PAYLOAD_TYPE = 101
COMFORT_NOISE_PAYLOAD_TYPE = 13
#: Milliseconds a packet: what we offer, and the shortest and longest we send.
PTIME = 20
_PTIMES = (10, 60)

#: AVPF is taken too: its answer without feedback lines is plain AVP in all but name.
_PROTOCOLS = ("RTP/AVP", "RTP/AVPF")
_STATIC = {str(codec.payload_type): codec for codec in Codec}
_BY_NAME = {f"{codec.encoding_name}/{codec.clock_rate}": codec for codec in Codec}
_EVENT = "TELEPHONE-EVENT/8000"
_COMFORT_NOISE = "CN/8000"

#: What a 488 says in its Warning header (RFC 3261, 20.43), by how near to acceptable the nearest stream came.
_WARNINGS = (
    '304 hotline "Media type not available"',
    '302 hotline "Incompatible transport protocol"',
    '301 hotline "Incompatible network address formats"',
    '305 hotline "Incompatible media format"',
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Stream `index` of their description, and the audio it means."""

    index: int
    remote: RemoteMedia


def choose(theirs: SessionDescription, *, is_answer: bool = False, is_ipv6: bool = False) -> Choice:
    """Their first stream that we can take part in, in the widest band. Raises SipFault(488) if there is none.

    Of an offer wide band is taken first, since it is heard best; between the two G.711s their own order decides. Of an
    answer the first codec is taken: it is the one they will send. `is_ipv6`: the family of our own end.
    """
    nearest = 0
    for index, stream in enumerate(theirs.streams):
        address = stream.address or theirs.address
        codecs = [(codec, key) for key in stream.formats if (codec := _codec(stream, key)) is not None]
        tests = (
            stream.kind == "audio" and stream.port > 0,
            stream.protocol in _PROTOCOLS,
            _is_usable(address, is_ipv6=is_ipv6),
            bool(codecs),
        )
        if all(tests):
            codec, key = codecs[0] if is_answer else min(codecs, key=lambda pair: pair[0] is not Codec.G722)
            return Choice(index, _remote(stream, address, codec, key))
        nearest = max(nearest, tests.index(False))
    raise SipFault(488, "no audio that we know", (("warning", _WARNINGS[nearest]),))


def foreign_address(theirs: SessionDescription, *, is_ipv6: bool) -> str | None:
    """Where their audio is, if it can be had in the other family of addresses only: who signals by IPv6 may well have a
    gateway that talks IPv4 (RFC 6157). None if it is in the family named, or of no use in either."""
    for wanted in (is_ipv6, not is_ipv6):
        try:
            found = choose(theirs, is_ipv6=wanted).remote.address
        except SipFault:
            continue
        return None if wanted is is_ipv6 else found
    return None


def offer(
    session_id: int,
    version: int,
    address: str,
    port: int,
    said: tuple[Stream, ...] = (),
    agreed: Choice | None = None,
) -> SessionDescription:
    """Everything we can do, best first. `port` is ours.

    Within a session (`said` last, `agreed` then) the streams keep their places and the payload types their meanings
    (RFC 3264, 8).
    """
    remote = agreed.remote if agreed else None
    names: dict[str, str] = {}
    for codec in Codec:
        key = remote.payload_type if remote and codec is remote.codec else codec.payload_type
        names.setdefault(str(key), f"{codec.encoding_name}/{codec.clock_rate}")
    event = _unused(names, remote.event_payload_type if remote else None, EVENT_PAYLOAD_TYPE)
    ours = _ours(port, names, event, _unused({**names, str(event): ""}, COMFORT_NOISE_PAYLOAD_TYPE))
    if agreed is None:
        return SessionDescription(session_id, version, address, (ours,))
    ours = replace(ours, protocol=said[agreed.index].protocol)
    streams = tuple(ours if index == agreed.index else stream for index, stream in enumerate(said))
    return SessionDescription(session_id, version, address, streams)


def answer(
    theirs: SessionDescription, choice: Choice, session_id: int, version: int, address: str, port: int
) -> SessionDescription:
    """Our answer to their offer: the chosen stream, every other one refused in its place (RFC 3264, 6)."""
    remote = choice.remote
    names = {str(remote.payload_type): f"{remote.codec.encoding_name}/{remote.codec.clock_rate}"}
    ours = replace(
        _ours(port, names, remote.event_payload_type, remote.comfort_noise_payload_type),
        protocol=theirs.streams[choice.index].protocol,
        direction=Direction.of(sends=remote.sending, receives=remote.receiving),
        ptime=remote.ptime,
        rtcp_mux=remote.rtcp_mux,
    )
    streams = tuple(
        ours if index == choice.index else replace(stream, port=0) for index, stream in enumerate(theirs.streams)
    )
    return SessionDescription(session_id, version, address, streams)


def _remote(stream: Stream, address: str, codec: Codec, key: str) -> RemoteMedia:
    is_held = ipaddress.ip_address(address).is_unspecified  # the hold of RFC 2543: 0.0.0.0
    return RemoteMedia(
        address=address,
        port=stream.port,
        codec=codec,
        payload_type=int(key),
        event_payload_type=_named(stream, _EVENT),
        sending=stream.direction.receives and not is_held,
        receiving=stream.direction.sends,
        ptime=_ptime(stream),
        comfort_noise_payload_type=_named(stream, _COMFORT_NOISE, COMFORT_NOISE_PAYLOAD_TYPE),
        rtcp_port=stream.rtcp_port,
        rtcp_mux=stream.rtcp_mux,
    )


def _ours(port: int, codecs: dict[str, str], event: int | None, comfort_noise: int | None) -> Stream:
    names = tuple(codecs.items())
    fmtp: tuple[tuple[str, str], ...] = ()
    if event is not None:
        names = (*names, (str(event), "telephone-event/8000"))
        fmtp = ((str(event), "0-15"),)
    if comfort_noise is not None:
        names = (*names, (str(comfort_noise), "CN/8000"))
    formats = tuple(key for key, _ in names)
    return Stream("audio", port, "RTP/AVP", formats, rtpmap=names, fmtp=fmtp, ptime=PTIME)


def _unused(names: Iterable[str], *wanted: int | None) -> int | None:
    """The first of the numbers wanted that means nothing else yet."""
    return next((key for key in wanted if key is not None and str(key) not in names), None)


def _codec(stream: Stream, key: str) -> Codec | None:
    """The codec behind a payload type: by its name where it has one, else by the number (RFC 3551)."""
    if not _is_payload_type(key):
        return None
    encoding = stream.encoding(key)
    return _STATIC.get(key) if encoding is None else _BY_NAME.get(encoding.removesuffix("/1"))


def _named(stream: Stream, encoding: str, static: int | None = None) -> int | None:
    """The payload type of that name, or the static one where it stands unnamed."""
    for key in stream.formats:
        name = stream.encoding(key)
        is_static = name is None and key == str(static)
        if _is_payload_type(key) and (is_static or (name or "").removesuffix("/1") == encoding):
            return int(key)
    return None


def _ptime(stream: Stream) -> int:
    """Milliseconds a packet as they want them, in the steps of ten that we can send."""
    shortest, longest = _PTIMES
    wanted = min(stream.ptime or PTIME, stream.maxptime or longest)
    return max(shortest, min(longest, wanted - wanted % 10))


def _is_payload_type(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 3 and int(key) < 128


def _is_usable(address: str, *, is_ipv6: bool) -> bool:
    """A literal of one host of our own family. Names are refused: looking them up would let a call hold up others."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (parsed.version == 6) is is_ipv6 and not parsed.is_multicast and address != "255.255.255.255"
