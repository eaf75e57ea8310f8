"""The rules of cases in a hotline file: people and skills that exist, and limits that leave time."""

from __future__ import annotations

import pytest

from config.faults import errors
from config.hotline_yaml import examine
from config.settings import default_hotline_file

TEXT = default_hotline_file().read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("responsible: {classify: ana", "responsible: {classify: anna", "no agent is called `anna`"),
        ("repeat_skills: {senior: 3}", "repeat_skills: {seniors: 3}", "no skill is called `seniors`"),
        ("steps: {intake: 900", "steps: {intake: 0", "`intake` would be overdue at the moment it begins"),
        ("steps: {classify: 1800", "steps: {classify: 0", "`classify` would be overdue at the moment it begins"),
        ("steps: {intake: 900", "steps: {intak: 900", "intak"),
    ],
)
def test_what_cannot_be_is_a_fault_with_its_line(old: str, new: str, what: str) -> None:
    text = changed(old, new)
    line = 1 + next(number for number, words in enumerate(text.splitlines()) if new in words)
    (fault,) = errors(examine(text).faults)
    assert what in fault.what
    assert fault.line == line
    assert fault.remedy


def test_a_contact_that_goes_before_its_recordings_is_warned_of() -> None:
    text = changed("    retention_days: 365 ", "    retention: {contacts: 30}\n    retention_days: 365 ")
    reading = examine(text)
    assert errors(reading.faults) == ()
    assert ["kept longer than the contact" in fault.what for fault in reading.faults] == [True]
