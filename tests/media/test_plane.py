"""The media plane on real sockets, against phones on loopback."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.errors import Refused
from hotline.demo.peer import similarity
from hotline.demo.peer_audio import PhoneAudio
from ivr.media.codec import Codec, Samples
from ivr.media.plane import MediaPlane
from ivr.media.ports import PortsExhausted
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.messages import (
    AudioChunk,
    Bridge,
    DigitPressed,
    MediaEvent,
    PauseRecording,
    Play,
    PlayFinished,
    Record,
    SendDigits,
    StopPlaying,
    StopRecording,
    Tap,
    Unbridge,
)
from tests.media.sounds import babble, level
from tests.ports import free_stretch

#: Speech at its own pace: what a process that others push aside sends and hears too late is told as loss.
pytestmark = pytest.mark.live
HOST = "127.0.0.1"
PORTS = free_stretch(39)


class Studio:
    """A plane, and phones connected to legs of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[MediaEvent | PeerSilent] = []
        self.chunks: list[AudioChunk] = []
        self.plane = MediaPlane(HOST, PORTS, (folder,), self.chunks.append, silent_after=1.0, ipv6_address="::1")
        self.plane.start(self.events.append)
        self.phones: dict[str, PhoneAudio] = {}

    async def phone(self, leg: str, codec: Codec = Codec.G722) -> PhoneAudio:
        phone = PhoneAudio()
        await phone.open(HOST)
        phone.remote = (HOST, self.plane.open_leg(leg))
        phone.begin(codec, 101)
        self.plane.connect(leg, RemoteMedia(HOST, phone.port, codec, codec.payload_type, 101, True, True))
        self.phones[leg] = phone
        return phone

    def clip(self, name: str, samples: Samples) -> str:
        soundfile.write(self.folder / name, samples, 16000)
        return name

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110 - what is awaited changes in other threads and files
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for phone in self.phones.values():
            phone.close()
        await asyncio.to_thread(self.plane.stop)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    made = Studio(tmp_path)
    yield made
    await made.close()


def pcm(phone: PhoneAudio) -> Samples:
    return np.concatenate([frame.samples for frame in phone.heard])


@pytest.mark.parametrize("codec", Codec)
async def test_a_clip_is_heard_at_the_phone_and_its_end_is_told(studio: Studio, codec: Codec) -> None:
    phone = await studio.phone("a", codec)
    one, two = babble(0.6, 1), babble(0.5, 2)
    studio.plane.send(Play("a", 7, (studio.clip("one.wav", one), "missing.ogg", studio.clip("two.wav", two))))
    await studio.until(lambda: studio.events == [PlayFinished("a", 7)])
    await asyncio.sleep(0.1)
    assert similarity(np.concatenate((one, two)), pcm(phone)) > 0.8
    statistics = studio.plane.close_leg("a")
    assert statistics.packets_sent >= 55
    assert statistics.packets_received > statistics.packets_sent // 2
    assert statistics.packets_lost == 0


async def test_a_play_that_is_stopped_falls_silent_and_is_not_told(studio: Studio) -> None:
    phone = await studio.phone("a")
    studio.plane.send(Play("a", 1, (studio.clip("long.wav", babble(5.0, 1)),), loop=True))
    await studio.until(lambda: bool(phone.heard) and level(phone.heard[-1].samples) > 500)
    studio.plane.send(StopPlaying("a"))
    await asyncio.sleep(0.2)
    assert level(pcm(phone)[-1600:]) < 100
    assert studio.events == []


async def test_only_unreadable_clips_still_end_the_play(studio: Studio) -> None:
    await studio.phone("a")
    studio.plane.send(Play("a", 2, ("missing.ogg",), loop=True))
    await studio.until(lambda: studio.events == [PlayFinished("a", 2)])


async def test_a_play_before_the_leg_is_connected_is_heard_once_it_is(studio: Studio) -> None:
    clip = studio.clip("one.wav", babble(0.3, 1))
    phone = PhoneAudio()
    await phone.open(HOST)
    studio.phones["a"] = phone
    phone.remote = (HOST, studio.plane.open_leg("a"))
    phone.begin(Codec.PCMA, 101)
    studio.plane.send(Play("a", 1, (clip,)))
    studio.plane.connect("a", RemoteMedia(HOST, phone.port, Codec.PCMA, 8, 101, True, True))
    await studio.until(lambda: studio.events == [PlayFinished("a", 1)])
    assert similarity(babble(0.3, 1), pcm(phone)) > 0.8


async def test_a_change_of_codec_in_a_prompt_goes_on_in_the_new_codec(studio: Studio) -> None:
    phone = await studio.phone("a")
    said = babble(2.0, 1)
    studio.plane.send(Play("a", 1, (studio.clip("one.wav", said),)))
    await studio.until(lambda: len(phone.heard) > 40)
    phone.end()
    phone.begin(Codec.PCMU, 101)
    studio.plane.connect("a", RemoteMedia(HOST, phone.port, Codec.PCMU, 0, 101, True, True))
    await studio.until(lambda: studio.events == [PlayFinished("a", 1)])
    await asyncio.sleep(0.1)
    assert similarity(said[18000:30000], pcm(phone)) > 0.8


@pytest.mark.parametrize(("first", "second"), [(Codec.G722, Codec.G722), (Codec.G722, Codec.PCMU)])
async def test_a_bridged_pair_hear_each_other_and_each_others_keys(studio: Studio, first: Codec, second: Codec) -> None:
    a, b = await studio.phone("a", first), await studio.phone("b", second)
    studio.plane.send(Bridge("a", "b"))
    studio.plane.send(Tap("a", True))
    await asyncio.sleep(0.1)
    await asyncio.gather(a.say(babble(1.0, 1)), b.say(babble(1.0, 2)))
    a.press("4")
    b.press("#")
    await studio.until(lambda: len(studio.events) == 2 and a.keys == ["#"] and b.keys == ["4"])
    assert set(studio.events) == {DigitPressed("a", "4"), DigitPressed("b", "#")}
    assert similarity(babble(1.0, 1), pcm(b)) > 0.8
    assert similarity(babble(1.0, 2), pcm(a)) > 0.8
    assert similarity(babble(1.0, 2), pcm(b)) < 0.4
    tapped = np.frombuffer(b"".join(chunk.samples for chunk in studio.chunks), dtype=np.int16)
    assert similarity(babble(1.0, 1), tapped) > 0.8
    studio.plane.send(Unbridge("b"))
    await asyncio.sleep(0.1)
    await a.say(babble(0.3, 3))
    assert level(b.heard[-1].samples) < 100


async def test_a_call_is_recorded_in_stereo(studio: Studio, tmp_path: Path) -> None:
    phone = await studio.phone("a")
    path = tmp_path / "calls" / "a.wav"
    studio.plane.send(Record("a", str(path)))
    studio.plane.send(Play("a", 1, (studio.clip("one.wav", babble(0.8, 1)),)))
    await phone.say(babble(0.8, 2))
    await studio.until(lambda: len(studio.events) == 1)
    studio.plane.send(StopRecording("a"))
    await studio.until(path.exists)
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == 16000
    assert similarity(babble(0.8, 2), samples[:, 0]) > 0.8
    assert similarity(babble(0.8, 1), samples[:, 1]) > 0.8


async def test_ports_are_given_back_and_their_exhaustion_is_told(studio: Studio) -> None:
    opened = [studio.plane.open_leg(str(index)) for index in range(20)]
    assert len(set(opened)) == 20
    assert all(port % 2 == 0 for port in opened)
    with pytest.raises(PortsExhausted):
        studio.plane.open_leg("one too many")
    studio.plane.close_leg("7")
    await asyncio.sleep(0.1)
    assert studio.plane.open_leg("again") == opened[7]


async def test_a_port_that_another_program_holds_is_passed_over(studio: Studio) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, PORTS[0]))
        opened = [studio.plane.open_leg(str(index)) for index in range(19)]
        assert PORTS[0] not in opened
        with pytest.raises(PortsExhausted):
            studio.plane.open_leg("one too many")


async def test_commands_for_a_leg_that_is_over_do_nothing(studio: Studio) -> None:
    await studio.phone("a")
    studio.plane.close_leg("a")
    for command in (Play("a", 1, ("x",)), StopPlaying("a"), Tap("a", True), Bridge("a", "b"), Unbridge("a")):
        studio.plane.send(command)
    assert studio.plane.close_leg("a").packets_sent == 0
    phone = await studio.phone("b")
    await studio.until(lambda: len(phone.heard) > 5)


async def test_a_leg_is_opened_once(studio: Studio) -> None:
    studio.plane.open_leg("a")
    with pytest.raises(Refused):
        studio.plane.open_leg("a")


async def test_garbage_at_the_port_disturbs_nobody(studio: Studio) -> None:
    phone, other = await studio.phone("a"), await studio.phone("b")
    target = phone.remote
    assert target is not None
    random = np.random.default_rng(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
        for length in range(0, 300, 3):
            noise.sendto(random.bytes(length), target)
            noise.sendto(b"\x80\x09" + random.bytes(length), target)
    studio.plane.send(Bridge("a", "b"))
    await asyncio.sleep(0.1)
    await phone.say(babble(0.6, 1))
    await asyncio.sleep(0.1)
    assert similarity(babble(0.6, 1), pcm(other)) > 0.8


async def test_a_phone_that_sends_steadily_is_read_in_batches_and_misses_nothing_when_somebody_listens(
    studio: Studio,
) -> None:
    phone = await studio.phone("a")
    await asyncio.sleep(2.3)

    async def press(key: str) -> None:
        studio.events.clear()
        phone.press(key)
        await studio.until(lambda: studio.events == [DigitPressed("a", key)])

    for key in "743":
        await press(key)
    studio.plane.send(Tap("a", True))
    await asyncio.sleep(0.1)
    await phone.say(babble(1.0, 1))
    await asyncio.sleep(0.3)
    tapped = np.frombuffer(b"".join(chunk.samples for chunk in studio.chunks), dtype=np.int16)
    assert similarity(babble(1.0, 1), tapped) > 0.8
    report = studio.plane.close_leg("a")
    assert report.packets_lost == 0
    assert report.packets_received > 150


@pytest.mark.alone  # what it bounds is what comes in two seconds, by the wall's clock
async def test_a_flood_at_one_leg_takes_nothing_from_the_others(studio: Studio) -> None:
    phone, other = await studio.phone("a"), await studio.phone("b")
    target = phone.remote
    assert target is not None
    stop = threading.Event()

    def flood() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
            while not stop.is_set():
                for _ in range(20):
                    source.sendto(b"\x80\x09" + bytes(170), target)
                time.sleep(0.001)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        await asyncio.sleep(0.5)
        before = len(other.heard)
        await asyncio.sleep(2.0)
        assert len(other.heard) - before >= 90
    finally:
        stop.set()
        flooding.join()
    assert studio.plane.close_leg("b").packets_lost == 0


async def test_a_leg_of_ipv6_hears_and_is_heard(studio: Studio) -> None:
    phone = PhoneAudio()
    await phone.open("::1")
    studio.phones["a"] = phone
    phone.remote = ("::1", studio.plane.open_leg("a", ipv6=True))
    phone.begin(Codec.G722, 101)
    studio.plane.connect("a", RemoteMedia("::1", phone.port, Codec.G722, 9, 101, True, True))
    studio.plane.send(Play("a", 7, (studio.clip("one.wav", babble(0.6, 1)),)))
    await studio.until(lambda: studio.events == [PlayFinished("a", 7)])
    assert similarity(babble(0.6, 1), pcm(phone)) > 0.8
    assert studio.plane.close_leg("a").packets_received > 20


async def test_a_phone_that_has_gone_is_told_as_silent_and_its_refusals_do_no_harm(studio: Studio) -> None:
    phone, other = await studio.phone("a"), await studio.phone("b")
    await studio.until(lambda: len(phone.heard) > 5)
    phone.close()
    await studio.until(lambda: studio.events == [PeerSilent("a")])
    before = len(other.heard)
    await studio.until(lambda: len(other.heard) > before + 10)
    del studio.phones["a"]


@pytest.mark.alone  # what it bounds is the time that packets took, by the wall's clock
async def test_reports_cross_and_are_told_at_the_end(studio: Studio) -> None:
    """Two legs of one plane are each other's phone."""
    ports = [studio.plane.open_leg(leg) for leg in "ab"]
    for leg, port in zip("ab", reversed(ports), strict=True):
        studio.plane.connect(leg, RemoteMedia(HOST, port, Codec.PCMU, 0, 101, True, True))
    await asyncio.sleep(6.0)
    report = studio.plane.close_leg("a")
    assert report.lost_there == 0
    assert report.jitter_there is not None
    assert report.jitter_there < 20
    assert report.packets_received > 250
    assert report.jitter < 20


async def test_keys_are_pressed_towards_the_phone(studio: Studio) -> None:
    phone = await studio.phone("a")
    studio.plane.send(SendDigits("a", "12x"))  # nobody has such a key: logged, and nothing pressed
    studio.plane.send(SendDigits("a", "42#"))
    await studio.until(lambda: phone.keys == ["4", "2", "#"])


async def test_what_is_said_while_a_recording_pauses_is_not_in_it(studio: Studio, tmp_path: Path) -> None:
    phone = await studio.phone("a")
    path = tmp_path / "a.wav"
    studio.plane.send(Record("a", str(path)))
    await phone.say(babble(0.5, 1))
    studio.plane.send(PauseRecording("a", True))
    await asyncio.sleep(0.1)
    await phone.say(babble(0.5, 2))
    studio.plane.send(PauseRecording("a", False))
    await asyncio.sleep(0.1)
    await phone.say(babble(0.5, 3))
    studio.plane.send(StopRecording("a"))
    await studio.until(path.exists)
    said = soundfile.read(path, dtype="int16")[0][:, 0]
    assert similarity(babble(0.5, 1), said) > 0.8
    assert similarity(babble(0.5, 2), said) < 0.5
    assert similarity(babble(0.5, 3), said) > 0.8
