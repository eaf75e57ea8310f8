"""The commands of a walk, each a line that begins with `/`: time, the desk, the book."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from callbacks.model import AttemptOutcome, Case, Channel, Problem, PromiseState
from callbacks.reports.report_html import report_html
from callbacks.reports.report_view import report_view
from config.errors import HotlineError, NotFound, Refused
from config.urgency import Urgency
from hotline.walk import views
from hotline.walk.walk import LINE_SECONDS, Walk
from routing.agents import AgentState

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

Command = Callable[[str], Awaitable[None]]


def seconds_of(text: str) -> float:
    """`90`, `90s`, `15m`, `2h`, `3d` or `1h30m`. Raises `Refused`."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise Refused(f"`{text}` is no duration", remedy="write 30s, 15m, 2h, 3d or 1h30m")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


class Commands:
    """The docstring of each command is its help: what to type, a colon, what it does."""

    _CHANNELS: ClassVar[dict[str, Channel]] = {channel.value: channel for channel in Channel}

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._commands: dict[str, Command] = {
            "help": self._help,
            "wait": self._wait,
            "call": self._call,
            "ready": self._ready,
            "pause": self._pause,
            "desk": self._desk,
            "finish": self._finish,
            "solve": self._solve,
            "exception": self._exception,
            "lower": self._lower,
            "problem": self._problem,
            "fixed": self._fixed,
            "promises": self._promises,
            "status": self._status,
            "channel": self._channel,
            "letters": self._letters,
            "report": self._report,
        }

    async def run(self, line: str) -> None:
        """Carry the line out; what cannot be done is said in its place."""
        name, _, rest = line.removeprefix("/").partition(" ")
        command = self._commands.get(name)
        try:
            if command is None:
                raise NotFound(f"there is no command /{name}", remedy="/help lists them")
            await command(rest.strip())
        except HotlineError as fault:
            self._walk.show(f"({fault})")
        await self._walk.pass_time(0.0 if name == "wait" else LINE_SECONDS)

    async def _help(self, rest: str) -> None:
        """/help: this list"""
        self._walk.show("On the telephone words are spoken, digits are keys, an empty line is silence, `bye` hangs up.")
        for command in self._commands.values():
            self._walk.show(f"  {inspect.getdoc(command)}")

    async def _wait(self, rest: str) -> None:
        """/wait 2h: time passes (30s, 15m, 2h, 3d), until you are wanted on the telephone"""
        await self._walk.wait(seconds_of(rest))
        self._walk.show(f"(it is {self._walk.spoken_time(self._walk.clock.now())})")

    async def _call(self, rest: str) -> None:
        """/call [NUMBER]: ring the hotline, as somebody else if you like"""
        if self._walk.telephone.is_on_a_call or self._walk.telephone.rings:
            raise Refused("the telephone is in use", remedy="end this call first")
        self._walk.ring(rest or self._walk.caller)

    # --- the desk ---------------------------------------------------------------------------------------------------

    async def _ready(self, rest: str) -> None:
        """/ready AGENT: the agent takes work from now on"""
        agent = self._agent(rest)
        if (await self._walk.desk.agent(agent)).state == AgentState.SIGNED_OUT:
            await self._walk.desk.sign_in(agent)
        await self._walk.desk.ready(agent)

    async def _pause(self, rest: str) -> None:
        """/pause AGENT: the agent takes none"""
        await self._walk.desk.pause(self._agent(rest), "break")

    async def _desk(self, rest: str) -> None:
        """/desk [AGENT]: what the agent sees"""
        agent = self._agent(rest)
        desk = self._walk.desk
        for line in views.desk_lines(await desk.agent(agent), await desk.current(agent), self._walk.spoken_time):
            self._walk.show(line)

    async def _finish(self, rest: str) -> None:
        """/finish [OUTCOME] [NOTE]: the wrap-up ends; the outcome (voicemail, busy ...) corrects a callback"""
        first, _, others = rest.partition(" ")
        outcome = next((one for one in AttemptOutcome if one.value == first), None)
        await self._walk.desk.finish(self._agent(""), outcome, False, others.strip() if outcome else rest)

    async def _solve(self, rest: str) -> None:
        """/solve [NOTE]: the wrap-up ends, and the case is solved"""
        await self._walk.desk.finish(self._agent(""), None, True, rest)

    async def _exception(self, rest: str) -> None:
        """/exception WHAT: WHY: the agent grants something that is no rule"""
        what, _, why = rest.partition(":")
        case = await self._case()
        exception = await self._walk.book.record_exception(case.id, what, why, self._agent(""))
        self._walk.show(f"(recorded: {views.exception_line(exception, self._walk.spoken_time)})")

    async def _lower(self, rest: str) -> None:
        """/lower URGENCY WHY: the agent says that the case is less urgent than thought"""
        name, _, why = rest.partition(" ")
        urgency = next((one for one in Urgency if one.value == name), None)
        if urgency is None:
            raise Refused(f"`{name}` is no urgency", remedy=f"choose one of {', '.join(Urgency)}")
        case = await self._walk.book.lower_urgency((await self._case()).id, urgency, self._agent(""), why)
        self._walk.show(f"(case {case.reference} is a matter of {case.urgency} now)")

    async def _problem(self, rest: str) -> None:
        """/problem CATEGORY TITLE: one fault is behind these cases"""
        category, _, title = rest.partition(" ")
        problem = await self._walk.desk.open_problem(title.strip(), category, None, "")
        self._walk.show(f"(the problem is known: {problem.title})")

    async def _fixed(self, rest: str) -> None:
        """/fixed: the newest problem is solved"""
        problems: tuple[Problem, ...] = await self._walk.desk.problems()
        if not problems:
            raise Refused("no problem is open", remedy="declare one with /problem")
        due = await self._walk.desk.solve_problem(problems[0].id)
        self._walk.show(f"(solved: {problems[0].title}; {due} who wait for it are called)")

    # --- the book ---------------------------------------------------------------------------------------------------

    async def _promises(self, rest: str) -> None:
        """/promises: all that was promised, its ledger, and the sum that always holds"""
        book = self._walk.book
        async with book.store.reading() as reader:
            promises = await reader.promises(states=frozenset(PromiseState))
        for promise in sorted(promises, key=lambda promise: promise.made_at):
            self._walk.show(views.promise_line(promise, self._walk.spoken_time))
            self._walk.show(f"  {views.ledger_line(await book.entries(promise.id))}")
        self._walk.show(views.identity_line(await book.identity()))

    async def _status(self, rest: str) -> None:
        """/status [REFERENCE]: what the public page says, to anybody and to the contact"""
        reference = rest or await self._last_reference()
        for who, number in (("to anybody", ""), ("to the contact", self._walk.caller)):
            standing = await self._walk.status.standing(reference, number, "")
            for line in views.standing_lines(standing, who, self._walk.spoken_time):
                self._walk.show(line)

    async def _channel(self, rest: str) -> None:
        """/channel mail ADDRESS | text | phone: how the caller likes to be told"""
        name, _, mail = rest.partition(" ")
        if name not in self._CHANNELS:
            raise Refused(f"`{name}` is no channel", remedy="choose mail ADDRESS, text or phone")
        contact = await self._walk.contact()
        await self._walk.book.save_contact(replace(contact, channel=self._CHANNELS[name], mail=mail or contact.mail))

    async def _letters(self, rest: str) -> None:
        """/letters: what was written to the caller, and what will be"""
        for parcel in self._walk.letters.sent:
            self._walk.show(f"sent to {parcel.to}: {parcel.letter.subject}")
            for line in parcel.letter.text.splitlines():
                self._walk.show(f"  {line}" if line else "")
        contact = await self._walk.contact()
        async with self._walk.book.store.reading() as reader:
            for message in await reader.messages(contact.id):
                if message.settled_at is None:
                    self._walk.show(f"goes out {self._walk.spoken_time(message.not_before)}: {message.template}")

    async def _report(self, rest: str) -> None:
        """/report [FILE.html]: the report of the last case, here or as a page"""
        walk, case = self._walk, await self._case()
        category = walk.file.categories.get(case.category)
        title = category.titles.get("en", case.category) if category else case.category
        found = await walk.book.case_report(case.id, walk.calls)
        view = report_view(found, "en", ZoneInfo(walk.file.hotline.zone), title)
        if not rest:
            for line in views.report_lines(view):
                walk.show(line)
            return
        await asyncio.to_thread(_write, Path(rest), report_html(view))
        walk.show(f"(the report of case {case.reference} is in {rest})")

    # --- whom and what a command is about ---------------------------------------------------------------------------

    def _agent(self, given: str) -> str:
        """Who is named; else who talked with the caller last, else the first of the hotline file."""
        return given or self._walk.telephone.last_agent or next(iter(self._walk.file.agents))

    async def _case(self) -> Case:
        """The case in the agent's hands, else the newest."""
        work = await self._walk.desk.current(self._agent(""))
        if work is not None and work.case is not None:
            return work.case
        async with self._walk.book.store.reading() as reader:
            cases = await reader.cases(limit=1)
        if not cases:
            raise NotFound("there is no case yet")
        return cases[0]

    async def _last_reference(self) -> str:
        async with self._walk.book.store.reading() as reader:
            promises = await reader.promises(states=frozenset(PromiseState))
        if promises:
            return max(promises, key=lambda promise: promise.made_at).reference
        return (await self._case()).reference


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as fault:
        raise Refused(f"{file} cannot be written: {fault.strerror}") from fault
