"""What a run of practice stands on: the hours it is, the hotline file with the trainee alone at work, and what happened
before the call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from callbacks.model import Case, Contact, PromiseKind, Wish
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from config.clock import Clock, VirtualClock
from config.hotline_file import Dialling, DialRule, FollowUp, HotlineFile
from hotline.practice.scripts import Script

#: It is always this hour of a working day when an exercise begins.
_MORNING = time(10, 0)
_FRIDAY = 4
#: The trainee has so long to write down how it went.
_WRAP_UP_SECONDS = 900.0
#: So long before the exercise its history begins.
_PAST = timedelta(days=9)
#: Nothing falls due in an exercise but what it is about.
_NEVER_SILENT = {"maximum_silence_hours": 24.0 * 365}
COLLEAGUE = "colleague"
_EXAMPLE = "+821020000000"


class ShiftedClock:
    """Another clock, so much later or earlier."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock = clock
        self._by = by

    def now(self) -> datetime:
        return self._clock.now() + self._by

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


def to_a_working_hour(now: datetime, zone: ZoneInfo) -> timedelta:
    """How much later the next working morning is."""
    here = now.astimezone(zone)
    morning = datetime.combine(here.date(), _MORNING, zone)
    while morning < here or morning.weekday() > _FRIDAY:
        morning = datetime.combine(morning.date() + timedelta(days=1), _MORNING, zone)
    return morning - here


def training_file(file: HotlineFile, agent: str) -> HotlineFile:
    """The house's own file, always open, with the trainee alone at work, able to do everything."""
    trainee = file.agents[agent].model_copy(
        update={
            "skills": dict.fromkeys(file.skills, 5),
            "languages": file.languages,
            "queues": (),
            "groups": (),
            "devices": (),
            "shift": None,
            "calm": True,
            "connect": "bridge",
            "wrap_up": _WRAP_UP_SECONDS,
        }
    )
    return file.model_copy(
        update={
            "agents": {agent: trainee},
            "tiers": {name: tier.model_copy(update=_NEVER_SILENT) for name, tier in file.tiers.items()},
            "queues": {name: queue.model_copy(update={"hours": None}) for name, queue in file.queues.items()},
            "cases": file.cases.model_copy(update={"responsible": {}}),
            "follow_up": FollowUp(),
            "manager_line": None,
            "dialling": Dialling(rules=(DialRule(prefix="+", premium=True),)),
        }
    )


def dialled(file: HotlineFile, language: str) -> str:
    """The number that callers of this language dial."""
    spoken = (number for number, meaning in file.numbers.items() if meaning.language == language)
    return next(spoken, next(iter(file.numbers)))


def category_like(file: HotlineFile, name: str) -> str:
    """The category of this name, else the file's first."""
    return name if name in file.categories else next(iter(file.categories))


def number_of(country: str, person: int = 0) -> str:
    """A telephone number of the country that is an example, each person's their own."""
    found = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    number = _EXAMPLE
    if found is not None:
        number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return f"{number[:-2]}{person:02d}"


@dataclass(frozen=True, slots=True)
class Past:
    """Writes a scenario's history into the sandbox's book, in a time of its own that ends when the exercise begins."""

    file: HotlineFile
    store: MemoryBook
    begins: datetime
    script: Script

    async def of_the_caller(self) -> Contact:
        """The caller is known by name, unless the script names none."""
        book = self._book(VirtualClock(self.begins))
        contact = await book.contact_by_number(number_of(self.file.hotline.country), self.file.default_tier)
        return await book.save_contact(replace(contact, name=self.script.name, language=self.script.language))

    async def known_problem(self, category: str) -> None:
        """The fault is known since yesterday."""
        if self.script.problem is not None:
            book = self._book(VirtualClock(self.begins - timedelta(days=1)))
            title, workaround = self.script.problem
            await book.open_problem(title=title, category=category, product=None, workaround=workaround, by=COLLEAGUE)

    async def solved_cases(self, category: str) -> None:
        """Others had the same, and it was written down what helped."""
        clock = VirtualClock(self.begins - _PAST)
        book = self._book(clock)
        for person, solved in enumerate(self.script.solved, 1):
            number = number_of(self.file.hotline.country, person)
            contact = await book.contact_by_number(number, self.file.default_tier)
            case = await self._case(book, contact, category, solved.summary)
            await clock.advance(3600)
            await book.solve_case(case.id, COLLEAGUE, solved.note)

    async def broken_promises(self, contact: Contact, category: str, count: int) -> None:
        """So often a call was promised, and was not made."""
        clock = VirtualClock(self.begins - _PAST)
        book = self._book(clock)
        case = await self._case(book, contact, category, self.script.past)
        for _ in range(count):
            await self._promise(book, contact, case, clock.now() + timedelta(hours=2), timedelta(hours=2))
            await clock.advance(3 * 86_400)
            await book.fall_due(clock.now())

    async def due_promise(self, contact: Contact, category: str) -> None:
        """A call was promised for now."""
        clock = VirtualClock(self.begins - timedelta(hours=2))
        book = self._book(clock)
        case = await self._case(book, contact, category, self.script.past)
        await self._promise(book, contact, case, self.begins - timedelta(minutes=5), timedelta(hours=2))

    async def _case(self, book: PromiseBook, contact: Contact, category: str, summary: str) -> Case:
        return await book.open_case(
            contact=contact.id,
            category=category,
            urgency=self.file.categories[category].urgency,
            wish=Wish.NONE,
            language=self.script.language,
            summary=summary,
        )

    async def _promise(
        self, book: PromiseBook, contact: Contact, case: Case, opens: datetime, window: timedelta
    ) -> None:
        about = self.file.categories[case.category]
        await book.make(
            kind=PromiseKind.CALLBACK,
            contact=contact.id,
            case=case.id,
            problem=None,
            tier=contact.tier,
            urgency=case.urgency,
            language=self.script.language,
            queue=about.queue,
            skills=tuple(sorted(about.skills.items())),
            opens=opens,
            due=opens + window,
        )

    def _book(self, clock: VirtualClock) -> PromiseBook:
        return PromiseBook(self.store, clock, BookRules.of(self.file))
