"""Files that people send: what they may be, and how large. What a file is called is not believed; its first bytes are
looked at."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from pathlib import PurePosixPath

from config.errors import Refused

#: A prompt of five minutes at 48 kHz, 16 bits, mono, or a list of 100 000 contacts.
LARGEST_UPLOAD = 30 * 1024 * 1024


class FileKind(Enum):
    """What a file may be: its suffixes. WAV is RIFF/WAVE (RFC 2361), OGG RFC 3533, FLAC RFC 9639."""

    WAV = (".wav",)
    MP3 = (".mp3",)
    OGG = (".ogg", ".oga", ".opus")
    FLAC = (".flac",)
    CSV = (".csv",)
    TEXT = (".txt", ".yaml", ".yml")


SOUNDS = frozenset({FileKind.WAV, FileKind.MP3, FileKind.OGG, FileKind.FLAC})


def checked(name: str, content: bytes, kinds: Collection[FileKind], most: int = LARGEST_UPLOAD) -> FileKind:
    """Which of `kinds` the file is, by its name and by its bytes, which must agree.

    `Refused` with the remedy when it is empty, larger than `most` bytes, of another kind, or not what its name says.
    """
    suffixes = ", ".join(sorted(suffix for kind in kinds for suffix in kind.value))
    if not content:
        raise Refused("the file is empty", remedy="choose another")
    if len(content) > most:
        raise Refused(f"the file is larger than {most // 1024} KiB", remedy="send a shorter one")
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    kind = next((kind for kind in kinds if suffix in kind.value), None)
    if kind is None:
        raise Refused("a file of this kind is not taken", remedy=f"send one of {suffixes}")
    if not _looks_like(kind, content):
        raise Refused(f"the file is called {suffix} and is something else", remedy=f"send one of {suffixes}")
    return kind


def text_of(content: bytes) -> str:
    """What a text file says. UTF-8, with or without its mark, as spreadsheets write it; `Refused` for anything else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused("the file is not UTF-8 text", remedy="save it as UTF-8 (in a spreadsheet: CSV UTF-8)") from fault
    if any(ord(character) < 32 and character not in "\t\n\r\f" for character in text):
        raise Refused("the file is not plain text", remedy="save it as UTF-8 text")
    return text


def _looks_like(kind: FileKind, content: bytes) -> bool:
    match kind:
        case FileKind.WAV:
            return content[:4] == b"RIFF" and content[8:12] == b"WAVE"
        case FileKind.MP3:
            return content[:3] == b"ID3" or _is_mpeg_layer_3(content)
        case FileKind.OGG:
            return content[:4] == b"OggS"
        case FileKind.FLAC:
            return content[:4] == b"fLaC"
        case FileKind.CSV | FileKind.TEXT:
            text_of(content)
            return True


def _is_mpeg_layer_3(content: bytes) -> bool:
    """Whether it begins with the header of an MPEG audio frame of layer III (ISO 11172-3, 2.4.2.3): eleven bits of
    sync, a version and a layer that exist, a bit rate and a sampling rate that are not reserved."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    rate, sampling = content[2] >> 4, content[2] >> 2 & 3
    return version != 1 and layer == 1 and rate != 15 and sampling != 3
