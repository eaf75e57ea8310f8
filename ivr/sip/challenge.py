"""Digest authentication, the server's side: asking a telephone for its password, and judging the answer (RFC 7616;
SHA-256 beside MD5: RFC 8760; in SIP: RFC 3261, 22).

Pure: the time comes in as `now`, in seconds that never run backwards.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from enum import Enum, auto

from ivr.sip.digest import ALGORITHMS, Credentials, digest_fields, response_with_qop
from ivr.sip.message import Header, Request
from ivr.sip.settings import Telephone

REALM = "hotline"
#: Seconds for which a nonce may be answered; afterwards the telephone is given another one, without asking its user.
NONCE_SECONDS = 300.0
#: Nonces whose count is remembered. Only a right password makes us remember one.
MOST_NONCES = 10_000
_COUNT = re.compile(r"[0-9a-fA-F]{8}")
#: A right answer takes the same steps for a user whom we do not know.
_NOBODY = Telephone("", secrets.token_hex(16))


class Verdict(Enum):
    """What an answer is worth. `ABSENT`: none, or none to a question of ours; `STALE`: right, but the nonce is too old
    or was used so often before; `WRONG`: somebody guesses."""

    PROVED = auto()
    ABSENT = auto()
    STALE = auto()
    WRONG = auto()


class Challenger:
    """Asks with nonces that it need not remember: each tells when it was made, and its seal for whom."""

    def __init__(self, telephones: Iterable[Telephone]) -> None:
        self._telephones = {telephone.user: telephone for telephone in telephones}
        self._key = secrets.token_bytes(32)
        self._used: OrderedDict[str, int] = OrderedDict()
        self._forgotten_until = -1

    def headers(self, source: str, now: float, *, is_stale: bool = False) -> tuple[Header, ...]:
        """What goes with a 401 to an address: one challenge for each algorithm, the strongest first (RFC 8760, 2.4)."""
        nonce = self._nonce(source, int(now * 1000), secrets.token_hex(8))
        stale = ", stale=true" if is_stale else ""
        return tuple(
            ("www-authenticate", f'Digest realm="{REALM}", nonce="{nonce}", algorithm={name}, qop="auth"{stale}')
            for name in reversed(ALGORITHMS)
        )

    def judge(self, request: Request, source: str, now: float) -> Verdict:
        """Whether the request proves that whoever sent it from this address knows a telephone's password. A right
        answer counts as used from here on."""
        given = _answer(request)
        issued = self._issued(given.get("nonce", ""), source)
        algorithm = given.get("algorithm", "MD5").upper()
        if issued is None or issued > now * 1000 or algorithm not in ALGORITHMS or given.get("qop") != "auth":
            return Verdict.ABSENT
        count, uri = given.get("nc", ""), given.get("uri", "")
        if uri != request.uri or not _COUNT.fullmatch(count):
            return Verdict.ABSENT
        user = given.get("username", "")
        telephone = self._telephones.get(user, _NOBODY)
        expected = response_with_qop(
            algorithm,
            REALM,
            Credentials(user, telephone.password),
            request.method,
            uri,
            given["nonce"],
            count,
            given.get("cnonce", ""),
        )
        told = given.get("response", "").lower().encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(told, expected.encode()) or telephone is _NOBODY:
            return Verdict.WRONG
        return Verdict.PROVED if self._counts(given["nonce"], issued, int(count, 16), now) else Verdict.STALE

    def telephone_of(self, request: Request) -> Telephone | None:
        """Whose answer a request brings that was judged to prove it."""
        return self._telephones.get(_answer(request).get("username", ""))

    def _counts(self, nonce: str, issued: int, count: int, now: float) -> bool:
        """Whether this use of the nonce is a new one. Of what was forgotten nothing is taken again."""
        oldest = int((now - NONCE_SECONDS) * 1000)
        if issued < oldest:
            return False
        last = self._used.get(nonce)
        if last is None and issued <= self._forgotten_until:
            return False
        if count <= (last or 0):
            return False
        self._used[nonce] = count
        if len(self._used) > MOST_NONCES:
            first, _ = self._used.popitem(last=False)
            self._forgotten_until = max(self._forgotten_until, int(first.partition(".")[0], 16))
        return True

    def _nonce(self, source: str, issued: int, salt: str) -> str:
        told = f"{issued:x}.{salt}"
        seal = hashlib.blake2b(f"{told}\n{source}".encode(), digest_size=16, key=self._key).hexdigest()
        return f"{told}.{seal}"

    def _issued(self, nonce: str, source: str) -> int | None:
        """The millisecond at which we gave this nonce to this address; None where we did not."""
        issued, _, rest = nonce.partition(".")
        salt, _, _ = rest.partition(".")
        if not re.fullmatch(r"[0-9a-f]{1,15}", issued):
            return None
        ours = self._nonce(source, int(issued, 16), salt).encode("utf-8", "surrogateescape")
        return int(issued, 16) if hmac.compare_digest(nonce.encode("utf-8", "surrogateescape"), ours) else None


def _answer(request: Request) -> dict[str, str]:
    """The fields of the answer that is for our realm; nothing where there is none."""
    for name, value in request.headers:
        if name == "authorization":
            scheme, fields = digest_fields(value)
            if scheme == "digest" and fields.get("realm") == REALM:
                return fields
    return {}
