"""The sound of a call as an answer, as much of it as a player asks for."""

from __future__ import annotations

import re
from pathlib import Path

from anyio import to_thread
from fastapi.responses import Response, StreamingResponse

from config.encryption import Keyring
from ivr.media.recorded_sound import pieces_of_sound, size_of_sound

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


async def sound_answer(path: Path, keyring: Keyring, wanted: str | None) -> Response:
    """The whole WAV file, or what the header `Range` asks for; decrypted on the way, and never kept in the browser.
    Raises `EncryptionFault` and OSError before anything is sent."""
    size = await to_thread.run_sync(size_of_sound, path, keyring)
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    part = part_wanted(wanted, size) if wanted else None
    start, end = part or (0, size)
    if start >= end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = pieces_of_sound(path, keyring, start, end)
    return StreamingResponse(pieces, 200 if part is None else 206, headers=headers, media_type="audio/wav")


def part_wanted(header: str, size: int) -> tuple[int, int] | None:
    """From where to before where, of one range (RFC 9110, 14.1.2); nothing is there where the first is not below the
    second. None for what is no range, or several: that may be ignored, and the whole is sent."""
    found = _RANGE.fullmatch(header.strip())
    first, last = found.groups() if found else ("", "")
    if not first:
        return (max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size
