"""The back-up's file: whole and as it was written, or refused."""

from __future__ import annotations

import io
import stat
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.backup.archive import MANIFEST, BackupFault, Origin, unpack, write_archive

ORIGIN = Origin(datetime(2026, 3, 2, 9, tzinfo=UTC), "sqlite", "0008")


def silent(_name: str) -> None:
    """Nobody looks."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "one").write_bytes(b"one" * 1000)
    (tmp_path / "two").write_bytes(b"")
    files = {"database.sqlite": tmp_path / "one", "recordings/a/2.wav": tmp_path / "two", "gone": tmp_path / "gone"}
    to = tmp_path / "back-up.tar.gz"
    assert set(write_archive(to, ORIGIN, files, silent).members) == {"database.sqlite", "recordings/a/2.wav"}
    return to


def written_again(archive: Path, change: dict[str, bytes | None]) -> Path:
    """A copy of the archive with members changed, added, or (None) left out."""
    to = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(to, "w:gz") as new:
        members = {member.name: old.extractfile(member) for member in old}
        contents: dict[str, bytes | None] = {name: file.read() if file else b"" for name, file in members.items()}
        for name, content in (contents | change).items():
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return to


def test_what_was_packed_is_unpacked_and_only_its_owner_can_read_it(archive: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    manifest = unpack(archive, tmp_path / "out", seen.append)
    assert (manifest.made_at, manifest.database, manifest.revision) == (ORIGIN.made_at, "sqlite", "0008")
    assert (tmp_path / "out" / "database.sqlite").read_bytes() == b"one" * 1000
    assert (tmp_path / "out" / "recordings" / "a" / "2.wav").read_bytes() == b""
    assert seen == ["database.sqlite", "recordings/a/2.wav", MANIFEST]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out" / "database.sqlite").stat().st_mode) == 0o600


def test_nothing_is_written_over(archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(BackupFault, match="of this name"):
        write_archive(archive, ORIGIN, {}, silent)
    assert archive.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupFault, match="cannot be written"):
        write_archive(tmp_path / "no folder" / "a.tar.gz", ORIGIN, {}, silent)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"database.sqlite": b"other"}, "not as it was written"),
        ({"recordings/a/2.wav": None}, "missing"),
        ({"more": b"more"}, "too much"),
        ({"../outside": b"evil"}, "does not belong there"),
        ({"/outside": b"evil"}, "does not belong there"),
        ({MANIFEST: None}, "no back-up"),
        ({MANIFEST: b"{}"}, "list of contents"),
    ],
)
def test_a_damaged_archive_is_refused(
    archive: Path, tmp_path: Path, change: dict[str, bytes | None], told: str
) -> None:
    with pytest.raises(BackupFault, match=told):
        unpack(written_again(archive, change), tmp_path / "out", silent)
    assert not (tmp_path / "outside").exists()


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        link = tarfile.TarInfo("recordings/x.wav")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BackupFault, match="does not belong"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "out", silent)


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_an_archive_that_was_cut_short_is_refused(archive: Path, tmp_path: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(BackupFault):
        unpack(archive, tmp_path / "out", silent)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupFault, match="no such file"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "out", silent)
