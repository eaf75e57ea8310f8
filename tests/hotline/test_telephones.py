"""What an admin sets reaches the telephones: each setting of them, and in real calls the media timeout."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.encryption import Key, new_key, read_keys
from config.settings import Settings, load_settings
from config.telephone_settings import TelephoneSettings
from config.trunk_settings import TrunkSettings
from hotline import telephones as wiring
from hotline.telephones import edge_settings, telephones
from ivr.media.plane import MediaPlane
from ivr.messages import Answer, AudioChunk, EdgeEvent, LegEnded
from ivr.ports import AudioSink
from ivr.sip.settings import AdmissionLimits, EdgeSettings, Telephone, Trunk
from prompts.prompt_library import packaged_audio
from tests.ports import free_port, free_stretch
from tests.sip.peer import Peer

HOST = "127.0.0.1"
#: How late our own clockwork may run is for us to know, not for an admin.
NOT_SET = {"lateness", "media_lateness"}
EVERYTHING = EdgeSettings(
    address=HOST,
    port=5070,
    public_address="203.0.113.5",
    trunks=(
        Trunk(
            "sip.example.net",
            5062,
            "account",
            "secret",
            register=True,
            name="main",
            transport="tcp",
            outbound_proxy="proxy.example.net",
            caller_identity=True,
            failover=("reserve",),
        ),
        Trunk("pbx.example.net", 0, name="reserve"),
    ),
    admission=AdmissionLimits(calls=7, rate=11.0, rate_of_one_source=3.0, calls_a_minute_of_one_caller=5.0),
    allowed_sources=("192.0.2.0/24", "2001:db8::/32"),
    address6="::1",
    public_address6="2001:db8::5",
    telephones=(Telephone("desk7", "correct horse", "+82215880007"),),
    challenged="everyone",
)


KEY = new_key()


def settings(folder: Path, **given: object) -> Settings:
    return load_settings(data_folder=folder, sip_address=HOST, **given)


def everything(folder: Path) -> Settings:
    """Nothing as it would be by itself."""
    return settings(
        folder,
        encryption_key=KEY,
        sip_port=5070,
        sip_address6="::1",
        public_address="203.0.113.5",
        public_address6="2001:db8::5",
        rtp_first=30100,
        rtp_last=30199,
        media_timeout=17.5,
        allowed_sources="192.0.2.0/24, 2001:db8::/32",
        maximum_calls=7,
        maximum_call_rate=11,
        maximum_call_rate_of_one_source=3,
        maximum_calls_a_minute_of_one_caller=5,
        telephones=(TelephoneSettings(user="desk7", password=SecretStr("correct horse"), number="+82215880007"),),
        challenged="everyone",
        trunk_host="sip.example.net",
        trunk_port=5062,
        trunk_user="account",
        trunk_password="secret",
        trunk_register=True,
        trunk_transport="tcp",
        trunk_outbound_proxy="proxy.example.net",
        trunk_caller_identity=True,
        trunk_failover=("reserve",),
        trunks=(TrunkSettings(name="reserve", host="pbx.example.net"),),
    )


def test_every_setting_of_the_signalling_reaches_it(tmp_path: Path) -> None:
    assert edge_settings(everything(tmp_path)) == EVERYTHING


def test_what_can_be_set_of_the_signalling_is_all_set_in_this_test() -> None:
    """Or a field that nobody wires would go unnoticed above."""
    pairs: tuple[tuple[EdgeSettings | AdmissionLimits | Trunk | Telephone, ...], ...] = (
        (EVERYTHING, EdgeSettings("")),
        (EVERYTHING.admission, AdmissionLimits()),
        (EVERYTHING.trunks[0], Trunk("")),
        (EVERYTHING.telephones[0], Telephone("", "")),
    )
    for ours, default in pairs:
        same = {each.name for each in fields(ours) if getattr(ours, each.name) == getattr(default, each.name)}
        assert same <= NOT_SET | {"name"}


@dataclass
class Media:
    """What a media plane was made of."""

    address: str
    ports: tuple[int, int]
    clips: tuple[Path, ...]
    on_audio: AudioSink
    silent_after: float | None
    ipv6_address: str
    recording_key: Key | None


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Media]:
    made: list[Media] = []

    def plane(
        address: str,
        ports: tuple[int, int],
        clips: tuple[Path, ...],
        on_audio: AudioSink,
        *,
        silent_after: float | None = None,
        ipv6_address: str = "::",
        recording_key: Key | None = None,
    ) -> MediaPlane:
        made.append(Media(address, ports, clips, on_audio, silent_after, ipv6_address, recording_key))
        return MediaPlane(address, ports, clips, on_audio, silent_after=silent_after, ipv6_address=ipv6_address)

    monkeypatch.setattr(wiring, "MediaPlane", plane)
    return made


def test_every_setting_of_the_media_reaches_them(tmp_path: Path, made: list[Media]) -> None:
    heard: list[AudioChunk] = []
    telephones(everything(tmp_path), heard.append)
    [media] = made
    assert (media.address, media.ports, media.silent_after) == (HOST, (30100, 30199), 17.5)
    assert media.ipv6_address == "::1"
    assert media.recording_key == read_keys(KEY).current
    assert media.on_audio == heard.append
    assert media.clips[:2] == (everything(tmp_path).prompts_folder, packaged_audio())  # what people recorded is heard


def test_no_media_timeout_is_never(tmp_path: Path, made: list[Media]) -> None:
    telephones(settings(tmp_path, media_timeout=0), lambda chunk: None)
    assert made[0].silent_after is None


@asynccontextmanager
async def silent_call(folder: Path, media_timeout: float) -> AsyncIterator[tuple[Peer, list[EdgeEvent]]]:
    """A call that was answered, and whose caller sends no audio at all."""
    told: list[EdgeEvent] = []
    port, (first, last) = free_port(), free_stretch(20)
    edge = telephones(
        settings(folder, sip_port=port, rtp_first=first, rtp_last=last, media_timeout=media_timeout),
        lambda chunk: None,
    )
    await edge.start(told.append)
    caller = Peer((HOST, port))
    caller.call()
    await caller.wait_for(180)
    edge.send(Answer(told[0].leg))
    answered = await caller.wait_for(200, "INVITE")
    caller.acknowledge(answered)
    assert any(f"m=audio {port} " in answered.body for port in range(first, last + 1))
    yield caller, told
    caller.close()
    await edge.stop()


async def test_a_line_that_is_silent_for_the_media_timeout_is_ended(tmp_path: Path) -> None:
    async with silent_call(tmp_path, 0.5) as (caller, told):
        await caller.wait_for(0, "BYE")
        assert isinstance(told[-1], LegEnded)


async def test_without_a_media_timeout_a_silent_line_stays(tmp_path: Path) -> None:
    async with silent_call(tmp_path, 0.0) as (caller, told):
        await asyncio.sleep(1.5)
        assert not any(isinstance(event, LegEnded) for event in told)
        assert not any(each.method == "BYE" for each in caller.inbox)
