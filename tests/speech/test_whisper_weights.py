"""Joining the second hearing's weights."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from config.errors import ModelMissing, NotWritable
from ivr.speech.whisper_weights import WHISPER_LANGUAGES, WHISPER_NAME, join_weights

Parts = tuple[Path, Path]


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    first, second = tmp_path / "part1", tmp_path / "part2"
    first.mkdir()
    second.mkdir()
    (first / "model.bin.part1").write_bytes(b"first half, ")
    (second / "model.bin.part2").write_bytes(b"second half")
    (first / "config.json").write_bytes(b"{}")
    return first, second


def digests(model: bytes = b"first half, second half") -> dict[str, str]:
    return {"model.bin": hashlib.sha256(model).hexdigest(), "config.json": hashlib.sha256(b"{}").hexdigest()}


def test_the_parts_are_joined_and_verified(tmp_path: Path, parts: Parts) -> None:
    folder = join_weights(tmp_path / "models", parts, digests())
    assert (folder / "model.bin").read_bytes() == b"first half, second half"
    assert (folder / "config.json").read_bytes() == b"{}"
    assert [path.name for path in (tmp_path / "models").iterdir()] == [WHISPER_NAME]


def test_what_was_joined_is_used_again_without_the_parts(tmp_path: Path, parts: Parts) -> None:
    folder = join_weights(tmp_path / "models", parts, digests())
    (parts[0] / "model.bin.part1").unlink()
    assert join_weights(tmp_path / "models", parts, digests()) == folder


def test_damaged_weights_are_refused_and_nothing_is_left(tmp_path: Path, parts: Parts) -> None:
    (parts[1] / "model.bin.part2").write_bytes(b"something else")
    with pytest.raises(ModelMissing, match=r"model\.bin is damaged.*install the extra again"):
        join_weights(tmp_path / "models", parts, digests())
    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_part_is_named(tmp_path: Path, parts: Parts) -> None:
    (parts[1] / "model.bin.part2").unlink()
    with pytest.raises(ModelMissing, match=r"model\.bin\.part2"):
        join_weights(tmp_path / "models", parts, digests())


def test_a_broken_folder_in_its_place_is_replaced(tmp_path: Path, parts: Parts) -> None:
    broken = tmp_path / "models" / WHISPER_NAME
    broken.mkdir(parents=True)
    (broken / "config.json").write_text("old")
    folder = join_weights(tmp_path / "models", parts, digests())
    assert (folder / "model.bin").exists()
    assert (folder / "config.json").read_text() == "{}"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, parts: Parts) -> None:
    (tmp_path / "models").write_text("not a folder")
    with pytest.raises(NotWritable, match="HOTLINE_MODELS_FOLDER"):
        join_weights(tmp_path / "models", parts, digests())


def test_the_languages_of_the_hotline_are_among_whispers() -> None:
    assert {"en", "zh", "ko", "ja", "de", "es"} <= WHISPER_LANGUAGES
    assert all(len(code) == 2 for code in WHISPER_LANGUAGES)
