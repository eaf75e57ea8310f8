"""The book after six believable weeks, in memory: for the book's pages, pictures and the browser.

Everything is done through the book itself with a clock that is moved on, so it is what a hotline would have.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from callbacks.calls.records import CallRecords, Speaker
from callbacks.letters.messages import Message, failed, taken
from callbacks.model import AttemptOutcome, Case, Channel, Contact, PromiseKind, Wish
from callbacks.privacy.personal import Looked
from callbacks.privacy.retention import Privacy
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from config.clock import Clock, VirtualClock
from config.events import EventBus, Events
from config.hotline_file import Agent, Category, FollowUp, HotlineFile, Problems, Retention, Tier
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from console.book.ground import BookParts
from prompts.letters import Template

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_START = 42 * _DAY
_TITLES = {
    "safety": {"en": "Product safety", "zh": "产品安全", "ko": "제품 안전"},
    "hardware": {"en": "Hardware", "zh": "硬件", "ko": "하드웨어"},
    "billing": {"en": "Billing", "zh": "账单", "ko": "청구"},
    "returns": {"en": "Returns", "zh": "退换货", "ko": "반품"},
}
_URGENCIES = {
    "safety": Urgency.SAFETY,
    "hardware": Urgency.SERVICE,
    "billing": Urgency.MONEY,
    "returns": Urgency.SERVICE,
}
_AGENTS = {
    "minji": ("Kim Min-ji", ("en", "ko", "zh"), 4),
    "wei": ("Wang Wei", ("zh", "en"), 4),
    "anna": ("Anna Berg", ("en",), 3),
    "haoran": ("Li Haoran", ("zh",), 3),
    "seo": ("Seo Yeon", ("ko", "en"), 5),
}
_PEOPLE = (
    ("010-1234-5678", "vip", "en", "Lee Ji-won"),
    ("+8613800138000", "standard", "zh", "张敏"),
    ("010-8765-4321", "standard", "ko", "박서준"),
    ("+442071838750", "standard", "en", "Joan Smith"),
    ("+12025550143", "standard", "en", "Maria Novak"),
    ("010-2222-3333", "vip", "ko", "최유진"),
    ("+8613900139000", "standard", "zh", "王芳"),
    ("010-4545-6767", "standard", "ko", "정하늘"),
    ("+442079460123", "standard", "en", "Omar Haddad"),
    ("+8613712345678", "vip", "zh", "刘洋"),
    ("010-9898-1212", "standard", "en", "Grace Kim"),
    ("+4930901820", "standard", "en", "Jonas Weber"),
)
_MATTERS = {
    "hardware": {"en": "The kettle stops after a minute", "zh": "洗衣机不转", "ko": "청소기가 켜지지 않아요"},
    "billing": {"en": "Charged twice in October", "zh": "重复扣款", "ko": "환불이 아직 안 됐어요"},
    "returns": {"en": "Wrong colour was sent", "zh": "发错颜色", "ko": "색상이 잘못 왔어요"},
    "safety": {"en": "The charger smells of burning", "zh": "电池鼓包", "ko": "배터리가 부풀었어요"},
}
_WISHES = {"hardware": Wish.REPAIR, "billing": Wish.REFUND, "returns": Wish.EXCHANGE, "safety": Wish.EXCHANGE}


@cache
def sample_file() -> HotlineFile:
    """The hotline file of the sample: its tiers, categories and agents are those of the sample floor."""
    file, _ = read_hotline_file(default_hotline_file())
    queue = next(iter(file.queues))
    kept = Retention(recordings=30, transcripts=30, calls=365, contacts=730)
    return file.model_copy(
        update={
            "tiers": {
                "vip": Tier(target_wait=20, priority_rate=4, callback_deadline_hours=4, retention=kept),
                "standard": Tier(retention_days=30, retention=Retention(calls=180)),
            },
            "categories": {
                name: Category(queue=queue, urgency=_URGENCIES[name], titles=titles) for name, titles in _TITLES.items()
            },
            "agents": {
                name: Agent(name=full, station=f"sip:{name}@127.0.0.1:5070", languages=languages)
                for name, (full, languages, _) in _AGENTS.items()
            },
            "products": ("X1", "X2"),
            "problems": Problems(least_cases=4),
            "follow_up": FollowUp(),
            "hours": {},
            "queues": {queue: file.queues[queue].model_copy(update={"hours": None})},
        }
    )


@dataclass(slots=True)
class _Teller:
    """Tells the six weeks, step by step."""

    book: PromiseBook
    calls: CallRecords
    clock: VirtualClock
    chance: random.Random
    people: list[Contact]
    call: int = 0

    async def until(self, moment: datetime) -> None:
        """Time passes, and the book notices."""
        await self.clock.advance(max(0.0, (moment - self.clock.now()).total_seconds()))
        await self.book.fall_due(self.clock.now())

    async def matter(self, category: str, product: str, contact: Contact | None = None) -> Case:
        """Somebody rings and complains; the call is served, written down, and mostly rated."""
        person = contact or self.chance.choice(self.people)
        language = person.language or "en"
        self.call += 1
        call, agent = f"call-{self.call}", self.chance.choice(list(_AGENTS))
        await self.calls.begin(call, contact=person.id, dialled="1588", tier=person.tier, language=language)
        summary = _MATTERS[category][language]
        await self.calls.line(call, Speaker.CALLER, summary, 0.86, "vosk")
        await self.calls.line(call, Speaker.HOTLINE, summary)
        await self.book.meet_caller(person.id, call)
        case = await self.book.open_case(
            contact=person.id,
            category=category,
            urgency=_URGENCIES[category],
            wish=_WISHES[category],
            language=language,
            summary=summary,
            product=product,
            call=call,
        )
        await self.book.caller_left(person.id, call)
        wait = self.chance.expovariate(1 / 90)
        await self.calls.update(call, agent=agent, case=case.id, category=category, bridged_at=self.clock.now())
        await self.clock.advance(self.chance.uniform(100, 500))
        await self.calls.finish(call, "them")
        if self.chance.random() < 0.7:
            skill, hard = _AGENTS[agent][2], 1.0 if category in ("safety", "billing") else 0.0
            value = round(self.chance.gauss(skill - 0.4 * hard - wait / 300, 0.8))
            await self.book.rate(
                call, min(5, max(1, value)), contact=person.id, category=category, agent=agent, case=case.id, wait=wait
            )
        return case

    async def promise(self, case: Case, kind: PromiseKind, begins: timedelta, note: str, owner: str | None) -> str:
        """A call is promised about the case; the id of the promise."""
        person, needs = await self.book.contact(case.contact), self.book.rules.needs_of(case.category, case.language)
        opens = self.clock.now() + begins
        made = await self.book.make(
            kind=kind, contact=person.id, case=case.id, problem=None, tier=person.tier, urgency=case.urgency,
            language=case.language, queue=needs.queue, skills=needs.skills, opens=opens, due=opens + 2 * _HOUR,
            owner=owner, note=note,
        )  # fmt: skip
        return made.id

    async def ring(self, promise: str, outcome: AttemptOutcome) -> None:
        """The promise is tried."""
        agent = self.chance.choice(list(_AGENTS))
        started = await self.book.start_attempt(promise, agent)
        await self.clock.advance(40)
        await self.book.end_attempt(promise, started.attempt or "", outcome, "")


async def sample_book(clock: Clock, events: Events, folder: Path) -> BookParts:
    """What the book's pages stand on; recordings are looked for in `folder`."""
    file, now = sample_file(), clock.now()
    quiet = EventBus()
    past, store, kept = VirtualClock(now - _START), MemoryBook(quiet), MemoryCalls(quiet)
    book, calls = PromiseBook(store, past, BookRules.of(file)), CallRecords(kept, past)
    teller = _Teller(book, calls, past, random.Random(7), [])
    await _people(teller)
    await _weeks(teller)
    await teller.until(now - 7 * _HOUR)
    await _today(teller)
    await teller.until(now)
    present = PromiseBook(store, clock, BookRules.of(file))
    store._events = events  # from now on pages hear of what happens
    return BookParts(
        present, CallRecords(kept, clock), Privacy(present, CallRecords(kept, clock), _Files(folder)), sample_file
    )


@dataclass(frozen=True, slots=True)
class _Files:
    folder: Path

    async def remove(self, name: str) -> None:
        (self.folder / Path(name).name).unlink(missing_ok=True)


async def _people(teller: _Teller) -> None:
    book = teller.book
    for place, (number, tier, language, name) in enumerate(_PEOPLE):
        known = await book.contact_by_number(number, tier)
        channel = Channel.MAIL if place % 4 == 3 else Channel.PHONE
        mail = f"{name.split()[0].lower()}@example.org" if channel is Channel.MAIL else ""
        teller.people.append(
            await book.save_contact(replace(known, tier=tier, language=language, name=name, channel=channel, mail=mail))
        )
    refused = await book.contact_by_number("010-7777-0000", "standard")
    await book.save_contact(replace(refused, name="한지민", language="ko"))
    await book.set_do_not_call(refused.id, True, "asked on the phone not to be rung", "seo")


async def _weeks(teller: _Teller) -> None:
    book, chance = teller.book, teller.chance
    begin = teller.clock.now()
    for day in range(41):
        await teller.until(begin + day * _DAY)
        for _ in range(3):
            category = chance.choices(list(_MATTERS), (2, 5, 3, 1))[0]
            case = await teller.matter(category, chance.choice(("X1", "X2")))
            await book.classify_case(case.id, category, None, "wei")
            if chance.random() < 0.8:
                await book.own_case(case.id, chance.choice(list(_AGENTS)))
            if chance.random() < 0.5 and day < 40:
                promise = await teller.promise(case, PromiseKind.CALLBACK, _HOUR, "say when it arrives", case.owner)
                await teller.until(teller.clock.now() + 1.1 * _HOUR)
                if chance.random() < 0.94:
                    await teller.ring(promise, AttemptOutcome.ANSWERED)
            if chance.random() < 0.85 and day < 40:
                await book.solve_case(case.id, "minji", "sent a new one, the old one is collected")
            await teller.until(teller.clock.now() + chance.uniform(0.8, 2.5) * _HOUR)


async def _today(teller: _Teller) -> None:
    """The last day: a rise of swollen batteries, promises in every state, a letter that came back, looks."""
    book, clock, people = teller.book, teller.clock, teller.people
    loose = await book.open_problem(
        title="Lid of the X1 does not close",
        category="returns",
        product="X1",
        workaround="Hold it shut by hand",
        by="user:sam",
    )
    await book.state(loose.id, "root-cause", "the hinge of series 7 is 2 mm short", by="anna")
    cases = []
    for _ in range(9):
        cases.append(await teller.matter("safety", "X2"))
        await clock.advance(1_300)
        if len(cases) % 3 == 0:
            await book.classify_case(cases[-1].id, "safety", None, "anna")
            await book.own_case(cases[-1].id, "anna")
    battery = await book.open_problem(
        title="Battery of the X2 swells",
        category="safety",
        product="X2",
        workaround="Unplug it, do not charge it",
        by="user:sam",
    )
    await book.state(battery.id, "root-cause", "cells of lot 41 take in moisture", by="anna")
    await book.propose_problem("billing / X1: 9 > 2.1 (14 h)", "billing", "X1", cases=9, expected=2.1)
    for place in range(7):
        case = await teller.matter("billing", "X1", people[place])
        begins = place * _HOUR + timedelta(minutes=40)
        promise = await teller.promise(
            case, PromiseKind.CALLBACK, max(begins, timedelta(minutes=5)), "say where the refund is",
            list(_AGENTS)[place % 5] if place % 3 else None,
        )  # fmt: skip
        if place == 6:
            held = await book.promise(promise)
            later = (held.due or clock.now()) + 3 * _HOUR
            await book.renegotiate(promise, later, later + 2 * _HOUR, "is in a meeting until the evening", "seo")
    await book.record_exception(cases[0].id, "courier collects it at night", "works shifts, fourth fault", "minji")
    await book.note_case(cases[0].id, "minji", "has photographs; the daughter speaks English")
    for what, by in ((Looked.TRANSCRIPT, "user:sam"), (Looked.RECORDING, "user:sam"), (Looked.TRANSCRIPT, "wei")):
        await book.note_look(by, what, f"call-{teller.call}")
    letter = Message(
        "m-1", people[3].id, Channel.MAIL, Template.REMINDER, "en", clock.now(), clock.now(), {"reference": "123456"}
    )
    back = failed(taken(letter, clock.now()), "550 no such mailbox", True, 8, clock.now())
    async with book.store.unit_of_work() as unit:
        await unit.save_message(back)
