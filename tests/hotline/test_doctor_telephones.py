"""What the doctor says of ports, room and trunks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import AddressInUse, HotlineError, SettingsFault
from config.settings import Settings, load_settings
from hotline.demo.house import ADDRESS
from hotline.doctor import telephones as doctor_telephones
from hotline.doctor.telephones import room_for_calls, telephones, trunks
from ivr.media.plane import MediaPlane
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings
from tests.ports import free_port


def settings(folder: Path, **given: object) -> Settings:
    return load_settings(data_folder=folder, sip_address=ADDRESS, sip_port=free_port(), **given)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind((ADDRESS, 0))
        other.listen()
        yield other.getsockname()[1]


async def test_free_ports_are_well(tmp_path: Path) -> None:
    assert "over UDP and TCP" in await telephones(settings(tmp_path))


async def test_a_port_that_is_taken_for_tcp_alone_is_found(tmp_path: Path, taken: int) -> None:
    with pytest.raises(AddressInUse, match=str(taken)) as fault:
        await telephones(load_settings(data_folder=tmp_path, sip_address=ADDRESS, sip_port=taken))
    assert "HOTLINE_SIP_PORT" in fault.value.remedy


async def test_too_few_ports_for_the_calls_are_found_with_the_number_needed(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="need 800 media ports, and there are 100") as fault:
        await room_for_calls(settings(tmp_path, rtp_first=20000, rtp_last=20099, maximum_calls=200))
    assert fault.value.remedy == "set HOTLINE_RTP_LAST to 20800, or HOTLINE_MAXIMUM_CALLS to 25"


async def test_too_few_open_files_for_the_calls_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda what: (256, 1024))
    with pytest.raises(HotlineError, match="need 1056 open files, and 1024 are allowed"):
        await room_for_calls(settings(tmp_path, maximum_calls=200))


async def test_no_trunk_is_worth_saying(tmp_path: Path) -> None:
    with pytest.raises(HotlineError, match="no trunk"):
        await trunks(settings(tmp_path))


async def test_a_trunk_that_answers_is_well(tmp_path: Path) -> None:
    other = PyVoipEdge(EdgeSettings(ADDRESS, 0), MediaPlane(ADDRESS, (30600, 30610), (tmp_path,), lambda _: None))
    await other.start(lambda event: None)
    host, port = other.address
    found = await trunks(settings(tmp_path, trunk_host=host, trunk_port=port))
    by_tcp = await trunks(settings(tmp_path, trunk_host=host, trunk_port=port, trunk_transport="tcp"))
    await other.stop()
    assert found == by_tcp == "main answers 200"


async def test_a_silent_trunk_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_telephones, "_ANSWER_SECONDS", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind((ADDRESS, 0))
        with pytest.raises(HotlineError, match=r"trunk main .* does not answer"):
            await trunks(settings(tmp_path, trunk_host=ADDRESS, trunk_port=deaf.getsockname()[1]))


async def test_a_trunk_of_an_unknown_name_is_found(tmp_path: Path) -> None:
    with pytest.raises(HotlineError, match="nothing can be sent to trunk main"):
        await trunks(settings(tmp_path, trunk_host="nobody.invalid", trunk_port=5060))
