"""Secrets in files of their own: who may read such a file, and where the settings take them from.

A secret setting `trunk_password` can be given as `HOTLINE_TRUNK_PASSWORD_FILE=/path` in the environment, as
`trunk_password_file = "/path"` in hotline.toml, or as systemd hands it over: `LoadCredential=trunk_password:/path`, a
file of that name in `$CREDENTIALS_DIRECTORY` (https://systemd.io/CREDENTIALS).

Such a file, and hotline.toml itself where a secret stands in it, must be its owner's alone (mode 600, or less). What a
container's engine or systemd mounts is exempt while it is root's and nobody else may write it: those come as 0444 or
0440, whatever one wishes, and nobody but the container's one user is there to read them.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from config.errors import SettingsFault

_CREDENTIALS = "CREDENTIALS_DIRECTORY"
#: Where Docker, Podman and, by custom, Kubernetes mount secrets.
_MOUNT = Path("/run/secrets")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FILE = "_file"


def is_too_open(mode: int, owner: int, *, mounted: bool) -> bool:
    """Whether others than its owner can read or change a file of secrets. `mode` and `owner` as `os.stat` has them;
    `mounted`: it came from the container's engine or from systemd."""
    if mounted and owner == 0:
        return bool(mode & _OTHERS_WRITE)
    return bool(mode & _OTHERS)


def fault_of(path: Path, environment: Mapping[str, str]) -> SettingsFault | None:
    """What is wrong with who may read the file of secrets, with the remedy; OSError where it is not there."""
    found = path.stat()
    folders = [_MOUNT, *(Path(folder) for folder in [environment.get(_CREDENTIALS)] if folder)]
    mounted = any(path.absolute().is_relative_to(folder) for folder in folders)
    if not is_too_open(found.st_mode, found.st_uid, mounted=mounted):
        return None
    mode = stat.S_IMODE(found.st_mode)
    return SettingsFault(
        f"secrets are in it, and others can read it (mode {mode:04o})", where=str(path), remedy=f"chmod 600 {path}"
    )


def refuse_open_files(paths: Iterable[Path], environment: Mapping[str, str]) -> None:
    """Raises one `SettingsFault` that names every file that others can read."""
    faults = [fault for path in paths if (fault := fault_of(path, environment)) is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        places = ", ".join(fault.where for fault in faults)
        files = " ".join(fault.where for fault in faults)
        raise SettingsFault("secrets are in them, and others can read them", where=places, remedy=f"chmod 600 {files}")


def read_secret(path: Path) -> str:
    """What is in the file, without the end of its last line. Raises `SettingsFault`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        said = fault.strerror if isinstance(fault, OSError) else "it is not a text"
        # Not "from fault": what could not be decoded is in it.
        raise SettingsFault(
            f"the secret cannot be read: {said}", where=str(path), remedy="see that it is there"
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def files_in_environment(names: Iterable[str], prefix: str, environment: Mapping[str, str]) -> dict[str, Path]:
    """The files that the environment names for these settings; what it says itself goes before systemd's credentials.
    Raises `SettingsFault` for a setting that is given twice."""
    found: dict[str, Path] = {}
    credentials = environment.get(_CREDENTIALS)
    for name in names:
        variable = f"{prefix}{name}".upper()
        if named := environment.get(f"{variable}{_FILE.upper()}"):
            if environment.get(variable):
                raise given_twice(variable, f"{variable}{_FILE.upper()}")
            found[name] = Path(named)
        elif credentials and (path := Path(credentials) / name).is_file():
            found[name] = path
    return found


def files_in_table(names: Iterable[str], table: Mapping[str, object]) -> Iterator[tuple[str, Path]]:
    """The files that a table of hotline.toml names for these settings. Raises `SettingsFault` for one given twice."""
    for name in names:
        named = table.get(name + _FILE)
        if isinstance(named, str) and named:
            if name in table:
                raise given_twice(name, name + _FILE)
            yield name, Path(named).expanduser()


def given_twice(one: str, other: str) -> SettingsFault:
    """The fault of a secret that is given itself and as a file."""
    return SettingsFault(f"{one} and {other} both give the same secret", remedy="unset one of them")
