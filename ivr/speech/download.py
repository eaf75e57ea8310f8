"""Fetching a model: resumable, verified, and in its place only when it is whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import httpx

from config.errors import HotlineError, NotWritable
from ivr.speech.models import FetchableModel, is_vosk_model

#: Called with bytes done and bytes in all.
Progress = Callable[[int, int], None]

_TIMEOUT = httpx.Timeout(30.0)
_BY_HAND = "or download it elsewhere and give it with --from-file"


class FetchFailed(HotlineError):
    """A model could not be fetched."""


def fetch(model: FetchableModel, folder: Path, progress: Progress, from_file: Path | None = None) -> Path:
    """Bring the model into `folder` and give its own folder; does nothing if it is there already.

    What an interrupted download left is continued. With `from_file` nothing is downloaded. Raises `FetchFailed`,
    `NotWritable`.
    """
    place = folder / model.name
    if is_vosk_model(place):
        return place
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if from_file is None:
            archive = folder / f"{model.name}.zip.part"
            _download(model, archive, progress)
        else:
            archive = from_file
            if not archive.is_file():
                raise FetchFailed("there is no such file", where=str(archive), remedy=f"download {model.url} to it")
        try:
            _verify(model, archive)
        except FetchFailed:
            if from_file is None:
                archive.unlink()  # a damaged beginning must not be continued
            raise
        _unpack(model, archive, place)
        if from_file is None:
            archive.unlink()
    except OSError as fault:
        raise _disk_fault(fault, folder) from fault
    return place


def _download(model: FetchableModel, part: Path, progress: Progress) -> None:
    """All of the archive into `part`, going on behind what is there."""
    have = part.stat().st_size if part.exists() else 0
    if have > model.size:
        part.unlink()
        have = 0
    if have == model.size:
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with httpx.stream("GET", model.url, headers=headers, timeout=_TIMEOUT, follow_redirects=True) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink()
                raise FetchFailed("what was there does not fit the server's file", where=str(part), remedy="try again")
            answer.raise_for_status()
            _store(answer, model, part, have, progress)
    except httpx.HTTPStatusError as fault:
        said = f"the server answers {fault.response.status_code} {fault.response.reason_phrase}".rstrip()
        raise FetchFailed(said, where=model.url, remedy=f"try later, {_BY_HAND}") from fault
    except httpx.HTTPError as fault:
        raise FetchFailed(
            f"the download stopped ({type(fault).__name__})",
            where=model.url,
            remedy=f"start it again, it goes on where it stopped; {_BY_HAND}",
        ) from fault


def _store(answer: httpx.Response, model: FetchableModel, part: Path, have: int, progress: Progress) -> None:
    """The answer's body behind what is there, or from the beginning if the server sent the whole."""
    goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and answer.headers.get("Content-Range", "").startswith(
        f"bytes {have}-"
    )
    done = have if goes_on else 0
    with part.open("ab" if goes_on else "wb") as out:
        for block in answer.iter_raw():  # as it comes: what was received before a break is kept
            done += len(block)
            if done > model.size:
                raise FetchFailed(
                    f"the server sends more than {model.size} bytes", where=model.url, remedy=f"report it, {_BY_HAND}"
                )
            out.write(block)
            progress(done, model.size)


def _verify(model: FetchableModel, archive: Path) -> None:
    size = archive.stat().st_size
    if size != model.size:
        raise FetchFailed(
            f"it has {size} bytes, not {model.size}", where=str(archive), remedy=f"fetch {model.url} again"
        )
    with archive.open("rb") as data:
        digest = hashlib.file_digest(data, model.digest.algorithm).hexdigest()
    if not model.digest.fits(digest):
        raise FetchFailed(
            f"its {model.digest.algorithm} is {digest}, which is not {model.name}'s",
            where=str(archive),
            remedy=f"fetch {model.url} again; if it is so again, do not use it",
        )


def _unpack(model: FetchableModel, archive: Path, place: Path) -> None:
    """Beside its place first, so that nobody ever sees half a model."""
    with tempfile.TemporaryDirectory(prefix=f".{model.name}-", dir=place.parent) as made:
        try:
            with zipfile.ZipFile(archive) as packed:
                members = packed.infolist()
                _check_room(sum(member.file_size for member in members), place.parent)
                for member in members:
                    _check_member(member, model.name, archive)
                packed.extractall(made)
        except zipfile.BadZipFile as fault:
            raise FetchFailed("it is not a whole zip archive", where=str(archive), remedy="fetch it again") from fault
        whole = Path(made) / model.name
        if not is_vosk_model(whole):
            raise FetchFailed(
                f"it holds no model called {model.name}", where=str(archive), remedy=f"give the file of {model.url}"
            )
        if place.exists():
            shutil.rmtree(place)  # not a model, or we would not be here
        os.replace(whole, place)


def _check_member(member: zipfile.ZipInfo, top: str, archive: Path) -> None:
    """Refuse what would land outside the model's folder, and links, which could lead there."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    safe = kind in (0, stat.S_IFREG, stat.S_IFDIR)
    if path.is_absolute() or ".." in path.parts or path.parts[:1] != (top,) or not safe:
        raise FetchFailed(
            f"it holds {member.filename!r}, which does not belong into a model",
            where=str(archive),
            remedy="do not use it",
        )


def _check_room(needed: int, folder: Path) -> None:
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _disk_fault(fault: OSError, folder: Path) -> HotlineError:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchFailed(
            "the disk is full", where=str(folder), remedy="make room, or set HOTLINE_MODELS_FOLDER to another folder"
        )
    return NotWritable(
        f"the models folder cannot be used: {fault.strerror}",
        where=str(fault.filename or folder),
        remedy="make it writable for this user, or set HOTLINE_MODELS_FOLDER to another folder",
    )
