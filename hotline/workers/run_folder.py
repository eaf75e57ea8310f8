"""Where the processes of one hotline meet: a folder that only this user can enter."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.errors import NotWritable

#: The longest path of a Unix socket is 107 bytes (unix(7)).
_LONGEST = 107


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The sockets of the processes."""

    path: Path

    @classmethod
    def make(cls) -> Self:
        """A new one, below the system's folder for temporary files. Raises `NotWritable`."""
        try:
            made = cls(Path(tempfile.mkdtemp(prefix="hotline-")))
        except OSError as fault:
            raise NotWritable(
                f"no temporary folder can be made: {fault.strerror}",
                where=tempfile.gettempdir(),
                remedy="set TMPDIR to a folder that this user may write",
            ) from fault
        if len(os.fsencode(made.audio)) > _LONGEST:
            made.path.rmdir()
            raise NotWritable(
                "the path is too long for a Unix socket", where=str(made.path), remedy="set TMPDIR to a shorter one"
            )
        return made

    @property
    def edge(self) -> str:
        """Where the edge takes a main process."""
        return str(self.path / "edge")

    @property
    def ears(self) -> str:
        """Where the ears take a main process."""
        return str(self.path / "ears")

    @property
    def audio(self) -> str:
        """Where the ears take audio."""
        return str(self.path / "audio")
