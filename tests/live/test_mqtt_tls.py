"""A broker that lets in whom it knows, encrypted: by password, and by certificate; and what the doctor says if not."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.broker import broker_from_url
from config.errors import HotlineError, SettingsFault
from config.settings import load_settings
from hotline.doctor.broker import broker as examine
from tests.live.broker_ground import ground_with, sending
from tests.live.certificates import Authority, Pair
from tests.servers import Mosquitto, running_mosquitto


@dataclass(frozen=True)
class Secured:
    """A broker with TLS. `ours` is a certificate that it knows."""

    broker: Mosquitto
    ca: Path
    ours: Pair

    def url(self, who: str = "hotline:s3cret", scheme: str = "mqtts") -> str:
        return f"{scheme}://{who}@127.0.0.1:{self.broker.port}"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


def rules(folder: Path, authority: Authority) -> str:
    """Of a listener with TLS, and a password file that knows `hotline`."""
    server, passwords = authority.sign("broker"), folder / "passwords"
    maker = shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd"
    subprocess.run([maker, "-b", "-c", str(passwords), "hotline", "s3cret"], check=True, capture_output=True)
    return (
        f"cafile {authority.file}\ncertfile {server.certificate}\nkeyfile {server.key}\n"
        f"allow_anonymous false\npassword_file {passwords}\n"
    )


@pytest.fixture
def secured(tmp_path: Path, authority: Authority) -> Iterator[Secured]:
    with running_mosquitto(tmp_path, rules(tmp_path, authority)) as broker:
        yield Secured(broker, authority.file, authority.sign("hotline"))


@pytest.fixture
def strict(tmp_path: Path, authority: Authority) -> Iterator[Secured]:
    """One that also demands a certificate."""
    with running_mosquitto(tmp_path, rules(tmp_path, authority) + "require_certificate true\n") as broker:
        yield Secured(broker, authority.file, authority.sign("hotline"))


async def test_events_go_out_encrypted_to_a_broker_that_knows_us_by_password(secured: Secured, tmp_path: Path) -> None:
    async with ground_with(tmp_path, broker_from_url(secured.url(), ca=secured.ca)) as ground:
        await ground.tell(1, 2)
        async with sending(ground):
            await ground.all_sent()


async def test_events_go_out_to_a_broker_that_knows_us_by_certificate(strict: Secured, tmp_path: Path) -> None:
    ours = strict.ours
    async with ground_with(tmp_path, broker_from_url(strict.url(), strict.ca, ours.certificate, ours.key)) as ground:
        await ground.tell(1)
        async with sending(ground):
            await ground.all_sent()


# paho-mqtt leaves the socket of a failed handshake to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_nothing_is_sent_to_a_broker_whose_certificate_is_not_trusted(secured: Secured, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    async with ground_with(tmp_path, broker_from_url(secured.url(), ca=stranger.file)) as ground:
        await ground.tell(1)
        async with sending(ground):
            async with asyncio.timeout(20):
                while ground.clock.pauses[:2] != [1, 2]:  # noqa: ASYNC110 - two failures
                    await asyncio.sleep(0.05)
        assert await ground.outbox.count_unsent() == 1


async def doctor(secured: Secured, folder: Path, **changed: object) -> str:
    given = {"data_folder": folder, "mqtt_url": secured.url(), "mqtt_ca": secured.ca} | changed
    return await examine(load_settings(**given))


async def refusal(secured: Secured, folder: Path, **changed: object) -> str:
    with pytest.raises(HotlineError) as fault:
        await doctor(secured, folder, **changed)
    assert "s3cret" not in str(fault.value)
    assert "wrong" not in str(fault.value)
    return str(fault.value)


async def test_the_doctor_is_content_with_a_broker_that_lets_us_in(secured: Secured, tmp_path: Path) -> None:
    assert await doctor(secured, tmp_path) == f"127.0.0.1:{secured.broker.port} lets us in, encrypted"


async def test_the_doctor_tells_what_is_wrong_and_names_the_remedy(secured: Secured, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    assert "HOTLINE_MQTT_CA" in await refusal(secured, tmp_path, mqtt_ca=stranger.file)
    assert "correct user and password" in await refusal(secured, tmp_path, mqtt_url=secured.url("hotline:wrong"))
    plain = {"mqtt_url": secured.url(scheme="mqtt"), "mqtt_ca": None}
    assert "is it an MQTT 5 broker?" in await refusal(secured, tmp_path, **plain)
    secured.broker.kill()
    assert "start the broker" in await refusal(secured, tmp_path)


async def test_the_doctor_tells_that_a_certificate_of_ours_is_wanted(strict: Secured, tmp_path: Path) -> None:
    assert "set HOTLINE_MQTT_CERTIFICATE" in await refusal(strict, tmp_path)
    ours = {"mqtt_certificate": strict.ours.certificate, "mqtt_key": strict.ours.key}
    assert "lets us in" in await doctor(strict, tmp_path, **ours)


def test_files_that_are_no_certificates_are_named(tmp_path: Path, authority: Authority) -> None:
    with pytest.raises(SettingsFault, match=r"HOTLINE_MQTT_CA: .*nowhere\.pem"):
        broker_from_url("mqtts://b", ca=tmp_path / "nowhere.pem").tls_context()
    other = authority.sign("other")
    with pytest.raises(SettingsFault, match="HOTLINE_MQTT_CERTIFICATE"):
        broker_from_url("mqtts://b", authority.file, authority.sign("ours").certificate, other.key).tls_context()
