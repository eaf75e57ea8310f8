"""Edge and ears at the other end of a socket, when an end is lost and comes again."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.clock import SystemClock, VirtualClock
from ivr.audio_way import AudioReceiver, AudioSender, pack, unpack
from ivr.channel import Channel
from ivr.ears_server import EarsServer
from ivr.edge_server import EdgeServer
from ivr.messages import (
    EDGE_LOST,
    Answer,
    AudioChunk,
    Bridge,
    BridgeSurvived,
    Dial,
    Drain,
    EarsEvent,
    EarsUnavailable,
    EdgeEvent,
    EndedBy,
    Expecting,
    Forget,
    HangUp,
    Heard,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    Listen,
)
from ivr.remote_ears import RemoteEars
from ivr.remote_edge import RemoteEdge
from ivr.scripted_edge import NeverAnswers, ScriptedEdge
from ivr.speech.scripted_ears import ScriptedEars
from ivr.wire import FROM_EDGE, VERSION, FromEdge, Hello, Message, encode

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder() -> Iterator[Path]:
    """pytest's own are too long for a Unix socket."""
    with TemporaryDirectory() as made:
        yield Path(made)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.002)


class Phones:
    """An edge process that can die, and the main processes that come to it."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "edge")
        self.clock = VirtualClock(BEGINNING)
        self.told: list[EdgeEvent] = []
        self.mains: list[RemoteEdge] = []

    async def begin(self) -> None:
        self.edge = ScriptedEdge(self.clock)
        self.server = EdgeServer(self.edge, self.path, self.clock)
        await self.server.start()

    async def main(self) -> RemoteEdge:
        remote = RemoteEdge(self.path, SystemClock())
        self.mains.append(remote)
        await remote.start(self.told.append)
        return remote

    async def dies(self) -> None:
        """The edge's process: its connections are cut, nobody says goodbye."""
        entrance = self.server._entrance
        assert entrance._server is not None
        entrance._server.close()
        for channel in tuple(entrance._channels):
            self.server._main = None
            channel.abort()
            await channel.lost.wait()
        with contextlib.suppress(FileNotFoundError):  # Python 3.13 has removed it on closing
            os.unlink(self.path)

    async def main_dies(self) -> None:
        remote = self.mains[-1]
        assert remote._connecting is not None
        remote._connecting.cancel()
        await asyncio.gather(remote._connecting, return_exceptions=True)
        await until(lambda: self.server._main is None)
        self.told.clear()

    async def bridged(self, main: RemoteEdge) -> tuple[str, str]:
        """A caller who talks with somebody we dialled."""
        caller = self.edge.arrive("+821011110001")
        await until(lambda: any(isinstance(event, LegArrived) for event in self.told))
        main.send(Answer(caller))
        main.send(Dial("out", "sip:agent@127.0.0.1", "1", 20.0))
        await until(lambda: sum(isinstance(event, LegAnswered) for event in self.told) == 2)
        main.send(Bridge(caller, "out", "note"))
        await until(lambda: Bridge(caller, "out", "note") in self.edge.sent)
        return caller, "out"

    async def end(self) -> None:
        for remote in self.mains:
            await remote.stop()
        await self.server.stop()


@pytest.fixture
async def phones(folder: Path) -> AsyncIterator[Phones]:
    made = Phones(folder)
    await made.begin()
    yield made
    await made.end()


async def test_when_the_edge_is_lost_every_leg_is_told_to_be_over(phones: Phones) -> None:
    main = await phones.main()
    caller, agent = await phones.bridged(main)
    phones.edge.outcomes["sip:contact@127.0.0.1"] = NeverAnswers()
    main.send(Dial("ringing", "sip:contact@127.0.0.1", "1", 20.0))
    await until(lambda: phones.edge.is_live("ringing"))
    phones.told.clear()
    await phones.dies()
    await until(lambda: len(phones.told) == 3)
    assert set(phones.told) == {
        LegEnded(caller, EndedBy.FAULT, why=EDGE_LOST),
        LegEnded(agent, EndedBy.FAULT, why=EDGE_LOST),
        LegFailed("ringing", 503, EDGE_LOST),
    }
    main.send(HangUp(caller))
    main.send(Dial("next", "sip:agent@127.0.0.1", "1", 20.0))
    assert len(phones.told) == 3  # later, not within the command
    await until(lambda: len(phones.told) == 4)
    assert phones.told[-1] == LegFailed("next", 503, EDGE_LOST)


async def test_a_new_edge_is_found_and_serves(phones: Phones) -> None:
    main = await phones.main()
    await phones.bridged(main)
    await phones.dies()
    await phones.begin()
    phones.told.clear()
    await until(lambda: phones.server._main is not None)
    leg = phones.edge.arrive("+821011110002")
    await until(lambda: LegArrived(leg, "+821011110002", "hotline") in phones.told)
    main.send(Answer(leg))
    await until(lambda: LegAnswered(leg, "G722", wide_band=True) in phones.told)


async def test_a_new_main_process_knows_for_how_long_the_telephones_were_up_before_it(phones: Phones) -> None:
    first = await phones.main()
    await phones.main_dies()
    await phones.clock.advance(12.0)
    again = await phones.main()
    assert (first.outlived(), again.outlived()) == (0.0, 12.0)
    await phones.dies()  # another edge than the one that was there when it came
    await phones.begin()
    await phones.clock.advance(5.0)
    await until(lambda: phones.server._main is not None)
    assert again.outlived() == 12.0


async def test_a_new_main_process_is_told_who_talks_before_it_has_started(phones: Phones) -> None:
    main = await phones.main()
    caller, agent = await phones.bridged(main)
    await phones.main_dies()
    assert phones.edge.is_live(caller)
    assert phones.edge.is_live(agent)
    again = await phones.main()
    assert phones.told[0] == BridgeSurvived(caller, agent, "note")
    again.send(HangUp(caller))
    await until(lambda: LegEnded(caller, EndedBy.US) in phones.told)


async def test_a_caller_alone_is_kept_for_the_grace_and_no_longer(phones: Phones) -> None:
    main = await phones.main()
    caller = phones.edge.arrive("+821011110001")
    await until(lambda: bool(phones.told))
    main.send(Answer(caller))
    await until(lambda: len(phones.told) == 2)
    await phones.main_dies()
    await phones.clock.advance(59.0)
    await phones.main()
    (again,) = phones.told
    assert again == LegArrived(caller, "+821011110001", "hotline", 59.0)
    await phones.main_dies()
    await phones.clock.advance(61.0)
    assert not phones.edge.is_live(caller)
    assert phones.edge.sent[-2:] == [Drain(on=True), HangUp(caller)]
    await phones.main()
    assert phones.edge.sent[-1] == Drain(on=False)
    assert phones.told == []


async def test_only_one_main_process_is_served(phones: Phones) -> None:
    await phones.main()
    second = RemoteEdge(phones.path, SystemClock())
    phones.mains.append(second)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.start(phones.told.append), 0.3)


@pytest.mark.parametrize("said", [b"\xff" * 8, encode(Hello(VERSION + 1)), encode(LegFailed("a", 486, "busy"))])
async def test_who_speaks_another_language_is_parted_with_and_others_are_served(phones: Phones, said: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(phones.path)
    writer.write(said)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await phones.main()


async def test_commands_before_a_hello_are_not_carried_out(phones: Phones) -> None:
    _, writer = await asyncio.open_unix_connection(phones.path)
    writer.write(encode(Dial("out", "sip:agent@127.0.0.1", "1", 20.0)))
    await writer.drain()
    await phones.main()
    assert phones.edge.sent == [Drain(on=False)]
    writer.close()


async def test_who_does_not_read_is_given_up(folder: Path) -> None:
    lost: list[Channel[FromEdge]] = []
    deaf_ends: list[asyncio.StreamWriter] = []

    def ignore(channel: Channel[FromEdge], message: Message) -> None:
        raise AssertionError(message)

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        deaf_ends.append(writer)

    server = await asyncio.start_unix_server(deaf, folder / "deaf")
    loop = asyncio.get_running_loop()
    _, channel = await loop.create_unix_connection(
        lambda: Channel(FROM_EDGE, ignore, lost.append), str(folder / "deaf")
    )
    for number in range(100_000):
        channel.send(LegArrived(f"leg{number}", "+821011110001" * 4, "hotline"))
        if number % 100 == 0:
            await asyncio.sleep(0)
        if channel.lost.is_set():
            break
    assert lost == [channel]
    server.close()
    deaf_ends[0].transport.abort()
    await asyncio.sleep(0)


# --- ears ------------------------------------------------------------------------------------------------------------


class Hearing:
    """An ears process that can die, and the main process beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = VirtualClock(BEGINNING)
        self.told: list[EarsEvent] = []
        self.main = RemoteEars(str(folder / "ears"), str(folder / "audio"), SystemClock())

    async def begin(self) -> None:
        self.script = ScriptedEars(self.clock, frozenset({"ko"}))
        self.server = EarsServer(self.script, str(self.folder / "ears"), str(self.folder / "audio"))
        await self.server.start()

    async def dies(self) -> None:
        """The sockets' names stay, as after a SIGKILL."""
        await self.server.stop()


@pytest.fixture
async def hearing(folder: Path) -> AsyncIterator[Hearing]:
    made = Hearing(folder)
    await made.begin()
    await made.main.start(made.told.append)
    yield made
    await made.main.stop()
    await made.server.stop()


def listen(leg: str, turn: int) -> Listen:
    return Listen(leg, turn, "ko", Expecting.SPEECH, 0.5, 5.0, 20.0)


async def test_without_ears_no_language_is_heard_and_callers_need_keys(hearing: Hearing) -> None:
    assert hearing.main.languages() == {"ko"}
    hearing.main.send(listen("a", 3))
    hearing.main.send(listen("b", 4))
    hearing.main.send(Forget("b"))
    await hearing.dies()
    await until(lambda: hearing.main.languages() == frozenset())
    hearing.main.send(listen("c", 5))
    await until(lambda: len(hearing.told) == 2)
    away = "the ears are away"
    assert hearing.told == [EarsUnavailable("a", 3, away), EarsUnavailable("c", 5, away)]


async def test_new_ears_are_found_and_hear(hearing: Hearing) -> None:
    await hearing.dies()
    await until(lambda: hearing.main.languages() == frozenset())
    await hearing.begin()
    await until(lambda: hearing.main.languages() == {"ko"})
    hearing.main.send(listen("a", 1))
    await until(lambda: hearing.script.say("a", "환불해 주세요", seconds=1.0))
    await hearing.clock.advance(3.0)
    await until(lambda: any(isinstance(event, Heard) for event in hearing.told))


async def test_what_a_dead_main_process_listened_to_is_forgotten(hearing: Hearing) -> None:
    hearing.main.send(listen("a", 1))
    await until(lambda: "a" in hearing.script._turns)
    await hearing.main.stop()
    await until(lambda: not hearing.script._turns)


async def test_a_hotline_without_ears_starts_all_the_same(folder: Path) -> None:
    ears = RemoteEars(str(folder / "ears"), str(folder / "audio"), SystemClock(), patience=0.05)
    await ears.start(lambda event: None)
    assert ears.languages() == frozenset()
    await ears.stop()


# --- audio -----------------------------------------------------------------------------------------------------------

CHUNK = AudioChunk("f" * 32, 16_000, b"\x01\x02" * 1600)


@pytest.mark.parametrize("packet", [b"", b"\x80>", pack(CHUNK)[:20], pack(CHUNK)[:-1], b"\x00\x00" + pack(CHUNK)[2:]])
def test_a_packet_that_holds_no_audio_is_none(packet: bytes) -> None:
    assert unpack(pack(CHUNK)) == CHUNK
    assert unpack(packet) is None


async def test_audio_arrives_in_order_and_is_dropped_while_nobody_hears(folder: Path) -> None:
    heard: list[AudioChunk] = []
    clock = VirtualClock(BEGINNING)
    sender, receiver = AudioSender(str(folder / "audio"), clock), AudioReceiver(str(folder / "audio"), heard.append)
    looking = asyncio.ensure_future(sender.run())
    await clock.settle()
    sender.hear(CHUNK)
    assert sender.dropped == 1
    receiver.open()
    await clock.advance(1.0)
    chunks = [AudioChunk("a", 8_000, bytes((number, 0))) for number in range(200)]
    for chunk in chunks:
        await asyncio.to_thread(sender.hear, chunk)
    await until(lambda: len(heard) == 200)
    assert heard == chunks
    receiver.close()  # the socket's name stays, as after a SIGKILL
    sender.hear(CHUNK)
    sender.hear(CHUNK)
    assert sender.dropped == 3
    again = AudioReceiver(str(folder / "audio"), heard.append)
    again.open()
    await clock.advance(1.0)
    sender.hear(CHUNK)
    await until(lambda: heard[-1] == CHUNK)
    again.close()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_ears_that_do_not_keep_up_cost_audio_and_never_time(folder: Path) -> None:
    clock = VirtualClock(BEGINNING)
    sender, receiver = AudioSender(str(folder / "audio"), clock), AudioReceiver(str(folder / "audio"), lambda _: None)
    receiver.open()
    looking = asyncio.ensure_future(sender.run())
    await clock.settle()
    for _ in range(5_000):  # the receiver's loop is ours, and does not turn
        sender.hear(CHUNK)
    assert 0 < sender.dropped < 5_000 - 20
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    receiver.close()


async def test_an_edge_that_takes_us_anew_hears_that_we_take_no_calls(phones: Phones) -> None:
    main = await phones.main()
    main.send(Drain(on=True))
    await until(lambda: phones.edge.sent[-1] == Drain(on=True))
    await phones.dies()
    await phones.begin()
    await until(lambda: phones.edge.sent == [Drain(on=False), Drain(on=True)])
