"""The errors a user can act on.

HotlineError            what went wrong, where, and the remedy; the command line exits with 2
├── SettingsFault       a process setting is wrong (environment, hotline.toml)
├── HotlineFileFault    the hotline file has faults; carries every one of them
├── AddressInUse        a port that we need is taken
├── NotWritable         a folder or file that we need cannot be written
├── DatabaseFault       the database cannot be used
│   └── DatabaseTooNew  it was upgraded by a newer version of this program
├── ModelMissing        no recogniser for a language is present
├── NotFound            what was asked for does not exist
└── Refused             the state of things does not allow what was asked
"""

from __future__ import annotations


class HotlineError(Exception):
    """A fault with a remedy. `str()` gives one line: what, where, remedy."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class SettingsFault(HotlineError):
    """A process setting is missing or wrong."""


class HotlineFileFault(HotlineError):
    """The hotline file cannot be used."""


class AddressInUse(HotlineError):
    """Another program holds the address we should listen on."""


class NotWritable(HotlineError):
    """A folder or file that we must write cannot be written."""


class DatabaseFault(HotlineError):
    """The database cannot be used."""


class DatabaseTooNew(DatabaseFault):
    """The database was upgraded by a newer version of this program."""


class ModelMissing(HotlineError):
    """No recogniser is present for a language."""


class NotFound(HotlineError):
    """What was asked for does not exist."""


class Refused(HotlineError):
    """The state of things does not allow what was asked."""
