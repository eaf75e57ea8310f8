"""The back-up's file: a compressed tar archive whose last member says what is in it, with a SHA-256 each.

A recording may grow while it is read: what counts is what was written. The archive holds what callers said and who they
are, and the console's secret: only its owner can read it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from config.errors import HotlineError

MANIFEST = "manifest.json"
_BLOCK = 1 << 20

#: Told of each member that is done.
Done = Callable[[str], None]


class BackupFault(HotlineError):
    """A back-up cannot be made or used."""


class Manifest(BaseModel):
    """What an archive holds: `members` are paths in it with their SHA-256 in hexadecimal; `database` is sqlite or
    postgresql; `revision` is the migration that the database stood at; `keys` are the ids of those that what is in it
    may be encrypted with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_at: AwareDatetime
    database: str
    revision: str
    members: Mapping[str, str]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """When, at which migration, from which kind of database and with which keys a back-up was made."""

    made_at: datetime
    database: str
    revision: str
    keys: tuple[str, ...] = ()


def write_archive(to: Path, origin: Origin, files: Mapping[str, Path], done: Done) -> Manifest:
    """Write an archive of the files, by their paths in it; one that is gone meanwhile is left out. The archive appears
    under its name once it is whole; `BackupFault` where that is taken."""
    if to.exists():
        raise BackupFault("there is a file of this name already", where=str(to), remedy="choose another name")
    partial = to.with_name(f"{to.name}.part")
    members: dict[str, str] = {}
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
                for name, path in files.items():
                    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                        members[name] = _add(archive, name, file)
                        done(name)
                manifest = Manifest(
                    made_at=origin.made_at,
                    database=origin.database,
                    revision=origin.revision,
                    members=members,
                    keys=origin.keys,
                )
                _add(archive, MANIFEST, io.BytesIO(manifest.model_dump_json(indent=1).encode()))
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(to)
    except OSError as fault:
        remedy = "see that the folder is there, may be written and has room"
        raise BackupFault(f"cannot be written: {fault.strerror or fault}", where=str(to), remedy=remedy) from fault
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def unpack(archive: Path, folder: Path, done: Done) -> Manifest:
    """Unpack into an empty folder and return what is there. `BackupFault` unless every member is there, whole, and
    nothing else."""
    found: dict[str, str] = {}
    with _opened(archive) as tar:
        while (member := tar.next()) is not None:
            source = tar.extractfile(member) if member.isreg() and _is_below(member.name) else None
            if source is None or member.name in found:
                raise _damaged(archive, f"{member.name} does not belong there")
            found[member.name] = _copy(source, folder / member.name)
            done(member.name)
    if found.pop(MANIFEST, None) is None:
        raise BackupFault("this is no back-up of a hotline", where=str(archive), remedy="name a back-up")
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as fault:
        raise _damaged(archive, "its list of contents cannot be read") from fault
    for name in manifest.members.keys() ^ found.keys():
        raise _damaged(archive, f"{name} is {'missing' if name in manifest.members else 'too much'}")
    for name, digest in manifest.members.items():
        if found[name] != digest:
            raise _damaged(archive, f"{name} is not as it was written")
    return manifest


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except FileNotFoundError as fault:
        raise BackupFault("there is no such file", where=str(archive), remedy="name a back-up") from fault
    except (tarfile.TarError, zlib.error, EOFError, OSError) as fault:
        raise _damaged(archive, str(fault)) from fault


class _Read(io.RawIOBase):
    """Reads on, and keeps the digest of what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self._source = source

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.digest.update(block)
        return block


def _add(archive: tarfile.TarFile, name: str, file: BinaryIO) -> str:
    """Add the file as long as it is now; the SHA-256 of what was added."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = file.seek(0, os.SEEK_END), 0o600
    file.seek(0)
    read = _Read(file)
    archive.addfile(member, read)
    return read.digest.hexdigest()


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _copy(source: IO[bytes], to: Path) -> str:
    """Copy, and return the SHA-256 of what was copied."""
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _damaged(archive: Path, how: str) -> BackupFault:
    return BackupFault(f"the back-up is damaged: {how}", where=str(archive), remedy="use another one")
