"""`TokenStore` in memory, for tests and demonstrations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.identity.tokens import ApiToken


class MemoryTokens:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._tokens: dict[str, ApiToken] = {}
        self._digests: dict[str, str] = {}

    async def add(self, token: ApiToken, digest: str) -> None:
        self._tokens[token.id] = token
        self._digests[digest] = token.id

    async def find(self, digest: str) -> ApiToken | None:
        return self._tokens.get(self._digests.get(digest, ""))

    async def token(self, token_id: str) -> ApiToken | None:
        return self._tokens.get(token_id)

    async def all(self, owner: str | None = None) -> tuple[ApiToken, ...]:
        found = [token for token in self._tokens.values() if owner in (None, token.owner)]
        by_id = sorted(found, key=lambda token: token.id)
        return tuple(sorted(by_id, key=lambda token: token.made_at, reverse=True))

    async def used(self, token_id: str, at: datetime) -> None:
        self._tokens[token_id] = replace(self._tokens[token_id], last_used=at)

    async def revoke(self, token_id: str, at: datetime) -> None:
        token = self._tokens[token_id]
        if token.revoked_at is None:
            self._tokens[token_id] = replace(token, revoked_at=at)

    async def forget(self, owner: str) -> None:
        self._tokens = {key: token for key, token in self._tokens.items() if token.owner != owner}
