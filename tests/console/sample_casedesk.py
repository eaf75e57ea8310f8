"""The case in hand of the sample floor: what its hotline file says of hours, and what helped before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from callbacks.model import Case, CaseStatus, Wish
from config.clock import Clock
from config.events import Events
from config.hotline_yaml import read_hotline_file
from config.urgency import Urgency
from console.sample.memory_casedesk import MemoryCaseDesk
from console.sample.memory_floor import Floor
from ivr.desk import WorkView
from ivr.flow.catalogue import STEPS

_FILE = Path(__file__).resolve().parents[2] / "config" / "default_hotline.yaml"


def sample_casedesk(clock: Clock, events: Events, floor: Floor) -> MemoryCaseDesk:
    """The default hotline file decides when there is time; some like cases are solved."""
    now = clock.now()
    for number, (category, product, language, days, summary, helped) in enumerate(_SOLVED):
        solved = now - timedelta(days=days)
        case = Case(
            f"solved-{number}", str(301_200 + 37 * number), "c-smith", category, Urgency.SERVICE, Wish.REPAIR, language,
            CaseStatus.SOLVED, solved - timedelta(days=2), product=product, summary=summary,
        )  # fmt: skip
        floor.cases[case.id] = case
        floor.solutions[case.id] = solved, helped
    file, _ = read_hotline_file(_FILE.read_text(encoding="utf-8"), STEPS)
    return MemoryCaseDesk(clock, events, floor, file)


def with_case(floor: Floor, work: WorkView, now: datetime) -> WorkView:
    """The offer, its case in the book and linked to the known problem, with a time planned for it."""
    if work.case is not None:
        case = replace(work.case, problem="p-battery", opened_at=now)
        floor.cases[case.id] = case
        work = replace(work, case=case)
    return replace(work, budget=240.0)


_SOLVED = (
    (
        "safety",
        "X2",
        "en",
        6,
        "The charger got hot and smoked",
        "Sent a new charger the same day; the old one collected",
    ),
    (
        "hardware",
        "X2",
        "en",
        12,
        "Charger smells of burning when plugged in",
        "Unplug at once; exchange under recall 7",
    ),
    ("hardware", "X1", "zh", 20, "充电器冒烟", "当天换新充电器,旧的由快递收回"),
    ("billing", None, "en", 3, "Charged twice in May", "Refunded the second charge by hand"),
)
