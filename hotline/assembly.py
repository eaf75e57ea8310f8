"""The composition root: the only place that knows every adapter. Read it top-down to see what a running hotline is."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from callbacks.calls.records import CallRecords
from callbacks.letters.messenger import Messenger
from callbacks.privacy.retention import Privacy
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.status.public_status import PublicStatus
from callbacks.status.status_codes import StatusCodes
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from callbacks.store.sql_dialled import SqlDialledDays
from callbacks.store.sql_lookback import SqlLookback
from config.clock import SystemClock
from config.database import Database
from config.events import Event, EventBus
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import Settings, prepare_folder
from config.sql_keys import unlock
from config.sql_relay import EventRelay
from config.sql_versions import SqlVersions
from config.versions import HotlineFilePublished, Version, Versions
from console.app import build_console
from console.book.ground import BookParts
from console.book.records import Records
from console.identity.accounts import Accounts
from console.identity.sign_in import ensure_first_admin
from console.ports import Site
from console.rooms import Room
from console.store.sql_answers import SqlAnswers
from console.store.sql_audit import SqlAudit
from console.store.sql_tokens import SqlTokens
from console.store.sql_users import SqlUsers
from console.web.server import ConsoleServer
from hotline.api_house import api_house
from hotline.console_rooms import rooms
from hotline.couriers import LetterRules, couriers
from hotline.duties import Duty, do_while_leading
from hotline.engine import Engine
from hotline.event_senders import event_senders
from hotline.forgetting import forget_hourly
from hotline.hearing import hearing
from hotline.observation import Observation
from hotline.published_files import PublishedFiles
from hotline.publishing import VersionWatch, version_at_start
from hotline.recording_folder import RecordingFolder
from hotline.retention import retain_daily
from hotline.shared_ground import identity, join, shared_floor
from hotline.sql_migrate import upgrade
from hotline.telephones import telephones
from hotline.wallboard_states import wallboard_states
from hotline.workshop import Workshop
from ivr.flow.catalogue import STEPS
from ivr.ports import Ears, Edge
from ivr.promising import Promising
from ivr.services import Edition, Services
from ivr.understanding.understander import Understander
from prompts.prompt_library import PromptLibrary
from routing.floor import Floor
from routing.live_floor import LiveFloor
from routing.service import FloorService
from routing.shared_floor import SharedFloor
from routing.sql_floor_retention import SqlFloorRetention
from routing.sql_receipts import SqlReceipts

log = structlog.get_logger(__name__)


class Hotline:
    """The whole program on one machine. `start`, then `run` until cancelled, then `stop`.

    Telephones and ears are in this process unless others are given: `hotline serve` has each in a process of its own.
    """

    def __init__(self, settings: Settings, edge: Edge | None = None, ears: Ears | None = None) -> None:
        self.settings = settings
        self._given_edge = edge
        self._given_ears = ears
        self.clock = SystemClock()
        self.events = EventBus()
        prepare_folder(settings.data_folder)
        self.database = Database(settings.database_url.get_secret_value(), self.events, self.clock)
        self.versions: Versions = SqlVersions(self.database)
        self.answers = SqlAnswers(self.database)
        self.observation = Observation(self.clock)
        self.first_password: str | None = None
        self._node = self.database.node = identity(settings.node) if settings.node else ""
        self._running = contextlib.AsyncExitStack()
        self._jobs: list[Coroutine[None, None, None]] = []
        self._duties: list[Duty] = []

    async def start(self) -> None:
        """Bring everything up. Raises a `HotlineError` with its remedy when a part cannot start; then nothing is up."""
        async with contextlib.AsyncExitStack() as starting:
            starting.push_async_callback(self.database.close)
            async with self.database.alone():  # nodes may start at the same moment
                await upgrade(self.database)
                await unlock(self.database, self.settings.keyring)
                self.edition = await self._first_edition()
                self.first_password = await ensure_first_admin(SqlUsers(self.database))
            self._services = self._build_services()
            await self._open_floor(starting)
            engine = Engine(self._services)
            starting.push_async_callback(engine.stop)
            if not self._node:
                await engine.recover()  # before anybody is on the line
            self.observation.is_draining = lambda: engine.is_draining
            self._drain = engine.drain
            self.desk, self.conversations, self.cases = engine.desk, engine.conversations, engine.cases
            sources, looked = self.settings.metrics_sources, lambda: self._watched_at(engine)
            watched = self.observation.room(self._services, self.database, looked, sources, starting)
            self.console = await self._build_console(watched)
            starting.push_async_callback(self.workshop.close)
            await self.console.start()
            starting.push_async_callback(self.console.stop)
            await engine.start()
            watch = VersionWatch(self.versions, self.clock, lambda: int(self.edition.version), self._adopt)
            self._jobs.append(watch.run())
            self._duties = [
                *engine.duties(),
                lambda: retain_daily(self._privacy(), lambda: self.edition.file, self.clock),
                lambda: forget_hourly("answers", self.answers.forget_over, self.clock),
                lambda: forget_hourly("floor", self._forget_floor, self.clock),
            ]
            self._send_events()
            self._send_messages(starting)
            self.events.subscribe(self._on_event)
            self._running = starting.pop_all()
        address = f"{self.settings.sip_address}:{self.settings.sip_port}"
        log.info("hotline_started", sip=address, console=self.console.address)

    async def run(self) -> None:
        """Keep promises, watch the floor and send events, until cancelled or one of them fails."""
        async with asyncio.TaskGroup() as group:
            floor = self._services.floor
            alone = () if isinstance(floor, SharedFloor) else (duty() for duty in self._duties)
            for job in (*self._jobs, *alone):
                group.create_task(job)
            if isinstance(floor, SharedFloor):
                group.create_task(do_while_leading(floor.lead, self._duties))

    async def drain(self, limit: float) -> None:
        """Take no new calls, and return when those in progress are over; see `Engine.drain`. `run` goes on."""
        if isinstance(self._services.floor, SharedFloor):
            self._services.floor.let_others_lead()
        await self._drain(limit)

    async def stop(self) -> None:
        """Take no more calls, end those in progress, close everything."""
        await self._running.aclose()
        log.info("hotline_stopped")

    def _build_services(self) -> Services:
        settings, file = self.settings, self.edition.file
        book = PromiseBook(SqlBook(self.database), self.clock, BookRules.of(file))
        floor = self._build_floor()
        ears = self._given_ears or hearing(settings)
        return Services(
            clock=self.clock,
            events=self.events,
            edge=self._given_edge or telephones(settings, ears.hear),
            ears=ears,
            book=book,
            calls=CallRecords(SqlCalls(self.database), self.clock, self.observation.counting, self._node),
            floor=floor,
            promising=Promising(book, floor, self.clock, lambda: self.edition.file),
            edition=lambda: self.edition,
            recordings=prepare_folder(settings.recordings_folder),
            caller_number=settings.caller_number,
            dialled=SqlDialledDays(self.database),
            observe=self.observation.counting.on_told,
        )

    def _build_floor(self) -> LiveFloor:
        if self._node:
            desk = f"{self.settings.node_url.rstrip('/')}/desk" if self.settings.node_url else ""
            database, versions = self.database, self.versions
            return shared_floor(self._node, desk, self.edition, database, versions, lambda: self._services, self.clock)
        return FloorService(Floor(self.edition.file, self.edition.version), SqlReceipts(self.database), self.clock)

    async def _open_floor(self, closing: contextlib.AsyncExitStack) -> None:
        """A floor of our own runs with everything else; one that is shared we join before we take calls."""
        floor, book = self._services.floor, self._services.book
        if not isinstance(floor, SharedFloor):
            self._jobs.append(floor.run())
            return
        running = await join(floor, closing)

        async def until_it_fails() -> None:
            await running

        self._jobs += [until_it_fails(), EventRelay(self.database, self.events).run()]
        if floor.lead.is_ours and floor.lead.is_alone:
            await book.recover()

    def _watched_at(self, engine: Engine) -> datetime | None:
        """When the promises were last looked at, here or (of several nodes) where the leader is."""
        floor = self._services.floor
        follows = isinstance(floor, SharedFloor) and not floor.lead.is_ours
        return self.clock.now() if follows else engine.watched_at()

    async def _build_console(self, watched: Room) -> ConsoleServer:
        settings, secret = self.settings, self._secret()
        stores = SqlUsers(self.database), SqlTokens(self.database), SqlAudit(self.database)
        accounts = Accounts.over(*stores, self.clock, secret)
        application = build_console(
            self.desk,
            self.conversations,
            accounts.users,
            self.events,
            self.clock,
            secret,
            lambda: Site.of(self.edition.file),
            (*self._rooms(accounts), watched),
            looks=self._services.book,
            audit=accounts.audit,
            tokens=accounts.tokens,
            answers=self.answers,
        )
        proxies = [str(network) for network in settings.console_proxies]
        return ConsoleServer(application, settings.console_address, settings.console_port, proxies)

    def _rooms(self, accounts: Accounts) -> tuple[Room, ...]:
        """What the console has beside the desk."""
        settings, book = self.settings, self._services.book
        self.workshop = Workshop(
            lambda: self.edition,
            PublishedFiles(self.versions),
            book.problems,
            settings.prompts_folder,
            self.clock,
            accounts.audit,
        )
        parts = BookParts(book, self._services.calls, self._privacy(), lambda: self.edition.file, accounts.audit)
        records = Records(book, self._services.calls, settings.recordings_folder, settings.keyring)
        return rooms(
            records,
            PublicStatus(book, StatusCodes(self._secret())),
            self.clock,
            lambda: Site.of(self.edition.file),
            self._services.floor,
            SqlLookback(self.database),
            lambda: self.edition.file,
            accounts,
            api_house(self._services, parts, self.database, self.versions, records),
            self.answers,
            cases=self.cases,
            book=parts,
            workshop=self.workshop.rooms,
        )

    def _secret(self) -> str:
        given = self.settings.console_secret
        return given.get_secret_value() if given is not None else secret_of(self.settings.data_folder)

    def _privacy(self) -> Privacy:
        files = RecordingFolder(self.settings.recordings_folder)
        return Privacy(self._services.book, self._services.calls, files, (SqlAnswers(self.database),))

    async def _forget_floor(self, now: datetime) -> int:
        return await SqlFloorRetention(self.database).forget(now - timedelta(days=self.settings.floor_days))

    def _send_events(self) -> None:
        """Where a broker or webhooks are set, what the outbox holds goes there."""
        floor, book, lookback = self._services.floor, self._services.book, SqlLookback(self.database)
        states = wallboard_states(floor, book, lookback, lambda: self.edition.file, self.clock)
        site = self.edition.file.hotline.site
        senders = event_senders(self.settings, self.database, self.events, site, states, self.clock)
        self.observation.broker_is_connected = lambda: senders.is_connected
        self._duties += senders.duties

    def _send_messages(self, closing: contextlib.AsyncExitStack) -> None:
        """What the book has written goes out by mail and text message, where these are set up."""
        ways = couriers(self.settings, self.edition.file.hotline.name, self.clock, closing)
        messenger = Messenger(
            self._services.book.store,
            ways,
            self.clock,
            lambda: LetterRules.of(self.edition.file, self.settings.public_url),
        )
        self.events.subscribe(messenger.wake)
        self._duties.append(messenger.run)

    async def _on_event(self, event: Event) -> None:
        if isinstance(event, HotlineFilePublished):
            await self._adopt(await self.versions.get(int(event.subject)))

    async def _adopt(self, version: Version) -> None:
        """A newly published hotline file counts from now on; calls in progress keep theirs."""
        if version.number <= int(self.edition.version):
            return  # told twice
        self.edition = edition_of(version, self.settings.prompts_folder)
        await self._services.floor.adopt(self.edition.file, self.edition.version)
        self._services.book.rules = BookRules.of(self.edition.file)
        log.info("hotline_file_published", version=self.edition.version)

    async def _first_edition(self) -> Edition:
        """What counts at the start, by the file named in the settings."""
        path = self.settings.hotline_file
        file, _ = read_hotline_file(path, STEPS)
        text = path.read_text(encoding="utf-8")
        first = await version_at_start(self.versions, text, path.name)
        return edition_of(first, self.settings.prompts_folder, file if first.text == text else None)


def secret_of(folder: Path) -> str:
    """What sessions are keyed with: made once, kept in a file that only this user can read."""
    path = folder / "console.secret"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        secret = secrets.token_hex(32)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secret)
        return secret


def edition_of(version: Version, recorded: Path, file: HotlineFile | None = None) -> Edition:
    """What calls work with, built from a published text, or from the `file` that was read from it; `recorded` holds
    prompts that people spoke themselves."""
    if file is None:
        file, _ = read_hotline_file(version.text, STEPS)
    return Edition(str(version.number), file, PromptLibrary(file, overrides=recorded), Understander(file))
