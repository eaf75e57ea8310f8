"""A recording goes to the player as it asks for it, whether it lies encrypted or not."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from config.encryption import EncryptionFault, Key, Keyring
from console.web.problem_json import install
from console.web.sound_answer import part_wanted, sound_answer
from ivr.media.codec import Codec
from ivr.media.stereo_file import LEFT, Piece, StereoFile

KEY = Key(bytes(range(32)))


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-200", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-200", (0, 100)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=0-9", None),
        ("bytes=x-9", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, part: tuple[int, int] | None) -> None:
    assert part_wanted(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=250-300", "bytes=-0"])
def test_of_what_is_not_there_nothing_is_wanted(header: str) -> None:
    part = part_wanted(header, 100)
    assert part is not None
    assert part[0] >= part[1]


async def ask(path: Path, keyring: Keyring, wanted: str | None = None) -> httpx.Response:
    app = FastAPI()
    install(app)

    @app.get("/")
    async def sound(request: Request) -> Response:
        return await sound_answer(path, keyring, request.headers.get("range"))

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as player:
        return await player.get("/", headers={"Range": wanted} if wanted else {})


@pytest.mark.parametrize("key", [KEY, None])
async def test_the_whole_and_each_part_of_it_can_be_had(tmp_path: Path, key: Key | None) -> None:
    file = StereoFile(tmp_path / "a.wav", key)
    for second in range(4):
        file.add(Piece(LEFT, float(second), Codec.PCMU, bytes(range(250)) * 32))
    file.close(4.0)
    ring = Keyring((KEY,))
    whole = await ask(tmp_path / "a.wav", ring)
    size = len(whole.content)
    assert (whole.status_code, whole.headers["content-length"], whole.content[:4]) == (200, str(size), b"RIFF")
    assert (whole.headers["accept-ranges"], whole.headers["cache-control"]) == ("bytes", "no-store")
    assert whole.headers["content-type"] == "audio/wav"
    for wanted, start, end in (("bytes=0-", 0, size), ("bytes=32000-99999", 32_000, 100_000), ("bytes=-7", -7, None)):
        part = await ask(tmp_path / "a.wav", ring, wanted)
        assert (part.status_code, part.content) == (206, whole.content[start:end])
        first = start if start >= 0 else size + start
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{size}"
    beyond = await ask(tmp_path / "a.wav", ring, f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")


async def test_without_the_key_the_fault_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    StereoFile(tmp_path / "a.wav", KEY).close(1.0)
    answer = await ask(tmp_path / "a.wav", Keyring())
    assert answer.status_code == 500
    assert KEY.id.hex() in answer.json()["detail"]
    with pytest.raises(EncryptionFault):
        await sound_answer(tmp_path / "a.wav", Keyring(), None)
