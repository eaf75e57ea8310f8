"""How soon an agent sees an offer when fifty desks and two wallboards are open at once.

Two processes: a whole hotline, whose telephones and ears are scripted, with its database on disk and its console; and
this one, which keeps the pages open (`light_desk`). Twice a second a case is opened, which concerns every page. What
counts is the time from the event that tells of the offer to the moment when the message that shows it is at the page.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import numpy as np
from ruamel.yaml import YAML

from callbacks.calls.records import CallRecords
from callbacks.model import Wish
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.clock import SystemClock
from config.events import Event
from config.logging import configure_logging
from config.settings import Settings, default_hotline_file
from config.urgency import Urgency
from console.identity.passwords import generate, hash_password
from console.identity.sign_in import SignIn
from console.identity.users import Role, User
from console.store.sql_users import SqlUsers
from hotline.assembly import Hotline, secret_of
from hotline.bench.light_desk import LightDesk
from hotline.bench.row import Row
from hotline.demo.house import free_port
from ivr.messages import EdgeCommand, EndedBy, LegEnded, Play
from ivr.scripted_edge import PicksUp, ScriptedEdge
from ivr.speech.scripted_ears import ScriptedEars
from routing.events import WorkOffered

_DESKS, _WALLBOARDS, _CALLS = 50, 2, 150
_CALLS_A_SECOND, _TALK_SECONDS, _PICK_UP_SECONDS = 4.0, 5.0, 1.0
_NEWS_SECONDS = 0.5
_TARGET_P95 = 300.0
_NUMBER = re.compile(r"\+8210\d{8}")
_COOKIE = "hotline_session"

#: A moment of `time.perf_counter`, which on one machine is the same for all processes.
Moment = float


def rows() -> Iterator[Row]:
    """Offers to fifty desks, one after the other."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        server = processes.Process(target=_serve, args=(theirs, Path(folder)), daemon=True)
        server.start()
        theirs.close()
        address, tokens = ours.recv()
        seen, cpu = asyncio.run(_look(address, tokens, ours))
        offered: dict[str, Moment] = ours.recv()
        server.join()
    late = [1000 * (seen[number] - at) for number, at in offered.items() if number in seen]
    p50, p95 = (float(np.percentile(late, percentile)) for percentile in (50, 95))
    what = f"{_DESKS} desks and {_WALLBOARDS} wallboards open, {len(offered)} offers"
    lost = len(offered) - len(late)
    yield Row("console", f"offer to screen p50, {what}", p50, "ms", None, None)
    yield Row("console", f"offer to screen p95, {what}", p95, "ms", _TARGET_P95, p95 <= _TARGET_P95)
    yield Row("console", f"offers that no desk showed, {what}", lost, "offers", 0, not lost)
    yield Row("console", f"processor time of the hotline, {what}", cpu, "% of a core", None, None)


async def _look(address: str, tokens: dict[str, str], server: Connection) -> tuple[dict[str, Moment], float]:
    """Open every page, have the callers ring, and note when each number was first seen."""
    seen: dict[str, Moment] = {}

    def note(text: str) -> None:
        for number in _NUMBER.findall(text):
            seen.setdefault(number, time.perf_counter())

    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60))
        following = []
        for name, token in tokens.items():
            is_desk = name.startswith("agent")
            page = LightDesk(note if is_desk else lambda _: None)
            await page.open(http, "/desk" if is_desk else "/wallboard", {_COOKIE: token})
            stack.push_async_callback(page.close)
            following.append(asyncio.ensure_future(page.follow()))
        server.send("ring")
        cpu = float(await asyncio.to_thread(server.recv))
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    return seen, cpu


def _serve(asker: Connection, folder: Path) -> None:
    configure_logging("human", "error")
    asyncio.run(_hotline(asker, folder))


class _Telephones(ScriptedEdge):
    """What is played is over at once: waiting music takes no bench further."""

    def send(self, command: EdgeCommand) -> None:
        super().send(command)
        if isinstance(command, Play):
            asyncio.get_running_loop().call_soon(self.finish_play, command.leg)


async def _hotline(asker: Connection, folder: Path) -> None:
    """Serve; then have callers ring; then say how much processor time that took, and when each was offered."""
    clock = SystemClock()
    edge, ears = _Telephones(clock), ScriptedEars(clock)
    edge.outcomes = {_station(number): PicksUp(_PICK_UP_SECONDS) for number in range(_DESKS)}
    settings = Settings(data_folder=folder, hotline_file=_write_file(folder), console_port=free_port())
    hotline = Hotline(settings, edge, ears)
    await hotline.start()
    job = asyncio.ensure_future(hotline.run())
    asker.send((hotline.console.address, await _people(hotline)))
    offers: dict[str, Moment] = {}

    def note(event: Event) -> None:
        if isinstance(event, WorkOffered):
            offers.setdefault(event.subject, time.perf_counter())

    hotline.events.subscribe(note)
    for number in range(_DESKS):
        await hotline.desk.ready(f"agent-{number}")
    await asyncio.to_thread(asker.recv)
    began, used = time.perf_counter(), time.process_time()
    news = asyncio.ensure_future(_news(hotline))
    callers = [asyncio.ensure_future(_call(edge, clock, number)) for number in range(_CALLS)]
    await asyncio.gather(*callers)
    asker.send(100 * (time.process_time() - used) / (time.perf_counter() - began))
    asker.send({await _number(hotline, call): at for call, at in offers.items()})
    for task in (job, news):
        task.cancel()
    await asyncio.gather(job, news, return_exceptions=True)
    await hotline.stop()


async def _call(edge: ScriptedEdge, clock: SystemClock, number: int) -> None:
    """Ring at one's time, and hang up when one has talked."""
    await clock.sleep(number / _CALLS_A_SECOND)
    leg = edge.arrive(f"+8210{number:08}", "1001")
    await clock.sleep(_PICK_UP_SECONDS + _TALK_SECONDS)
    edge.tell(LegEnded(leg, EndedBy.THEM))
    await clock.sleep(1)


async def _news(hotline: Hotline) -> None:
    """Something for everybody, again and again."""
    book = _book(hotline)
    contact = await book.contact_by_number("+821099999999", "standard")
    while True:
        await book.open_case(
            contact=contact.id, category="refund", urgency=Urgency.MONEY, wish=Wish.REFUND, language="en", summary=""
        )
        await hotline.clock.sleep(_NEWS_SECONDS)


async def _number(hotline: Hotline, call: str) -> str:
    """Whose call it was."""
    record = await CallRecords(SqlCalls(hotline.database), hotline.clock).call(call)
    return (await _book(hotline).contact(record.contact)).number


def _book(hotline: Hotline) -> PromiseBook:
    return PromiseBook(SqlBook(hotline.database), hotline.clock, BookRules.of(hotline.edition.file))


async def _people(hotline: Hotline) -> dict[str, str]:
    """The tokens of all who look, by name; agents have begun their shift."""
    users, password = SqlUsers(hotline.database), generate()
    hashed = hash_password(password)
    sign_in = SignIn(users, hotline.clock, secret_of(hotline.settings.data_folder))
    everyone = [User(f"agent-{number}", "", Role.AGENT, f"agent-{number}") for number in range(_DESKS)]
    everyone += [User(f"supervisor-{number}", "", Role.SUPERVISOR) for number in range(_WALLBOARDS)]
    tokens = {}
    for user in everyone:
        await users.save(user, hashed)
        tokens[user.id] = await sign_in.sign_in(user.id, password, user.id)
        if user.agent is not None:
            await hotline.desk.sign_in(user.agent)
    return tokens


def _station(number: int) -> str:
    return f"sip:agent-{number}@192.0.2.1:5060"


def _write_file(folder: Path) -> Path:
    """The default hotline file with fifty likenesses of one agent, and a flow that queues at once."""
    yaml = YAML(typ="safe")
    data = yaml.load(default_hotline_file().read_text(encoding="utf-8"))
    likeness = data["agents"]["ana"] | {"wrap_up": 1}
    data["agents"] = {f"agent-{number}": likeness | {"station": _station(number)} for number in range(_DESKS)}
    data["cases"]["responsible"] = {}
    data["flow"] = {
        "start": "queue",
        "steps": {
            "queue": {"kind": "queue", "next": "goodbye", "otherwise": "goodbye"},
            "goodbye": {"kind": "goodbye"},
        },
    }
    path = folder / "hotline.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return path
