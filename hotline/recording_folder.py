"""The folder of recordings, for removing them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from config.errors import NotWritable
from hotline.rekey_recordings import remove_recording


class RecordingFolder:
    """`callbacks.privacy.retention.RecordingFiles` on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def remove(self, name: str) -> None:
        """Remove the recording of this name; one that is gone already is no fault. Raises `NotWritable`."""
        path = self._folder / Path(name).name  # whatever a record says, nothing outside the folder is touched
        try:
            await asyncio.to_thread(remove_recording, path)
        except OSError as fault:
            remedy = "let this user write in the folder of recordings"
            raise NotWritable(f"it cannot be removed: {fault.strerror}", where=str(path), remedy=remedy) from fault
