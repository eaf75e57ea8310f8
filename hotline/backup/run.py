"""Making a back-up while the hotline works, and a hotline from a back-up."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.clock import Clock, SystemClock
from config.database import Database
from config.encryption import missing_keys
from config.errors import DatabaseTooNew, Refused
from config.events import EventBus
from config.settings import Settings, prepare_folder
from config.sql_keys import keys_needed
from hotline.backup.archive import Done, Manifest, Origin, unpack, write_archive
from hotline.backup.sql_copy import COPIES, copy_database, kind_of, replace_database
from hotline.sql_migrate import reads_revision, revision_of

#: Where in the archive the folders of the settings are.
RECORDINGS, PROMPTS, SECRET = "recordings", "prompts", "console.secret"


async def make_backup(settings: Settings, to: Path, clock: Clock, done: Done) -> Manifest:
    """The database first, then what it speaks of: a recording that ends meanwhile may be too new, never missing."""
    url = settings.database_url.get_secret_value()
    database = Database(url, EventBus(), clock)
    try:
        revision = await revision_of(database)
        keys = await keys_needed(database)
    finally:
        await database.close()
    kind = kind_of(url)
    with tempfile.TemporaryDirectory(dir=prepare_folder(settings.data_folder), prefix="backup-") as folder:
        copy = Path(folder) / COPIES[kind]
        await asyncio.to_thread(copy_database, url, copy)
        files = {COPIES[kind]: copy, **dict(_beside(settings, Path(folder)))}
        origin = Origin(clock.now(), kind, revision, tuple(sorted(keys)))
        return await asyncio.to_thread(write_archive, to, origin, files, done)


async def restore_backup(settings: Settings, archive: Path, *, replace: bool, done: Done) -> None:
    """Put everything back where the settings say.

    Raises `Refused` while a hotline runs on it, or where there is one that is not to be replaced; `BackupFault`,
    before anything is changed, when the archive is damaged or of another kind of database; `EncryptionFault`, before
    that as well, when what is in it needs a key that the settings do not have.
    """
    url = settings.database_url.get_secret_value()
    await _nobody_works(settings)
    prepare_folder(settings.data_folder)
    with tempfile.TemporaryDirectory(dir=settings.data_folder, prefix="restore-") as temporary:
        folder = Path(temporary)
        manifest = await asyncio.to_thread(unpack, archive, folder, done)
        if manifest.database != kind_of(url):
            raise Refused(
                f"the back-up is of {manifest.database}, the settings name {kind_of(url)}",
                where=str(archive),
                remedy="set HOTLINE_DATABASE_URL to a database of the same kind",
            )
        if not reads_revision(manifest.revision):
            raise DatabaseTooNew(
                "the back-up was made by a newer program", where=str(archive), remedy="install that version"
            )
        if missing := frozenset(manifest.keys) - settings.keyring.ids:
            raise missing_keys(missing)
        if not replace and await _is_in_use(url):
            raise Refused(
                "there is a hotline's database already",
                where=str(settings.data_folder),
                remedy="say --replace if it may go, or set HOTLINE_DATA_FOLDER to another folder",
            )
        await asyncio.to_thread(replace_database, url, folder / COPIES[manifest.database])
        await asyncio.to_thread(_put_back, settings, folder)


def _beside(settings: Settings, folder: Path) -> Iterator[tuple[str, Path]]:
    """What is kept beside the database, by its path in the archive; `folder` is the back-up's own."""
    for name, root in ((RECORDINGS, settings.recordings_folder), (PROMPTS, settings.prompts_folder)):
        for path in sorted(root.rglob("*")):
            if path.is_file() and folder not in path.parents:
                yield f"{name}/{path.relative_to(root).as_posix()}", path
    secret = settings.data_folder / SECRET
    if secret.is_file():
        yield SECRET, secret


def _put_back(settings: Settings, folder: Path) -> None:
    for name, root in ((RECORDINGS, settings.recordings_folder), (PROMPTS, settings.prompts_folder)):
        if root.exists():
            shutil.rmtree(root)
        root.mkdir(parents=True)
        for path in (folder / name).rglob("*"):
            if path.is_file():
                target = root / path.relative_to(folder / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)
    if (folder / SECRET).is_file():
        shutil.move(folder / SECRET, settings.data_folder / SECRET)


async def _is_in_use(url: str) -> bool:
    database = Database(url, EventBus(), SystemClock())
    try:
        return bool(await revision_of(database))
    finally:
        await database.close()


async def _nobody_works(settings: Settings) -> None:
    """A hotline that runs, even one that hangs, listens at the console's address of the settings."""
    host, port = settings.console_address, settings.console_port
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return
    writer.close()
    raise Refused("a hotline runs on it", where=f"{host}:{port}", remedy="stop it first")
