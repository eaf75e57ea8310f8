"""`hotline talk`: the call flow in the terminal. The keyboard stands in for telephone and ears; the rest is real.

A line is what the caller says, a line of one digit is a key, an empty line is silence, `bye` hangs up.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from callbacks.calls import CallLine, CallRecords, Speaker
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.sql_book import SqlBook
from callbacks.sql_calls import SqlCalls
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.ids import new_id
from config.settings import Settings
from hotline.sql_migrate import upgrade
from ivr import messages as wire
from ivr.flow.catalogue import STEPS
from ivr.promising import Promising
from ivr.services import Edition, Services
from ivr.switchboard import Switchboard
from ivr.understanding.understander import Understander
from prompts.library import PromptLibrary
from routing.changes import AgentReady, AgentSignedIn
from routing.floor import Floor
from routing.service import FloorService
from routing.sql_receipts import SqlReceipts


async def talk(settings: Settings, number: str, caller: str, agents: tuple[str, ...]) -> None:
    """One call after the other from the same caller, with a book of promises of their own, until the input ends.

    `agents` are ready from the start; with none a callback is promised.
    """
    console, clock = Console(highlight=False), SystemClock()
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    edition = Edition("talk", file, PromptLibrary(file), Understander(file))
    with tempfile.TemporaryDirectory(prefix="hotline-talk-") as folder:
        events = EventBus()
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'talk.db'}", events, clock)
        await upgrade(database)
        book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
        floor = FloorService(Floor(file, edition.version), SqlReceipts(database), clock)
        keyboard = Keyboard(console)
        services = Services(
            clock=clock,
            events=events,
            edge=keyboard,
            ears=KeyboardEars(keyboard),
            book=book,
            calls=SpokenRecords(SqlCalls(database), clock, console),
            floor=floor,
            promising=Promising(book, floor, clock, lambda: file),
            edition=lambda: edition,
            recordings=None,
            caller_number=settings.caller_number,
        )
        switchboard = Switchboard(services)
        await switchboard.start()
        for agent in agents:
            await floor.feed(AgentSignedIn(agent))
            await floor.feed(AgentReady(agent))
        try:
            while not keyboard.closed:
                console.rule(f"{caller} dials {number}", align="left")
                await keyboard.call(caller, number)
        finally:
            await switchboard.stop()
            await database.close()


class SpokenRecords(CallRecords):
    """The record of calls, which also shows what the hotline says."""

    def __init__(self, store: SqlCalls, clock: SystemClock, console: Console) -> None:
        super().__init__(store, clock)
        self._console = console

    async def line(
        self, call_id: str, speaker: Speaker, text: str, confidence: float | None = None, heard_by: str = ""
    ) -> CallLine:
        if speaker is Speaker.HOTLINE:
            self._console.print(f"hotline: {text}", style="cyan", markup=False)
        return await super().line(call_id, speaker, text, confidence, heard_by)


class Keyboard:
    """The `Edge` of one caller at the terminal; agents' phones answer at once."""

    def __init__(self, console: Console) -> None:
        self.closed = False
        self._console = console
        self._on_event: Callable[[wire.EdgeEvent], None] = lambda event: None
        self._over = asyncio.Event()
        self._caller = ""
        self._conversation: asyncio.Future[None] | None = None

    async def start(self, on_event: Callable[[wire.EdgeEvent], None]) -> None:
        self._on_event = on_event

    async def stop(self) -> None:
        return None

    def send(self, command: wire.EdgeCommand) -> None:
        match command:
            case wire.Answer(leg=leg):
                self._tell(wire.LegAnswered(leg, "keyboard", wide_band=True))
            case wire.Play(leg=leg, turn=turn, loop=False):
                self._tell(wire.PlayFinished(leg, turn))
            case wire.Play(loop=True):
                self._console.print("(music)", style="dim")
            case wire.Dial(leg=leg, target=target):
                self._console.print(f"({target} rings and is picked up)", style="dim", markup=False)
                self._tell(wire.LegAnswered(leg, "keyboard", wide_band=True))
            case wire.Bridge(other=agent):
                self._console.print("(you talk with the agent, who hangs up when you press Enter)", style="dim")
                self._conversation = asyncio.ensure_future(self._converse(agent))
            case wire.HangUp(leg=leg):
                self._end(leg, wire.EndedBy.US)
            case _:
                pass

    def heard(self, event: wire.EdgeEvent) -> None:
        """Something came from the keyboard."""
        self._tell(event)

    async def call(self, caller: str, number: str) -> None:
        """One call, until it is over."""
        self._over.clear()
        self._caller = new_id()
        self._tell(wire.LegArrived(self._caller, caller, number))
        await self._over.wait()

    async def read(self) -> str | None:
        """The next line typed; None at the end of the input."""
        try:
            return (await asyncio.to_thread(self._console.input, "you: ")).strip()
        except EOFError:
            self.closed = True
            return None

    def hang_up(self) -> None:
        """The caller puts the phone down."""
        self._end(self._caller, wire.EndedBy.THEM)

    async def _converse(self, agent: str) -> None:
        await self.read()
        self._end(self._caller if self.closed else agent, wire.EndedBy.THEM)

    def _end(self, leg: str, by: wire.EndedBy) -> None:
        self._tell(wire.LegEnded(leg, by))
        if leg == self._caller:
            self._over.set()

    def _tell(self, event: wire.EdgeEvent) -> None:
        asyncio.get_running_loop().call_soon(self._on_event, event)


class KeyboardEars:
    """The `Ears` that hear what is typed."""

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self._on_event: Callable[[wire.EarsEvent], None] = lambda event: None
        self._reading: asyncio.Task[None] | None = None

    async def start(self, on_event: Callable[[wire.EarsEvent], None]) -> None:
        self._on_event = on_event

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def languages(self) -> frozenset[str]:
        return frozenset({"en", "zh", "ko"})

    def hear(self, chunk: wire.AudioChunk) -> None:
        return None

    def send(self, command: wire.EarsCommand) -> None:
        if isinstance(command, wire.Listen) and command.no_input < 60:  # not while the prompt still plays
            self._reading = asyncio.ensure_future(self._listen(command))

    async def _listen(self, listen: wire.Listen) -> None:
        line = await self._keyboard.read()
        if line is None or line == "bye":
            self._keyboard.hang_up()
        elif len(line) == 1 and line in "0123456789*#":
            self._keyboard.heard(wire.DigitPressed(listen.leg, line))
        elif not line:
            self._on_event(wire.NothingHeard(listen.leg, listen.turn))
        else:
            said = wire.Utterance(line, listen.language, (), 1.0, 0.0, 0.0, -20.0, 0.0, 0.0, "keyboard")
            self._on_event(wire.Heard(listen.leg, listen.turn, said))
