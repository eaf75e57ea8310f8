"""Fetching a model from a server of our own."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import stat
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import HotlineError, NotWritable
from ivr.speech.download import FetchFailed, fetch
from ivr.speech.models import Digest, FetchableModel, ModelStore
from tests.speech.range_server import Served, serving

NAME = "vosk-model-small-cn-0.22"


def archive(names: tuple[str, ...] = ("am/final.mdl", "conf/model.conf"), top: str = NAME) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in names:
            packed.writestr(f"{top}/{name}", os.urandom(40_000))
    return made.getvalue()


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(Served(archive())) as running:
        yield running


def model_of(served: Served, digest: Digest | None = None) -> FetchableModel:
    whole = hashlib.md5(served.content, usedforsecurity=False).hexdigest()
    return FetchableModel("zh", NAME, len(served.content), digest or Digest("md5", whole), served.address)


def quiet(done: int, whole: int) -> None:
    assert 0 < done <= whole


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_model_is_fetched_unpacked_and_found(served: Served, tmp_path: Path) -> None:
    seen: list[int] = []
    place = fetch(model_of(served), tmp_path, lambda done, whole: seen.append(done))
    assert place == tmp_path / NAME
    assert (place / "am" / "final.mdl").stat().st_size == 40_000
    assert seen[-1] == len(served.content)
    assert left_behind(tmp_path) == [NAME]
    assert ModelStore(tmp_path).vosk()["zh"] == place


def test_a_model_that_is_there_is_not_fetched_again(served: Served, tmp_path: Path) -> None:
    fetch(model_of(served), tmp_path, quiet)
    fetch(model_of(served), tmp_path, quiet)
    assert served.asked == [None]


def test_an_interrupted_download_goes_on_where_it_stopped(served: Served, tmp_path: Path) -> None:
    served.break_after = 30_000
    with pytest.raises(FetchFailed, match="start it again"):
        fetch(model_of(served), tmp_path, quiet)
    part = tmp_path / f"{NAME}.zip.part"
    have = part.stat().st_size
    assert 0 < have <= 30_000
    fetch(model_of(served), tmp_path, quiet)
    assert served.asked == [None, f"bytes={have}-"]
    assert left_behind(tmp_path) == [NAME]


def test_a_server_without_ranges_sends_the_whole_again(served: Served, tmp_path: Path) -> None:
    served.ranges = False
    (tmp_path / f"{NAME}.zip.part").write_bytes(served.content[:10_000])
    fetch(model_of(served), tmp_path, quiet)
    assert served.asked == ["bytes=10000-"]
    assert left_behind(tmp_path) == [NAME]


def test_a_complete_part_is_not_downloaded_again(served: Served, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.zip.part").write_bytes(served.content)
    fetch(model_of(served), tmp_path, quiet)
    assert served.asked == []


def test_a_part_that_is_too_long_is_thrown_away(served: Served, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.zip.part").write_bytes(served.content + b"more")
    fetch(model_of(served), tmp_path, quiet)
    assert served.asked == [None]


def test_a_wrong_hash_leaves_nothing_behind(served: Served, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="md5") as fault:
        fetch(model_of(served, Digest("md5", "0" * 32)), tmp_path, quiet)
    assert fault.value.remedy
    assert left_behind(tmp_path) == []


def test_a_hash_of_which_only_both_ends_are_known_is_held_to_them(served: Served, tmp_path: Path) -> None:
    digest = hashlib.sha256(served.content).hexdigest()
    wrong_end = "0000000" if digest[-7:] != "0000000" else "1111111"
    with pytest.raises(FetchFailed, match="sha256"):
        fetch(model_of(served, Digest("sha256", digest[:8], wrong_end)), tmp_path, quiet)
    fetch(model_of(served, Digest("sha256", digest[:8], digest[-7:])), tmp_path, quiet)
    assert left_behind(tmp_path) == [NAME]


def test_a_server_that_sends_more_than_the_model_is_cut_off(served: Served, tmp_path: Path) -> None:
    model = model_of(served)
    served.content += b"more"
    with pytest.raises(FetchFailed, match="more than"):
        fetch(model, tmp_path, quiet)


def test_a_server_that_refuses_is_named_with_the_remedy(served: Served, tmp_path: Path) -> None:
    served.status = 404
    with pytest.raises(FetchFailed, match=r"404.*--from-file"):
        fetch(model_of(served), tmp_path, quiet)


def test_no_server_at_all_is_one_clear_message(tmp_path: Path) -> None:
    model = FetchableModel("zh", NAME, 10, Digest("md5", ""), "http://127.0.0.1:9")
    with pytest.raises(FetchFailed, match=r"download stopped.*--from-file"):
        fetch(model, tmp_path, quiet)


def test_a_file_from_elsewhere_is_verified_unpacked_and_kept(served: Served, tmp_path: Path) -> None:
    brought = tmp_path / "brought.zip"
    brought.write_bytes(served.content)
    models = tmp_path / "models"
    fetch(model_of(served), models, quiet, from_file=brought)
    assert served.asked == []
    assert left_behind(models) == [NAME]
    assert brought.exists()


def test_a_wrong_file_from_elsewhere_is_refused_and_kept(served: Served, tmp_path: Path) -> None:
    brought = tmp_path / "brought.zip"
    brought.write_bytes(served.content[:-1])
    with pytest.raises(FetchFailed, match="bytes"):
        fetch(model_of(served), tmp_path / "models", quiet, from_file=brought)
    assert brought.exists()
    with pytest.raises(FetchFailed, match="no such file"):
        fetch(model_of(served), tmp_path / "models", quiet, from_file=tmp_path / "absent.zip")


@pytest.mark.parametrize(
    "name", [f"{NAME}/../../outside", "/etc/outside", "other/final.mdl", f"{NAME}\\..\\..\\outside"]
)
def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(f"{NAME}/am/final.mdl", b"model")
        packed.writestr(name, b"bad")
    refused(made.getvalue(), tmp_path)


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    link = zipfile.ZipInfo(f"{NAME}/am/final.mdl")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    refused(made.getvalue(), tmp_path)


def test_an_archive_without_a_model_is_refused(tmp_path: Path) -> None:
    refused(archive(("README",)), tmp_path)
    refused(b"this is no archive", tmp_path)


def refused(content: bytes, folder: Path) -> None:
    brought = folder / "brought.zip"
    brought.write_bytes(content)
    models = folder / "models"
    with pytest.raises(FetchFailed) as fault:
        fetch(model_of(Served(content)), models, quiet, from_file=brought)
    assert fault.value.remedy
    assert left_behind(models) == []
    assert left_behind(folder) == ["brought.zip", "models"]


def test_a_full_disk_is_told_with_the_remedy(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(100, 100, 0))
    with pytest.raises(FetchFailed, match="disk is full; make room"):
        fetch(model_of(served), tmp_path, quiet)


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)  # the tests may run as root, whom no mode bits stop
    with pytest.raises(NotWritable, match="HOTLINE_MODELS_FOLDER"):
        fetch(model_of(served), tmp_path / "models", quiet)


def test_a_file_in_the_models_folders_place_is_told(served: Served, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder")
    with pytest.raises(HotlineError, match="models folder"):
        fetch(model_of(served), tmp_path / "models", quiet)
