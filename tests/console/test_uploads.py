"""What people send is looked at before it is believed."""

from __future__ import annotations

import struct

import pytest

from config.errors import Refused
from console.web.uploads import SOUNDS, FileKind, checked, text_of

WAV = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + b"\0" * 24
MP3 = b"\xff\xfb\x90\x64" + b"\0" * 40
TAGGED_MP3 = b"ID3\x04" + b"\0" * 40
OGG = b"OggS" + b"\0" * 40
FLAC = b"fLaC" + b"\0" * 40
ALL = frozenset(FileKind)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("prompt.wav", WAV, FileKind.WAV),
        ("PROMPT.WAV", WAV, FileKind.WAV),
        ("prompt.mp3", MP3, FileKind.MP3),
        ("prompt.mp3", TAGGED_MP3, FileKind.MP3),
        ("prompt.ogg", OGG, FileKind.OGG),
        ("prompt.opus", OGG, FileKind.OGG),
        ("prompt.flac", FLAC, FileKind.FLAC),
        ("contacts.csv", "name,number\n민지,1005\n".encode(), FileKind.CSV),
        ("C:\\files\\contacts.csv", b"\xef\xbb\xbfname", FileKind.CSV),
        ("hotline.yaml", b"hotline:\n", FileKind.TEXT),
    ],
)
def test_a_file_is_what_its_name_and_its_bytes_say(name: str, content: bytes, kind: FileKind) -> None:
    assert checked(name, content, ALL) is kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prompt.wav", MP3),
        ("prompt.wav", b"RIFF\0\0\0\0AVI "),
        ("prompt.mp3", b"<html><script>alert(1)</script>"),
        ("prompt.mp3", b"\xff\xff\xff\xff"),
        ("prompt.mp3", b"\xff"),
        ("prompt.ogg", WAV),
        ("prompt.flac", OGG),
        ("contacts.csv", WAV + b"\x00\xff"),
        ("contacts.csv", "name\n민지".encode("utf-16")),
        ("contacts.csv", "name\n민지".encode("euc-kr")),
        ("contacts.csv", b"name\x00number"),
        ("page.html", b"<html>"),
        ("prompt", WAV),
        ("prompt.wav.exe", WAV),
        ("empty.wav", b""),
    ],
)
def test_a_file_that_is_something_else_is_refused_with_a_remedy(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        checked(name, content, ALL)
    assert refused.value.remedy


def test_only_the_wanted_kinds_are_taken() -> None:
    with pytest.raises(Refused, match="kind"):
        checked("contacts.csv", b"name", SOUNDS)
    assert checked("a.flac", FLAC, SOUNDS) is FileKind.FLAC


def test_a_large_file_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(Refused, match="larger than 1 KiB"):
        checked("prompt.wav", WAV * 100, SOUNDS, 1024)


def test_text_loses_the_mark_that_spreadsheets_write() -> None:
    assert text_of("\ufeffname\r\n민지".encode()) == "name\r\n민지"
