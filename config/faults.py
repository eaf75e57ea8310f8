"""Faults in the hotline file: one value per fault, all of them reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from config.errors import HotlineFileFault


class Severity(StrEnum):
    """An error keeps the file from being used; a warning says what callers will suffer from."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, on which line (from 1), and what to do about it."""

    file: str
    line: int
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it keeps the file from being used."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        """`file:line: what; remedy`, as editors understand it."""
        note = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.file}:{self.line}: {note}{self.what}; {self.remedy}"


class HotlineFileFaults(HotlineFileFault):
    """The hotline file cannot be used; `faults` has every error and warning in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        super().__init__("\n".join(map(str, self.faults)))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults by line, without repetitions."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.severity, fault.what)))


def errors(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Those that keep the file from being used."""
    return tuple(fault for fault in faults if fault.is_error)
