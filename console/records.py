"""What is recorded: the book and the calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callbacks.calls import CallRecords
from callbacks.service import PromiseBook


@dataclass(frozen=True, slots=True)
class Records:
    """The book and the calls; `folder` is where recordings lie."""

    book: PromiseBook
    calls: CallRecords
    folder: Path
