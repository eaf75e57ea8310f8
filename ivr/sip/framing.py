"""Where one message ends and the next begins in a stream (RFC 3261, 18.3; keep-alives: RFC 5626, 3.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.sip.fault import SipFault

#: What we answer a keep-alive with.
PING, PONG = b"\r\n\r\n", b"\r\n"
#: The most that a message may be, headers and body each.
MAXIMUM_HEAD, MAXIMUM_BODY = 32_000, 65_535

_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DIGITS = re.compile(rb"\d{1,9}")


class Framing:
    """Cuts one connection's stream. It keeps no more than one message, whatever the other side sends."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._searched = 0
        #: Length of the message at the beginning, 0 while its headers are not complete.
        self._needed = 0

    @property
    def is_between_messages(self) -> bool:
        """Nothing of a message has come yet that is not complete."""
        return not self._kept

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are complete now, in order; a keep-alive that wants an answer is `PING`. To be read to its
        end.

        Raises SipFault(0) where the stream cannot be cut any more: then the connection is of no use.
        """
        self._kept += data
        while (piece := self._next()) is not None:
            yield piece

    def _next(self) -> bytes | None:
        if not self._needed:
            if self._kept.startswith(PING):
                return self._take(len(PING))
            if self._kept[:1] in b"\r\n" and not PING.startswith(self._kept):
                del self._kept[
                    : len(self._kept) - len(self._kept.lstrip(b"\r\n"))
                ]  # blank lines before it (RFC 3261, 7.5)
            self._needed = self._measure()
        if not self._needed or len(self._kept) < self._needed:
            return None
        return self._take(self._needed)

    def _take(self, size: int) -> bytes:
        piece = bytes(self._kept[:size])
        del self._kept[:size]
        self._needed = self._searched = 0
        return piece

    def _measure(self) -> int:
        """The length of the message at the beginning; 0 if that cannot be known yet."""
        end = self._kept.find(b"\r\n\r\n", max(0, self._searched - 3))
        self._searched = len(self._kept)
        if (len(self._kept) if end < 0 else end) > MAXIMUM_HEAD:
            raise SipFault(0, "headers without an end")
        if end < 0:
            return 0
        lengths = set(_LENGTH.findall(bytes(self._kept[: end + 2])))
        # Without it, or with two, nobody knows where the next message begins: that is how requests are smuggled.
        if len(lengths) != 1 or not _DIGITS.fullmatch(length := lengths.pop()) or int(length) > MAXIMUM_BODY:
            raise SipFault(0, "Content-Length of a stream")
        return end + 4 + int(length)
