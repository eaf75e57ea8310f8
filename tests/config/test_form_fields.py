"""Forms made from the schema: every part, every bound, and what is filled in reaches the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from config.edit_nodes import data_of
from config.form_edits import faults_at, filled_in
from config.form_fields import Control, Group, Kind, Sheet, beginning, controls, entries, flat, names_in, sheets
from config.hotline_file import HotlineFile
from config.hotline_yaml import examine, parse
from config.settings import default_hotline_file
from config.source_map import Path

TEXT = default_hotline_file().read_text(encoding="utf-8")
DATA: Mapping[str, Any] = data_of(TEXT)
KINDS = ("greet", "queue")


def sheet(name: str) -> Sheet:
    return next(one for one in sheets() if one.name == name)


def form(name: str, entry: str | None = None, data: Mapping[str, Any] = DATA) -> tuple[Control | Group, ...]:
    return controls(sheet(name), entry, data, names_in(data, KINDS))


def control(name: str, *path: str | int, data: Mapping[str, Any] = DATA) -> Control:
    part = sheet(name)
    entry = str(path[len(part.path)]) if part.is_many else None
    return next(one for one in flat(form(name, entry, data)) if one.path == path)


def test_every_part_of_the_schema_has_a_sheet() -> None:
    tops = {part.path[0] for part in sheets() if part.path} | {one.name for one in flat(form("general"))}
    assert tops == set(HotlineFile.model_fields)
    assert sheet("steps").path == ("flow", "steps")


def test_controls_know_kind_bounds_default_and_choices() -> None:
    assert control("agents", "agents", "ana", "skills", "repair") == Control(
        ("agents", "ana", "skills", "repair"), Kind.WHOLE, 4, least=1, most=5
    )
    wait = control("tiers", "tiers", "vip", "target_wait")
    assert (wait.kind, wait.value, wait.default, wait.least, wait.required) == (Kind.NUMBER, 20, 60, 0, False)
    assert control("agents", "agents", "ana", "languages").choices == ("en", "zh", "ko")
    assert control("agents", "agents", "ana", "station").required
    assert control("categories", "categories", "refund", "queue").choices == ("general", "technical")
    assert control("categories", "categories", "refund", "urgency").choices[0] == "safety"
    assert control("categories", "categories", "refund", "examples", "ko").kind is Kind.LINES
    assert control("callbacks", "callbacks", "quiet_from").default == "21:00"
    assert control("callbacks", "callbacks", "dialling").choices == ("agent-first", "contact-first", "preview")
    assert control("hours", "hours", "office", "weekly", 0, "days").kind is Kind.CHOICES
    assert control("flow", "flow", "start").choices[0] == "greet"
    assert control("steps", "flow", "steps", "greet", "kind").choices == KINDS
    assert control("general", "skills").kind is Kind.LINES


def test_names_that_are_gone_are_still_shown_where_they_are_used() -> None:
    data = dict(DATA) | {"skills": ["refund"], "languages": ["en"]}
    assert control("agents", "agents", "ana", "skills", "legal", data=data).value == 5
    assert control("agents", "agents", "bo", "languages", data=data).choices == ("en", "zh")


def test_a_text_that_is_wrong_everywhere_still_makes_a_form() -> None:
    wrong: dict[str, Any] = dict.fromkeys(HotlineFile.model_fields, 3) | {
        "agents": {"ana": 4},
        "flow": {"steps": []},
    }
    for part in sheets():
        for entry in entries(part, wrong) or (None,):
            list(flat(controls(part, entry, wrong, names_in(wrong, KINDS))))


@pytest.mark.parametrize(
    ("name", "path", "given", "now"),
    [
        ("agents", ("agents", "ana", "name"), " Ana R. ", "Ana R."),
        ("agents", ("agents", "ana", "skills", "repair"), "2", 2),
        ("agents", ("agents", "ana", "skills", "repair"), "", None),
        ("agents", ("agents", "ana", "calm"), "false", False),
        ("agents", ("agents", "ana", "languages"), "en\nko", ["en", "ko"]),
        ("agents", ("agents", "ana", "devices"), "sip:a@b\n\n+8210", ["sip:a@b", "+8210"]),
        ("tiers", ("tiers", "vip", "share_of_calls"), "0.25", 0.25),
        ("tiers", ("tiers", "vip", "target_wait"), "soon", "soon"),
        ("scoring", ("scoring", "relax_after"), "30\n90", [30, 90]),
        ("categories", ("categories", "refund", "titles", "zh"), "退货", "退货"),
        ("queues", ("queues", "general", "hours"), "office", "office"),
    ],
)
def test_what_is_given_is_in_the_text(name: str, path: Path, given: str, now: Any) -> None:
    after: Any = data_of(filled_in(TEXT, control(name, *path), given))
    for part in path:
        after = after.get(part) if isinstance(after, dict) else None
    assert after == now


def test_what_must_be_there_is_not_taken_out() -> None:
    text = filled_in(TEXT, control("agents", "agents", "ana", "station"), "")
    assert data_of(text)["agents"]["ana"]["station"] == ""


def test_a_new_record_begins_with_what_must_be_there() -> None:
    names = names_in(DATA, KINDS)
    made = {part.name: beginning(part.record, "new", names) for part in sheets() if part.is_many and part.record}
    assert made["agents"] == {"name": "new", "station": "new", "languages": ["en"]}
    assert made["categories"] == {"queue": "general", "titles": {"en": "new", "zh": "new", "ko": "new"}}
    assert made["steps"] == {"kind": "greet"}
    assert made["queues"] == {}


def test_faults_stand_at_the_control_they_name() -> None:
    text = TEXT.replace("target_wait: 20", "target_wait: soon").replace(
        "refund: 4, delivery: 4", "refund: 9, delivery: 4"
    )
    _, sources, _ = parse(text, "hotline.yaml")
    faults = examine(text).faults
    data = data_of(text)
    tier = {one.path: one for one in flat(form("tiers", "vip", data))}
    assert [*faults_at(tier, sources, faults)] == [("tiers", "vip", "target_wait")]
    ana = {one.path: one for one in flat(form("agents", "ana", data))}
    assert [*faults_at(ana, sources, faults)] == [("agents", "ana", "skills", "refund")]
    bo = {one.path: one for one in flat(form("agents", "bo", data))}
    assert faults_at(bo, sources, faults) == {}
