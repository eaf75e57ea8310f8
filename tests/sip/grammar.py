"""SIP messages and session descriptions as hypothesis draws them: by the grammar first, then damaged.

`KNOWN` names stand for what only the running call knows; `fill` puts the true ones in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

METHODS = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "INFO",
    "UPDATE",
    "NOTIFY",
    "REFER",
    "PRACK",
    "REGISTER",
    "SUBSCRIBE",
    "MESSAGE",
    "PUBLISH",
    "FOO",
    "invite",
]
#: Call-ID, our tag, their tag and the branch of a call that is there.
KNOWN = ("@CALL@", "@OURS@", "@THEIRS@", "@BRANCH@")

_TOKEN = st.text("abcXYZ019-.!%*_+`'~", min_size=1, max_size=12)
_BLANK = st.sampled_from(["", " ", "  ", "\t", "\r\n ", " \r\n\t "])
_HOST = st.sampled_from(
    [
        "192.0.2.9",
        "192.0.2.1",
        "example.com",
        "[2001:db8::9]",
        "localhost",
        "a" * 60 + ".example",
        "255.255.255.255",
        "x_y",
    ]
)
_PORT = st.sampled_from(["", "", "", ":5060", ":5062", ":1", ":65535"])
_USER = st.sampled_from(["", "ann@", "+82105550123@", "a%20b@", "1;x=2@", "%00@", "hotline:pass@", "\udce9\udcff@"])
_PARAMETER = st.builds(
    lambda name, value: f";{name}{value}",
    _TOKEN,
    st.one_of(st.just(""), _TOKEN.map("={}".format), st.sampled_from(['="quoted;,<>"', '="\\""', "=", "=[::1]"])),
)
_PARAMETERS = st.lists(_PARAMETER, max_size=2).map("".join)
_URI = st.one_of(
    st.builds("sip:{}{}{}{}".format, _USER, _HOST, _PORT, _PARAMETERS),
    st.sampled_from(["tel:+82-2-123", "sips:ann@example.com", "urn:service:sos", "sip:192.0.2.9:5062;transport=tcp"]),
)
_DISPLAY = st.sampled_from(["", "Ann ", '"Ann" ', '"a \\" b" ', '"<sip:x>" ', '"\udcff" ', "한국어 ", '"" '])
_ADDRESS = st.one_of(st.builds("{}<{}>".format, _DISPLAY, _URI), _URI)
_TAG = st.sampled_from(["", ";tag=@OURS@", ";tag=@THEIRS@", ";tag=other", ";tag"])
_BRANCH = st.one_of(
    st.sampled_from(["", ";branch=@BRANCH@", ";branch=z9hG4bK", ";branch=old", ";branch"]),
    _TOKEN.map(";branch=z9hG4bK{}".format),
)
_VIA = st.builds(
    "SIP/2.0/{} {}{}{}{}{}".format,
    st.sampled_from(["UDP", "TCP", "TLS", "udp", "NEW"]),
    _HOST,
    _PORT,
    _BRANCH,
    st.sampled_from([";rport", "", ";rport=9", ";rport=x"]),
    _PARAMETERS,
)
_NUMBER = st.one_of(st.integers(0, 3), st.sampled_from([2**31 - 1, 2**31, 2**40]))
_EXTENSION = st.sampled_from(["timer", "100rel", "replaces", "norefersub", "xyz"])
_OTHER = st.one_of(
    st.builds("Max-Forwards: {}".format, _NUMBER),
    st.builds("Contact: {}".format, _ADDRESS),
    st.builds("m: {}{}".format, _ADDRESS, _PARAMETERS),
    st.builds("Record-Route: <{};lr>".format, _URI),
    st.builds("Route: <{};lr>".format, _URI),
    st.builds("Require: {}".format, _EXTENSION),
    st.builds("Supported: {}, {}".format, _EXTENSION, _EXTENSION),
    st.builds("Session-Expires: {}{}".format, _NUMBER, st.sampled_from(["", ";refresher=uac", ";refresher=uas", ";x"])),
    st.builds("Min-SE: {}".format, _NUMBER),
    st.builds("RAck: {} {} INVITE".format, _NUMBER, _NUMBER),
    st.builds("RSeq: {}".format, _NUMBER),
    st.builds("Refer-To: {}".format, _ADDRESS),
    st.just("Refer-To: <sip:x@192.0.2.9?Replaces=@CALL@%3Bto-tag%3D@OURS@%3Bfrom-tag%3D@THEIRS@>"),
    st.just("Replaces: @CALL@;to-tag=@OURS@;from-tag=@THEIRS@"),
    st.builds("Replaces: {};to-tag={};from-tag={}".format, _TOKEN, _TOKEN, _TOKEN),
    st.builds("Referred-By: {}".format, _ADDRESS),
    st.builds("Event: {}".format, st.sampled_from(["refer", "presence", "refer;id=2", ""])),
    st.builds("Subscription-State: {}".format, st.sampled_from(["active", "terminated;reason=x", ";;"])),
    st.builds("Retry-After: {}".format, _NUMBER),
    st.builds("Reason: {}".format, st.sampled_from(['SIP;cause=200;text="x"', "Q.850;cause=16", ";;", '"'])),
    st.builds("P-Asserted-Identity: {}".format, _ADDRESS),
    st.builds("Accept: {}".format, st.sampled_from(["application/sdp", "*/*", "text/plain", ""])),
    st.builds("WWW-Authenticate: {}".format, st.sampled_from(['Digest realm="a", nonce="b"', "Digest", "Basic x", ""])),
    st.builds("{}:{}{}".format, _TOKEN, _BLANK, _TOKEN),
)

_FORMATS = st.lists(
    st.sampled_from(["0", "8", "9", "13", "18", "96", "101", "111", "127", "128", "x"]), min_size=1, max_size=5
).map(" ".join)
_SDP_LINE = st.one_of(
    st.builds("m={} {} {} {}".format,
              st.sampled_from(["audio", "audio", "audio", "video", "image"]),
              st.sampled_from(["31000", "31000", "0", "9", "65535", "99999", "31000/2"]),
              st.sampled_from(["RTP/AVP", "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "udptl"]),
              _FORMATS),
    st.builds("c=IN {}".format,
              st.sampled_from(["IP4 192.0.2.9", "IP4 0.0.0.0", "IP6 2001:db8::9", "IP4 x", "IP4", "IP4 224.1.1.1"])),
    st.builds("a=rtpmap:{} {}".format, st.sampled_from(["0", "8", "9", "96", "101", "x"]),
              st.sampled_from(["PCMU/8000", "PCMA/8000/1", "G722/8000", "telephone-event/8000", "opus/48000/2", ""])),
    st.builds("a=fmtp:{} {}".format, st.sampled_from(["101", "9", ""]), st.sampled_from(["0-15", "0-", "x=1", ""])),
    st.sampled_from(["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive", "a=crypto:1", "a="]),
    st.sampled_from(["a=ptime:20", "a=ptime:0", "a=ptime:10000000", "a=maxptime:x", "a=maxptime:60"]),
    st.sampled_from(["a=rtcp-mux", "a=rtcp:9", "a=rtcp:9 IN IP4 192.0.2.8", "a=rtcp:0"]),
    st.sampled_from(["t=0 0", "s=-", "b=AS:64", "z=", "k=x", "=", "v=0"]),
)  # fmt: skip
_SDP_START = "v=0\r\no=u 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 31000 RTP/AVP "
DESCRIPTIONS = st.builds(
    lambda formats, lines: "\r\n".join([f"{_SDP_START}{formats}", *lines, ""]),
    _FORMATS,
    st.lists(_SDP_LINE, max_size=8),
)
_BODY = st.one_of(
    st.just(("", "")),
    st.tuples(st.just("application/sdp"), DESCRIPTIONS),
    st.tuples(st.just("application/sdp"), DESCRIPTIONS),
    st.tuples(st.sampled_from(["application/dtmf-relay", "application/dtmf"]),
              st.sampled_from(["Signal=5\r\n", "5", "", "Signal", "16"])),
    st.tuples(st.just("message/sipfrag"), st.sampled_from(["SIP/2.0 200 OK", "SIP/2.0 100", "SIP/2.0 999", "x"])),
    st.tuples(st.just("multipart/mixed;boundary=b"),
              DESCRIPTIONS.map("--b\r\nContent-Type: application/sdp\r\n\r\n{}\r\n--b--\r\n".format)),
    st.tuples(st.sampled_from(["text/plain", "", ";", "application/sdp;x"]), st.text(max_size=20)),
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A request or a response with nothing wrong in its grammar, though perhaps in its sense."""
    method = draw(st.sampled_from(METHODS))
    request = draw(st.integers(0, 3)) > 0
    uri = draw(st.one_of(st.just("sip:hotline@192.0.2.1"), _URI))
    start = f"{method} {uri} SIP/2.0" if request else f"SIP/2.0 {draw(st.integers(100, 699))} {draw(_DISPLAY)}"
    ours, theirs = "<sip:hotline@192.0.2.1>", "<sip:ann@192.0.2.9>"
    call = draw(st.one_of(st.just("@CALL@"), _TOKEN))
    lines = [
        f"Via: {','.join(draw(st.lists(_VIA, min_size=1, max_size=3)))}",
        f"From: {draw(st.one_of(st.just(theirs), _ADDRESS))}{draw(st.one_of(st.just(';tag=@THEIRS@'), _TAG))}",
        f"To: {draw(st.one_of(st.just(ours), _ADDRESS))}{draw(st.one_of(st.just(';tag=@OURS@'), _TAG))}",
        f"Call-ID: {call}",
        f"CSeq: {draw(st.integers(0, 5))} {method}",
        *draw(st.one_of(st.just(["Contact: <sip:ann@192.0.2.9:5062>"]), st.just([]))),
        *draw(st.lists(_OTHER, max_size=4)),
    ]
    kind, body = draw(_BODY)
    payload: bytes = body.encode("utf-8", "surrogateescape")
    lines += [f"Content-Type: {kind}"] if kind else []
    lines = list(draw(st.permutations(lines)))
    lines += [f"Content-Length: {len(payload)}"] if draw(st.booleans()) else []
    return "\r\n".join([start, *lines, "", ""]).encode("utf-8", "surrogateescape") + payload


def fill(data: bytes, values: tuple[str, str, str, str]) -> bytes:
    """The message with the names of a running call in place of `KNOWN`."""
    for name, value in zip(KNOWN, values, strict=True):
        data = data.replace(name.encode(), value.encode())
    return data


# --- damage ---------------------------------------------------------------------------------------------------------

_PLACE = st.floats(0, 1, allow_nan=False)
_FRAGMENT = st.one_of(
    st.sampled_from(
        [b"\r\n", b"\n", b"\r", b"\0", b":", b";", b"<", b">", b'"', b"\\", b",", b"=", b"\xff", b" ", b"\t", b"%00"]
    ),
    st.sampled_from([b"\r\n\r\n", b"\r\n ", b"Via: ", b"m=audio 1 RTP/AVP 0\r\n", b"a=", b"9" * 30, b" " * 300]),
    st.binary(max_size=6),
)


@dataclass(frozen=True, slots=True)
class Damage:
    """Something done to a datagram; its repr is what a failing example shows."""

    kind: str
    at: float
    length: int
    piece: bytes

    def done_to(self, data: bytes) -> bytes:
        return _DONE[self.kind](data, self)


def _place(data: bytes, at: float) -> int:
    return round(at * len(data))


def _cut(data: bytes, damage: Damage) -> bytes:
    return data[: _place(data, damage.at)]


def _insert(data: bytes, damage: Damage) -> bytes:
    place = _place(data, damage.at)
    return data[:place] + damage.piece + data[place:]


def _overwrite(data: bytes, damage: Damage) -> bytes:
    place = _place(data, damage.at)
    return data[:place] + damage.piece + data[place + damage.length :]


def _flip(data: bytes, damage: Damage) -> bytes:
    place = min(_place(data, damage.at), len(data) - 1)
    return data[:place] + bytes([data[place] ^ (1 << damage.length % 8)]) + data[place + 1 :] if data else data


def _swap_case(data: bytes, damage: Damage) -> bytes:
    return _lines(data, damage, lambda lines, number: lines.__setitem__(number, lines[number].swapcase()))


def _repeat_line(data: bytes, damage: Damage) -> bytes:
    return _lines(data, damage, lambda lines, number: lines.insert(number, lines[number]))


def _drop_line(data: bytes, damage: Damage) -> bytes:
    return _lines(data, damage, lambda lines, number: lines.__delitem__(number))


def _move_line(data: bytes, damage: Damage) -> bytes:
    return _lines(data, damage, lambda lines, number: lines.insert(damage.length % len(lines), lines.pop(number)))


def _splice(data: bytes, damage: Damage) -> bytes:
    """The beginning of the message, then its end from an earlier place: as if two had run into each other."""
    return data[: _place(data, damage.at)] + data[_place(data, damage.length / 40) :]


def _lines(data: bytes, damage: Damage, change: Callable[[list[bytes], int], object]) -> bytes:
    lines = data.split(b"\r\n")
    change(lines, min(_place(data, damage.at) * len(lines) // (len(data) + 1), len(lines) - 1))
    return b"\r\n".join(lines)


_DONE: dict[str, Callable[[bytes, Damage], bytes]] = {
    "insert": _insert,
    "overwrite": _overwrite,
    "flip": _flip,
    "cut": _cut,
    "case": _swap_case,
    "repeat": _repeat_line,
    "drop": _drop_line,
    "move": _move_line,
    "splice": _splice,
}
DAMAGES = st.builds(Damage, st.sampled_from(list(_DONE)), _PLACE, st.integers(0, 40), _FRAGMENT)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes] | None = None) -> bytes:
    """A message with one to four things wrong."""
    data = draw(messages() if whole is None else whole)
    for damage in draw(st.lists(DAMAGES, min_size=1, max_size=4)):
        data = damage.done_to(data)
    return data
