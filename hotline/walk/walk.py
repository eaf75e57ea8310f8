"""A walk through the hotline at one terminal: whoever sits there is every caller, and every agent's hands at the desk.

The book, the floor, the call flow, the desk and the letters are the real ones, over stores that are gone at the end;
time is the walk's own, and moves when it is told to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from callbacks.ledger import next_look
from callbacks.letters.courier import Parcel
from callbacks.letters.messenger import Messenger
from callbacks.model import Channel, Contact
from callbacks.status.public_status import PublicStatus
from callbacks.status.status_codes import StatusCodes
from config.clock import Clock, VirtualClock
from config.hotline_file import HotlineFile
from config.ids import new_reference
from hotline.couriers import LetterRules
from hotline.sandbox import Sandbox
from hotline.walk.notes import Note, line_of
from hotline.walk.telephone import KEYS, ShownPrompts, WalkTelephone
from ivr.live_desk import LiveDesk
from ivr.services import Edition
from ivr.understanding.understander import Understander

#: Every line that is typed takes so long.
LINE_SECONDS = 1.0
#: A wait that is longer than this goes in strides of up to a minute; whoever should wake meanwhile wakes so much late.
SHORT_WAIT_SECONDS = 600.0
STRIDE_SECONDS = 60.0
#: What happens at once may take several rounds of everybody.
_ROUNDS = 8

Show = Callable[[str], None]
#: Makes the telephone of a walk from its clock, who is told what it tells, and whose phones are which.
MakeTelephone = Callable[[Clock, Callable[[Note], None], Callable[[str], str | None]], WalkTelephone]


@dataclass(frozen=True, slots=True)
class Walker:
    """Whose walk it is: the number they ring from, unless they say otherwise, and the one they dial."""

    caller: str
    number: str


class Walk:
    """`take` one typed line after another."""

    def __init__(
        self,
        file: HotlineFile,
        walker: Walker,
        begins: datetime,
        show: Show,
        make_reference: Callable[[], str] = new_reference,
        *,
        edition: Edition | None = None,
        telephone: MakeTelephone = WalkTelephone,
    ) -> None:
        """`edition`: what calls work with, where it is not made of the `file` here; its prompts' clips are texts."""
        self.file = file
        self.caller = walker.caller
        self.clock = VirtualClock(begins)
        self.show = show
        self._number = walker.number
        self.telephone = telephone(self.clock, lambda note: show(line_of(note)), self._station_of)
        self.edition = edition or Edition("walk", file, ShownPrompts(file), Understander(file))
        self.sandbox = Sandbox(
            self.edition, self.clock, self.telephone, self.telephone.ears, walker.number, make_reference
        )
        self.book, self.calls = self.sandbox.book, self.sandbox.calls
        self.desk: LiveDesk = self.sandbox.desk
        self.status = PublicStatus(self.book, StatusCodes("walk"))
        self.letters = ShownLetters(show)
        couriers = dict.fromkeys((Channel.MAIL, Channel.TEXT), self.letters)
        self._messenger = Messenger(self.book.store, couriers, self.clock, lambda: LetterRules.of(file, None))
        self.sandbox.events.subscribe(self._messenger.wake)

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """The hotline lives for the length of the block."""
        async with self.sandbox.under_way(self._messenger.run()):
            yield

    # --- what is typed ----------------------------------------------------------------------------------------------

    async def take(self, line: str) -> None:
        """What somebody on the telephone types. Raises nothing: what cannot be done is said."""
        telephone = self.telephone
        if telephone.rings:
            telephone.decline() if line else telephone.pick_up()
        elif not telephone.is_on_a_call:
            self.ring(self.caller) if not line else self.show("(nobody is on the line: Enter rings the hotline)")
        elif line == "bye":
            telephone.hang_up()
        elif telephone.talks_with_agent:
            self.show("(you talk)") if line else telephone.agent_hangs_up()
        elif line and set(line) <= KEYS:
            for key in line:
                telephone.press(key)
                await self.settle()
        elif telephone.is_heard:
            telephone.say(line)
        else:
            self.show("(nobody listens just now: `/wait 30s` lets time pass)")
        await self.pass_time(LINE_SECONDS)

    def ring(self, caller: str) -> None:
        """The hotline is called from this number."""
        self.caller = caller
        self.show(f"--- {caller} rings the hotline, {self.spoken_time(self.clock.now())}")
        self.telephone.call(caller, self._number)

    # --- time -------------------------------------------------------------------------------------------------------

    async def wait(self, seconds: float) -> None:
        """Let time pass, until somebody is wanted on the telephone."""
        self.telephone.is_wanted = False
        end = self.clock.monotonic() + seconds
        longest = LINE_SECONDS if seconds <= SHORT_WAIT_SECONDS else STRIDE_SECONDS
        while (left := end - self.clock.monotonic()) > 0 and not self.telephone.is_wanted:
            await self.clock.leap(await self._stride(min(left, longest)))
            await self.clock.settle()
        await self.settle()

    async def _stride(self, longest: float) -> float:
        """No moment at which a promise changes is leapt over: a last try may be due seconds before its window ends."""
        now = self.clock.now()
        async with self.book.store.reading() as reader:
            looks = [look for promise in await reader.promises() if (look := next_look(promise)) is not None]
        ahead = min(((look - now).total_seconds() for look in looks if look > now), default=longest)
        return max(LINE_SECONDS, min(longest, ahead))

    async def pass_time(self, seconds: float) -> None:
        """What happens now, and in the seconds to come."""
        await self.settle()
        await self.clock.leap(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that happens now."""
        for _ in range(_ROUNDS):
            await self.clock.settle()

    def spoken_time(self, at: datetime) -> str:
        """A moment at the hotline's own place."""
        return f"{at.astimezone(self.edition.zone):%a %d %b %H:%M}"

    # --- who is who -------------------------------------------------------------------------------------------------

    async def contact(self) -> Contact:
        """Whoever sits at the terminal, as the book knows them."""
        return await self.book.contact_by_number(self.caller, self.file.default_tier)

    def _station_of(self, target: str) -> str | None:
        agents = self.file.agents.items()
        return next((name for name, agent in agents if target in (agent.station, *agent.devices)), None)


class ShownLetters:
    """A `Courier` to the terminal."""

    def __init__(self, show: Show) -> None:
        self.sent: list[Parcel] = []
        self._show = show

    async def deliver(self, parcel: Parcel) -> None:
        self.sent.append(parcel)
        self._show(f"(a letter to {parcel.to}: {parcel.letter.subject})")
