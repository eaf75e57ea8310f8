"""Sessions of people who signed in: what is kept of one, and how long it lasts. Pure: the time comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A long shift; after it one signs in again.
SESSION_LASTS = timedelta(hours=12)

#: Without a request or an open page for so long, the session is over.
IDLE_LASTS = timedelta(hours=2)

#: That a session is in use is written at most this often.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that may still count. `digest` stands for the token, which is not kept; `source` is masked."""

    digest: str
    user: str
    opened: datetime
    expires: datetime
    seen: datetime
    source: str = ""

    def counts(self, now: datetime) -> bool:
        """Whether it has neither expired nor been idle for too long."""
        return now < self.expires and now < self.seen + IDLE_LASTS
