"""Rules, commands and promises that tests start from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callbacks.commands import Make
from callbacks.ledger import decide, fold
from callbacks.model import Contact, Promise, PromiseKind
from callbacks.ports import PromisedCalls
from callbacks.retry import RetryRules, after_quiet_hours
from callbacks.rules import BookRules
from config.hotline_file import Callbacks
from config.urgency import Urgency
from routing.windows import Window

#: A Tuesday, 13:00 in Seoul.
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

RETRY = RetryRules(Callbacks(maximum_attempts=3, quiet_from=time(21), quiet_until=time(8)), SEOUL)


def together(
    promised: Sequence[PromisedCalls], owed: Sequence[tuple[Promise, Contact]], now: datetime
) -> Sequence[Window]:
    """The pace of a hotline with people enough: everybody within two hours, but not at night."""
    begins = [after_quiet_hours(now, RETRY.for_contact(contact)) for _, contact in owed]
    return [Window(opens, opens + 2 * HOUR) for opens in begins]


RULES = BookRules(
    pace=together,
    retry=RETRY,
    country="KR",
    tiers={"vip": 4.0, "standard": 1.0},
    categories={
        "product-fault": ("service", (("repair", 2),)),
        "safety": ("urgent", (("safety", 3),)),
    },
)


def make_command(
    *,
    opens: datetime | None = NOON + HOUR,
    due: datetime | None = NOON + 3 * HOUR,
    kind: PromiseKind = PromiseKind.CALLBACK,
    problem: str | None = None,
    case: str | None = "case-1",
) -> Make:
    """A callback within one to three hours."""
    return Make(
        id="promise-1",
        reference="123456",
        kind=kind,
        contact="contact-1",
        case=case,
        problem=problem,
        tier="standard",
        urgency=Urgency.SERVICE,
        language="ko",
        queue="service",
        skills=(("repair", 2), ("billing", 1)),
        opens=opens,
        due=due,
    )


def owed(now: datetime = NOON) -> Promise:
    """The promise of `make_command`, just made."""
    return fold(decide(None, make_command(), now))
