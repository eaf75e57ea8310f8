"""What a webhook is, without the sending: which events it wants, how a message is signed, what an answer means, and how
long to wait after a failure.

Signatures are those of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec), the
body is a CloudEvent in structured mode (https://github.com/cloudevents/spec, HTTP protocol binding).
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from config.outbox import OutboxEntry
from config.webhook_settings import WebhookSettings, key_of

MEDIA = "application/cloudevents+json; charset=utf-8"

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 3600.0
#: Of a pause so much is left to chance, so that receivers that broke together are not all asked together.
_JITTER = 0.5
#: So often one event may be refused, all else being well, before it is set aside.
MAXIMUM_REFUSALS = 5

_GONE = 410
#: Not the event's fault, and it may be mended: no or a wrong token, not found, a timeout, too many at once.
_LATER = frozenset({401, 403, 404, 407, 408, 421, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where some events are posted."""

    name: str
    url: str = field(repr=False)
    key: bytes = field(repr=False)
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, settings: WebhookSettings) -> Endpoint:
        """By its settings."""
        secret = settings.secret.get_secret_value()
        return cls(settings.name, settings.url.get_secret_value(), key_of(secret), settings.events)

    @property
    def receiver(self) -> str:
        """Its name among those who refuse events."""
        return f"webhook:{self.name}"

    def wants(self, entry: OutboxEntry) -> bool:
        """Whether it asked for events of this kind."""
        kind = f"{entry.noun}/{entry.verb}"
        return any(pattern == "*" or fnmatchcase(kind, pattern) for pattern in self.patterns)


class Verdict(StrEnum):
    """What an answer means."""

    TAKEN = "taken"
    REFUSED = "refused"  # this event is not wanted, another may be
    LATER = "later"  # nothing can be taken at this time
    GONE = "gone"  # nothing is wanted any more


def verdict(status: int) -> Verdict:
    """By the status of HTTP. Redirections are not followed: an address that has moved is a setting to be changed."""
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status == _GONE:
        return Verdict.GONE
    if 400 <= status < 500 and status not in _LATER:
        return Verdict.REFUSED
    return Verdict.LATER


def pause_after(failures: int, chance: float, asked: float = 0.0) -> float:
    """Seconds to wait after so many failures in a row (1 or more): 2, 4, 8… up to an hour, less up to a half by
    `chance` (from 0 to 1). Where the receiver asked for more, that, up to an hour."""
    longest = min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 16), _LONGEST_PAUSE)
    return max(longest * (1.0 - _JITTER * chance), min(asked, _LONGEST_PAUSE))


def signed_headers(key: bytes, event: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of one try. `event` is the event's id, the same at each try; the moment is that of the try."""
    moment = str(int(now.timestamp()))
    signature = hmac.digest(key, b".".join((event.encode(), moment.encode(), body)), "sha256")
    return {
        "content-type": MEDIA,
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
