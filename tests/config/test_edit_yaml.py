"""Changing one value of the hotline file: what the form says is there, and no other line is touched."""

from __future__ import annotations

import difflib
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.edit_nodes import data_of
from config.edit_scalars import Value
from config.edit_yaml import CannotEdit, edited, removed
from config.settings import default_hotline_file
from config.source_map import Path

DEFAULT = default_hotline_file().read_text(encoding="utf-8")

TEXT = """\
# who we are
hotline:
  name: Café   # shown on top
  zone: "Asia/Seoul"

skills: [refund, repair]   # what people can do
groups: {}   # nobody yet
numbers:
  "1000": {}
  "1001": {language: en}
agents:
  # the senior
  ana:
    name: Ana
    # ringing: serial
    skills: {refund: 4, repair: 2}   # levels
    languages: [en]

  bo:
    name: 'Bo'
    calm:
hours:
  office:
    weekly:
      - {days: [mon, tue], opens: "09:00"}   # early
      - days: [sat]
        opens: "10:00"
# the end
"""


EMPTY = ("-groups: {}   # nobody yet", "+groups:   # nobody yet")


def change(path: Path, value: Value, text: str = TEXT) -> list[str]:
    """The lines that differ, `-` and `+`."""
    lines = difflib.unified_diff(text.splitlines(), edited(text, path, value).splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def loss(path: Path, text: str = TEXT) -> list[str]:
    lines = difflib.unified_diff(text.splitlines(), removed(text, path).splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (("hotline", "name"), "Bar", ["-  name: Café   # shown on top", "+  name: Bar   # shown on top"]),
        (("hotline", "name"), "a: b", ["-  name: Café   # shown on top", '+  name: "a: b"   # shown on top']),
        (("hotline", "name"), "true", ["-  name: Café   # shown on top", '+  name: "true"   # shown on top']),
        (("hotline", "zone"), "UTC", ['-  zone: "Asia/Seoul"', '+  zone: "UTC"']),
        (("hotline", "country"), "KR", ["+  country: KR"]),
        (("agents", "bo", "name"), "B'o", ["-    name: 'Bo'", "+    name: 'B''o'"]),
        (("agents", "bo", "calm"), True, ["-    calm:", "+    calm: true"]),
        (("agents", "bo", "wrap_up"), 15.0, ["+    wrap_up: 15"]),
        (("agents", "ana", "skills", "repair"), 5, None),
        (("agents", "ana", "languages"), ["en", "ko"], ["-    languages: [en]", "+    languages: [en, ko]"]),
        (("skills",), ["repair", "x, y"], None),
        (("numbers", "1001", "language"), "zh", ['-  "1001": {language: en}', '+  "1001": {language: zh}']),
        (("numbers", "1002"), {}, ['+  "1002": {}']),
        (("numbers", "1000", "queue"), "q", ['-  "1000": {}', '+  "1000": {queue: q}']),
        (("groups", "late"), {"queues": ["q"]}, [*EMPTY, "+  late: {queues: [q]}"]),
        (("hours", "office", "weekly", 0, "opens"), "08:30", None),
        (("hours", "office", "weekly", 1, "opens"), "08:30", ['-        opens: "10:00"', '+        opens: "08:30"']),
    ],
)  # fmt: skip
def test_one_value_changes_and_no_other_line(path: Path, value: Value, lines: list[str] | None) -> None:
    seen = change(path, value)
    if lines is None:
        assert [line[0] for line in seen] == ["-", "+"]
    else:
        assert seen == lines


def test_a_person_is_added_below_the_last_one_and_written_as_the_others_are() -> None:
    assert change(("agents", "cy"), {"name": "Cy", "languages": ["en"], "skills": {"refund": 2}}) == [
        "+  cy:",
        "+    name: Cy",
        "+    languages: [en]",
        "+    skills: {refund: 2}",
    ]


def test_a_person_goes_with_what_was_said_about_them_and_the_others_stay() -> None:
    assert loss(("agents", "bo")) == ["-  bo:", "-    name: 'Bo'", "-    calm:"]
    text = removed(removed(TEXT, ("agents", "bo")), ("agents", "ana"))
    assert data_of(text)["agents"] == {}
    assert "agents: {}" in text
    assert "# the senior" in text


def test_lists_change_item_by_item() -> None:
    weekly: Path = ("hours", "office", "weekly")
    assert loss((*weekly, 0)) == ['-      - {days: [mon, tue], opens: "09:00"}   # early']
    assert loss((*weekly, 1, "days")) == ["-      - days: [sat]", '-        opens: "10:00"', '+      - opens: "10:00"']
    more = [*data_of(TEXT)["hours"]["office"]["weekly"], {"days": ["sun"], "opens": "11:00"}]
    assert change(weekly, more) == ['+      - {days: [sun], opens: "11:00"}']
    assert change(weekly, [])[-1] == "+    weekly: []"
    assert change(("skills",), []) == [
        "-skills: [refund, repair]   # what people can do",
        "+skills: []   # what people can do",
    ]


def test_long_sentences_stand_on_lines_of_their_own() -> None:
    said = ["I want my money back, please", "no"]
    text = edited("a: {}\nexamples: {}\n", ("examples", "en"), said)
    assert text == 'a: {}\nexamples:\n  en:\n    - I want my money back, please\n    - "no"\n' or data_of(text)
    assert data_of(text)["examples"]["en"] == said


def test_what_is_written_with_anchors_is_left_to_the_text() -> None:
    with pytest.raises(CannotEdit, match=r"`b\.x` is written in a way that forms cannot change"):
        edited("a: &a {x: 1}\nb: *a\n", ("b", "x"), 2)
    with pytest.raises(CannotEdit):
        edited("a: [", ("a",), 2)


def test_the_same_again_changes_nothing() -> None:
    for path in _paths(data_of(TEXT)):
        assert edited(TEXT, path, _at(data_of(TEXT), path)) == TEXT


def test_in_the_file_we_ship_one_level_changes_one_line() -> None:
    assert change(("agents", "cho", "skills", "safety"), 4, DEFAULT) == [
        "-    skills: {refund: 3, delivery: 4, repair: 3, billing: 3, account: 3, safety: 3, legal: 3, senior: 3}",
        "+    skills: {refund: 3, delivery: 4, repair: 3, billing: 3, account: 3, safety: 4, legal: 3, senior: 3}",
    ]
    assert change(("callbacks", "window"), 3600.0, DEFAULT) == [
        "-  window: 7200             # and is so long",
        "+  window: 3600             # and is so long",
    ]
    assert change(("categories", "refund", "examples", "zh"), ["我要退款"], DEFAULT)[0].startswith("-        - ")


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-10, 10**6) | st.floats(0, 1, width=16) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=5
)


def _paths(data: Any, here: Path = ()) -> list[Path]:
    found: list[Path] = []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += [(*here, key), *_paths(value, (*here, key))]
    return found


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_series_of_changes_says_what_was_asked_and_keeps_comments_and_other_lines(data: st.DataObject) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 3))):
        said = data_of(text)
        paths = _paths(said)
        if not paths:
            return
        path = data.draw(st.sampled_from(paths))
        if data.draw(st.booleans()):
            path = (*path, data.draw(NAMES)) if isinstance(_at(said, path), dict) else path
            value: Any = data.draw(VALUES)
            after = edited(text, path, value)
            there = _at(data_of(after), path)
            assert there == value
        else:
            after = removed(text, path)
            assert path not in _paths(data_of(after)) or isinstance(path[-1], int)
        _nothing_around_differs(text, after, str(path[0]))
        text = after


def _nothing_around_differs(before: str, after: str, part: str) -> None:
    """What stands before a top-level part, and from the next one on, is there to the byte."""
    begins = before.index(f"\n{part}:") + 1
    following = re.compile(r"^[a-z]+:", re.MULTILINE).search(before, begins + 1)
    assert after.startswith(before[:begins])
    assert following is None or after.endswith(before[following.start() :])
