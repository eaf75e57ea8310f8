"""Reading the hotline file: lines, syntax, schema, and every fault in one run."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from config.errors import HotlineFileFault
from config.faults import HotlineFileFaults
from config.hotline_yaml import examine, examine_file, read_hotline_file
from tests.config.texts import GOOD, KINDS, said, spoiled


def test_a_good_text_gives_the_file_and_where_everything_stands() -> None:
    file, sources = read_hotline_file(GOOD, KINDS)
    assert file.agents["ana"].skills == {"refund": 3, "safety": 5}
    assert file.hours["office"].weekly[1].opens == time(13)
    assert sources.line("agents", "ana", "station") == 20
    assert sources.line("hours", "office", "weekly", 1) == 14
    assert sources.line("agents", "ana", "colour") == 18


def test_a_path_is_read_and_named_in_the_faults(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(spoiled(("default_tier: standard", "default_tier: gold")), encoding="utf-8")
    with pytest.raises(HotlineFileFaults) as fault:
        read_hotline_file(path, KINDS)
    assert str(fault.value).startswith(f"{path}:8: no tier is called `gold`; ")
    assert isinstance(fault.value, HotlineFileFault)
    assert fault.value.exit_code == 2


def test_a_file_that_is_absent_or_not_text_is_a_fault_too(tmp_path: Path) -> None:
    [absent] = examine_file(tmp_path / "no.yaml").faults
    assert "cannot be read: No such file" in absent.what
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    [latin] = examine_file(tmp_path / "latin.yaml").faults
    assert latin.what == "the file is not UTF-8"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hotline: {name: x\nlanguages: [en]\n", 2),
        ("hotline:\n  name: x\n\tzone: UTC\n", 3),
        ("a: 'never closed\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: *nobody\n", 1),
        ("", 1),
        ("- a list\n", 1),
        ("just words\n", 1),
        ("[" * 700, 1),
        ("a: \x00\n", 1),
    ],
)
def test_what_is_not_a_hotline_file_is_one_fault_with_its_line(text: str, line: int) -> None:
    reading = examine(text, KINDS)
    assert reading.file is None
    [fault] = reading.faults
    assert fault.line == line


def test_something_that_contains_itself_does_not_hang_us() -> None:
    assert examine(spoiled(("  window: 7200", "  window: &w [*w]")), KINDS).file is None


def test_every_duplicate_key_is_named_with_its_first_line() -> None:
    text = spoiled(("  standard: {}", "  standard: {}\n  vip: {}"), ("    bye:", "    ask: {kind: ask}\n    bye:"))
    assert said(text) == [
        "8: `vip` is given twice, first on line 6; keep one of them",
        "37: `ask` is given twice, first on line 35; keep one of them",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    station: sip:ana@127.0.0.1:5071\n", "", "18: `station` is missing; add it"),
        ("window: 7200", "windows: 7200", "29: `windows` is not known here; did you mean `window`?"),
        ("safety: 5}", "safety: 9}", "22: `safety` is `9`; it must be at most 5"),
        ("safety: 5}", "safety: top}", "22: `safety` must be a whole number, not `top`; write digits only"),
        ("window: 7200", "window: 0", "29: `window` is `0`; it must be more than 0.0"),
        (
            "window: 7200",
            "window: .inf",
            "29: `window` must be a number, not `inf`; write digits, with a point for decimals",
        ),
        ('opens: "13:00"', 'opens: "25:00"', "14: `opens`: `25:00` is not a time of day; write it like 09:00"),
        (
            "languages: [en, ko]\nnumbers",
            "languages: [en, kor]\nnumbers",
            "2: `kor` is not a language; write its two letters",
        ),
        ("  general: {hours", "  General Desk: {hours", "16: `General Desk` is not a name; use lower-case letters"),
        ('"1001"', "1001", "4: `1001` must be text, not `1001`; put it in quotes"),
        ("skills: [refund, safety]", "skills: refund", "9: `skills` must be a list; write [a, b]"),
        ("  vip: {callback_deadline_hours: 8}", "  vip: high", "6: `vip` must have lines of `key: value` below it"),
        (
            'days: [mon, tue], opens: "09',
            'days: [mon, funday], opens: "09',
            "13: item 2 of `days`: `funday` is not one",
        ),
        ("name: Test", "name: 7", "1: `name` must be text, not `7`; put it in quotes"),
    ],
)
def test_what_the_schema_refuses_is_said_in_words_on_its_line(old: str, new: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in said(spoiled((old, new)))), said(spoiled((old, new)))


def test_faults_of_every_sort_are_found_in_one_run() -> None:
    text = spoiled(
        ("zone: Asia/Seoul", "zone: Asia/Soul"),
        ("default_tier: standard", "default_tier: gold"),
        ("refund: 3,", "refund: 33,"),
        ("    queue: general", "    queue: generla"),
        ("  window: 7200", "  window: 7200\n  window: 60"),
        ("next: ask}", "next: aks}"),
    )
    assert [line.split(":")[0] for line in said(text)] == ["1", "8", "22", "25", "30", "34"]


def test_what_a_fault_takes_out_is_not_missed_elsewhere() -> None:
    """A queue with a bad value is still a queue: only the value is at fault."""
    assert said(spoiled(("general: {hours: office}", "general: {service_seconds: 0}"))) == [
        "16: `service_seconds` is `0`; it must be more than 0.0"
    ]


def test_a_missing_part_is_said_once() -> None:
    assert said(spoiled(("skills: [refund, safety]\n", ""))) == ["1: `skills` is missing; add it"]
