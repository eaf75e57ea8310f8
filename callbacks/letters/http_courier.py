"""Text messages through an operator's HTTP gateway.

Each is one POST of `{"id", "to", "text", "language"}` as JSON, with the token as bearer and the id also as
`Idempotency-Key`: a gateway that has seen it answers 2xx or 409 again and sends nothing. Providers that want another
shape are reached by a small translating proxy of the operator's.
"""

from __future__ import annotations

import httpx

from callbacks.letters.courier import NotDelivered, Parcel

_TIMEOUT_SECONDS = 20.0
#: Not the message's fault, and it may be mended: no or a wrong token, not found, a timeout, too many at once.
_AGAIN = frozenset({401, 403, 404, 408, 425, 429})
_SEEN_BEFORE = 409


class HttpCourier:
    """`close` gives the connections back."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._url = url
        self._client = httpx.AsyncClient(headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=False)

    async def deliver(self, parcel: Parcel) -> None:
        """Raises `NotDelivered`."""
        letter = parcel.letter
        body = {"id": parcel.key, "to": parcel.to, "text": letter.short, "language": letter.language}
        try:
            answer = await self._client.post(self._url, json=body, headers={"Idempotency-Key": parcel.key})
        except httpx.HTTPError as fault:
            raise NotDelivered(f"the gateway does not answer: {type(fault).__name__}", for_good=False) from fault
        if answer.is_success or answer.status_code == _SEEN_BEFORE:
            return
        refused = answer.is_client_error and answer.status_code not in _AGAIN
        raise NotDelivered(f"the gateway said {answer.status_code}", for_good=refused)

    async def close(self) -> None:
        """Nothing is delivered any more."""
        await self._client.aclose()
