"""Trying the hotline out: calls in the browser, typed instead of spoken. What it needs, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Protocol

from callbacks.model import AttemptOutcome, Promise
from config.errors import Refused
from config.urgency import Urgency
from console.desk.service import need
from console.identity.users import Action, User
from console.ports import HotlineFiles

#: A text of the hotline file is no longer than this; one of a thousand agents is a tenth of it.
LONGEST_TEXT = 900_000


class Handset(StrEnum):
    """What the caller's telephone is doing."""

    IDLE = "idle"
    RINGING = "ringing"  # the hotline rings it
    LISTENED = "listened"  # the hotline waits for an answer
    TALKING = "talking"  # with an agent
    WAITING = "waiting"  # on the line, and nobody listens to words


class Side(StrEnum):
    """Who a line of the conversation is from."""

    HOTLINE = "hotline"
    CALLER = "caller"
    NOTE = "note"  # what happened on the telephone


@dataclass(frozen=True, slots=True)
class Understood:
    """The reading of what the caller said. `scores` are the likeliest categories with beliefs from 0 to 1; `wish` is
    empty for none."""

    category: str
    confidence: float
    urgency: Urgency
    wish: str
    product: str
    abusive: bool
    callback_at: datetime | None
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One line of the conversation. A note's `text` is its code, `who` the number or agent it is about and `said` what
    that agent hears. `clips` are the sounds of what the hotline says, in speaking order; `unheard` whether some of it
    has no sound."""

    at: datetime
    side: Side
    text: str
    who: str = ""
    said: str = ""
    clips: tuple[str, ...] = ()
    unheard: bool = False
    understood: Understood | None = None


class Kind(StrEnum):
    """What an entry of the second column is."""

    EVENT = "event"  # told to the broker and to screens
    COMMAND = "command"  # told to the telephones or the ears
    RECEIPT = "receipt"  # why this agent
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came of the call: its name (`promise/made`, `Dial`), and its values."""

    at: datetime
    kind: Kind
    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TriedAgent:
    """An agent of the trial; `stage` is empty without work in hand, `work` its id and `promised` whether it is a
    promise."""

    id: str
    name: str
    state: str
    stage: str
    work: str = ""
    about: str = ""
    promised: bool = False


@dataclass(frozen=True, slots=True)
class TrialView:
    """Everything there is to see. `now` is the trial's own time."""

    now: datetime
    zone: tzinfo
    handset: Handset
    number: str
    caller: str
    expecting: str
    talks_with: str
    lines: tuple[TriedLine, ...]
    happenings: tuple[Happening, ...]
    agents: tuple[TriedAgent, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a text offers for a trial: numbers to dial with their languages (empty: it is asked), agents by id, and the
    titles of its categories by language."""

    numbers: tuple[tuple[str, str], ...]
    agents: tuple[tuple[str, str], ...]
    caller: str  # a number that the hotline may call
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a trial begins: the text that counts, which number is dialled from which, who is ready, and when (None:
    now). A moment without a zone is at the hotline's own place."""

    text: str
    dialled: str
    caller: str
    ready: tuple[str, ...] = ()
    begins: datetime | None = None


class Trial(Protocol):
    """One hotline of a person's own. What cannot be done raises `Refused`, with a message for people."""

    async def view(self) -> TrialView:
        """What is so now."""

    async def take(self, line: str) -> None:
        """What the caller types: words are spoken, a row of digits is keyed, nothing is silence. On a telephone that
        rings nothing picks up, and anything else declines."""

    async def hang_up(self) -> None:
        """The caller puts the phone down."""

    async def ring(self, caller: str) -> None:
        """Call the hotline, from this number."""

    async def wait(self, seconds: float) -> None:
        """Let time pass, until the caller is wanted on the telephone."""

    async def set_ready(self, agent: str, ready: bool) -> None:
        """The agent takes work from now on, or takes none."""

    async def act(self, agent: str, do: str) -> None:
        """The agent presses `dial`, `decline` or `hang-up` at the desk."""

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """The agent ends the wrap-up."""


class TryIt(Protocol):
    """Trials, one for each person."""

    async def choices(self, text: str) -> Choices:
        """What can be dialled and who can be ready. Raises a `HotlineError` with the faults of the text."""

    async def open(self, who: str, setting: Setting) -> Trial:
        """A new trial in place of the person's earlier one: the call begins at once. Raises `Refused` when there are
        too many, and a `HotlineError` for a text that cannot count."""

    def of(self, who: str) -> Trial | None:
        """The person's trial, unless it was closed or nobody touched it for long."""

    async def close(self, who: str) -> None:
        """It is gone."""


class TryingService:
    """Trials behind the table of rights: for those who may see the hotline file. Texts that people have not published
    are kept for them until they try another, the oldest going first."""

    _MOST_TEXTS = 32

    def __init__(self, try_it: TryIt, files: HotlineFiles) -> None:
        self._try_it = try_it
        self._files = files
        self._texts: dict[str, str] = {}

    def keep_text(self, user: User, text: str) -> None:
        """What the person has edited is tried from now on, without counting for anybody else."""
        need(user, Action.SEE_FILE)
        if len(text) > LONGEST_TEXT:
            raise Refused("the text is too long to be tried", remedy=f"{LONGEST_TEXT} characters are the most")
        self._texts.pop(user.id, None)
        self._texts[user.id] = text.replace("\r\n", "\n")  # as forms send it
        while len(self._texts) > self._MOST_TEXTS:
            del self._texts[next(iter(self._texts))]

    def forget_text(self, user: User) -> None:
        """The version in force is tried from now on."""
        self._texts.pop(user.id, None)

    async def text_of(self, user: User) -> tuple[str, str]:
        """The version in force, empty for a text of the person's own, and the text that is tried."""
        need(user, Action.SEE_FILE)
        own = self._texts.get(user.id)
        return ("", own) if own is not None else await self._files.current()

    async def choices(self, user: User) -> Choices:
        """What can be dialled and who can be ready."""
        return await self._try_it.choices((await self.text_of(user))[1])

    async def open(
        self, user: User, dialled: str, caller: str, ready: tuple[str, ...], begins: datetime | None
    ) -> Trial:
        """Begin a trial: the call is made at once."""
        text = (await self.text_of(user))[1]
        return await self._try_it.open(user.id, Setting(text, dialled, caller, ready, begins))

    def trial(self, user: User) -> Trial | None:
        """The person's trial, if there is one."""
        need(user, Action.SEE_FILE)
        return self._try_it.of(user.id)

    async def close(self, user: User) -> None:
        """End it."""
        await self._try_it.close(user.id)
