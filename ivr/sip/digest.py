"""Digest authentication: its arithmetic, and the client's side (RFC 7616, RFC 8760; without qop: RFC 2069). The
server's side is `ivr.sip.challenge`."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.sip.fault import SipFault
from ivr.sip.text import split_outside

#: Strongest last. MD5 is not chosen by us but by most registrars.
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
ALGORITHMS = tuple(_HASHES)
#: Nonces whose count is remembered; a server that gives a new one each time must not cost more.
_MOST_NONCES = 32


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants proved. `algorithm` is a key of the supported ones; `qop` is "auth" or ""."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str | None = None
    stale: bool = False


def digest_fields(text: str) -> tuple[str, dict[str, str]]:
    """The scheme, and the fields by name, both in lower case, of a challenge or an answer to one."""
    scheme, _, rest = text.strip().partition(" ")
    fields: dict[str, str] = {}
    for part in split_outside(rest, ","):
        name, equals, value = part.partition("=")
        if equals:
            fields.setdefault(name.strip().lower(), _unquote(value))
    return scheme.lower(), fields


def parse_challenge(text: str) -> Challenge:
    """Read a WWW-Authenticate or Proxy-Authenticate value. Raises SipFault(400) for one that we cannot meet."""
    scheme, fields = digest_fields(text)
    algorithm = fields.get("algorithm", "MD5").upper()
    offered = [q.strip().lower() for q in fields.get("qop", "").split(",") if q.strip()]
    impossible = algorithm not in _HASHES or (offered and "auth" not in offered)
    if scheme != "digest" or "nonce" not in fields or "realm" not in fields or impossible:
        raise SipFault(400, "challenge")
    return Challenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=algorithm,
        qop="auth" if offered else "",
        opaque=fields.get("opaque"),
        stale=fields.get("stale", "").lower() == "true",
    )


def strongest(values: Iterable[str]) -> Challenge | None:
    """The challenge to answer among those of one response; None if there is none that we can."""
    found: list[Challenge] = []
    for value in values:
        try:
            found.append(parse_challenge(value))
        except SipFault:
            continue
    return max(found, key=lambda challenge: ALGORITHMS.index(challenge.algorithm), default=None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password; the password never shows in a repr."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"


def response_with_qop(
    algorithm: str, realm: str, credentials: Credentials, method: str, uri: str, nonce: str, count: str, cnonce: str
) -> str:
    """What proves the password where qop is "auth" (RFC 7616, 3.4.1). `algorithm` is one of `ALGORITHMS`, `count` the
    eight hexadecimal digits of nc."""
    secret = _hash(algorithm, f"{credentials.user}:{realm}:{credentials.password}")
    return _hash(algorithm, f"{secret}:{nonce}:{count}:{cnonce}:auth:" + _hash(algorithm, f"{method}:{uri}"))


def _hash(algorithm: str, text: str) -> str:
    return _HASHES[algorithm](text.encode("utf-8", "surrogateescape")).hexdigest()


def authorise(challenge: Challenge, credentials: Credentials, method: str, uri: str, *, count: int, cnonce: str) -> str:
    """The value of Authorization or Proxy-Authorization. `count` is how often this nonce was used, from 1."""
    algorithm, realm, nonce = challenge.algorithm, challenge.realm, challenge.nonce
    if challenge.qop:
        response = response_with_qop(algorithm, realm, credentials, method, uri, nonce, f"{count:08x}", cnonce)
    else:
        secret = _hash(algorithm, f"{credentials.user}:{realm}:{credentials.password}")
        response = _hash(algorithm, f"{secret}:{nonce}:" + _hash(algorithm, f"{method}:{uri}"))
    fields = [
        f"username={_quote(credentials.user)}",
        f"realm={_quote(challenge.realm)}",
        f"nonce={_quote(challenge.nonce)}",
        f"uri={_quote(uri)}",
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.qop:
        fields += [f"qop={challenge.qop}", f"nc={count:08x}", f"cnonce={_quote(cnonce)}"]
    if challenge.opaque is not None:
        fields.append(f"opaque={_quote(challenge.opaque)}")
    return "Digest " + ", ".join(fields)


class Authenticator:
    """Answers the challenges of one server and counts how often each nonce was used."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._counts: OrderedDict[str, int] = OrderedDict()

    def answer(self, challenge: Challenge, method: str, uri: str) -> str:
        """The header value that proves who we are."""
        count = self._counts.pop(challenge.nonce, 0) + 1
        self._counts[challenge.nonce] = count
        if len(self._counts) > _MOST_NONCES:
            self._counts.popitem(last=False)
        return authorise(challenge, self._credentials, method, uri, count=count, cnonce=secrets.token_hex(8))


def _unquote(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
