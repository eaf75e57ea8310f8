"""What is recorded: the book and the calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from callbacks.calls.records import CallRecords
from callbacks.service import PromiseBook
from config.encryption import Keyring


@dataclass(frozen=True, slots=True)
class Records:
    """The book and the calls; `folder` is where recordings lie, `keyring` what opens them."""

    book: PromiseBook
    calls: CallRecords
    folder: Path
    keyring: Keyring = field(default_factory=Keyring)
