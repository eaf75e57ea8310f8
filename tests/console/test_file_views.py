"""How the hotline file's panels look: pure functions, exact where it matters, and words for all of the schema."""

from __future__ import annotations

import inspect

import pytest

import config.hotline_file
from config.edit_nodes import data_of
from config.faults import Fault, Severity
from config.flow_layout import flow_picture
from config.form_fields import Control, Group, Kind, sheets
from config.hotline_file import Section
from config.versions import VersionConflict, unified
from console.pages.file_diff_view import Line, changed, lines_of, patch
from console.pages.file_flow_view import flow_view
from console.pages.file_form_view import control_view, key_of, path_of
from console.pages.file_look import look_at, still_there
from console.pages.file_rehearsal_view import result
from console.pages.file_view import Standing, conflict, fault_list, head, tabs
from console.ports import RehearsedFiles
from console.words import LANGUAGES, words
from tests.console.sample_files import TEXT
from tests.console.versions import version

EN = words("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_field_and_choice_of_the_schema_has_a_word(language: str) -> None:
    texts = words(language).texts
    sections = [
        kind for _, kind in inspect.getmembers(config.hotline_file, inspect.isclass) if issubclass(kind, Section)
    ]
    fields = {name for kind in sections if kind.__name__ != "HotlineFile" for name in kind.model_fields}
    fields |= {"default_tier", "languages", "skills", "products"}
    assert {name for name in fields if f"file_field.{name}" not in texts} <= {part.name for part in sheets()}
    assert all(f"file_part.{part.name}" in texts for part in sheets())


def test_a_diff_has_the_numbers_of_both_texts() -> None:
    diff = unified(version(1, "a\nb\nc"), "a\nB\nc\nd", "yours")
    assert lines_of(diff) == (
        Line(" ", "a", 1, 1, True),
        Line("-", "b", 2, None, False),
        Line("+", "B", None, 2, False),
        Line(" ", "c", 3, 3, False),
        Line("+", "d", None, 4, False),
    )
    assert changed(diff) == 3
    shown = patch(EN, diff, jumps=True)
    assert 'data-do="line" data-item="1"' in shown
    assert '<td class="sign">-</td><td><del>b</del></td>' in shown
    assert patch(EN, "") == f'<p class="muted">{EN("file.no_changes")}</p>'


def test_what_is_in_the_text_cannot_break_the_page() -> None:
    evil = '<script>x</script>"'
    diff = unified(None, evil, "yours")
    control = Control(("agents", "ana", "name"), Kind.TEXT, evil)
    fault = Fault("f", 3, evil, evil)
    flow = flow_picture({"start": evil, "steps": {evil: {"kind": evil}}})
    for html in (
        patch(EN, diff),
        control_view(EN, control, None, (fault,)),
        fault_list(EN, (fault,)),
        flow_view(EN, flow, {evil: 3}, evil),
    ):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_a_control_names_its_path_and_tells_what_is_wrong_with_it() -> None:
    path = ("tiers", "vip", "target_wait")
    wrong = control_view(
        EN, Control(path, Kind.NUMBER, "soon", 60, least=0), None, (Fault("f", 1, "not a number", "write digits"),)
    )
    assert path_of(key_of(path)) == path
    assert 'data-changes="fill"' in wrong
    assert 'type="text"' in wrong  # a number field would hide what is written
    assert 'aria-describedby="f-tiers-vip-target_wait-fault"' in wrong
    assert 'aria-invalid="true"' in wrong
    assert "not a number; write digits" in wrong
    right = control_view(EN, Control(path, Kind.NUMBER, 20.0, 60, least=0), None, ())
    assert 'type="number" id="f-tiers-vip-target_wait" value="20" placeholder="60" min="0" step="any"' in right


def test_a_level_is_called_by_its_skill_and_a_language_by_its_own_name() -> None:
    levels = Group(("agents", "ana", "skills"), (), by_key=True)
    assert "<span>refund</span>" in control_view(EN, Control((*levels.path, "refund"), Kind.WHOLE, 3), levels, ())
    titles = Group(("categories", "refund", "titles"), (), by_key=True)
    assert "<span>中文</span>" in control_view(EN, Control((*titles.path, "zh"), Kind.TEXT, "x"), titles, ())


def test_publishing_waits_for_a_text_without_errors() -> None:
    error = Fault("f", 3, "wrong", "mend it")
    warning = Fault("f", 3, "poor", "think", Severity.WARNING)

    def publish(standing: Standing) -> str:
        return head(EN, standing).partition('data-opens="publish"')[2].partition(">")[0]

    assert "disabled" in publish(Standing(3, 3, (error,), 2, True))
    assert "disabled" in publish(Standing(3, 3, (), 0, True))
    assert "disabled" not in publish(Standing(3, 3, (warning,), 2, True))
    assert 'data-opens="publish"' not in head(EN, Standing(3, 3, (), 2, False))
    assert EN("file.overtaken", version=4) in head(EN, Standing(3, 4, (), 2, True))
    assert 'id="tab-changes" data-do="tab" data-item="changes" aria-selected="true"' in tabs(
        EN, "changes", Standing(3, 3, (), 2, True)
    )


def test_who_was_overtaken_sees_both_changes() -> None:
    found = VersionConflict(version(1, "a"), version(2, "b"), "c")
    shown = conflict(EN, found, 2)
    assert "<ins>b</ins>" in shown
    assert "<ins>c</ins>" in shown
    assert 'data-do="rebase"' in shown


def test_the_step_under_the_cursor_is_marked() -> None:
    look = look_at(TEXT)
    lines = look.step_lines()
    assert look.step_at(lines["survey"]) == "survey"
    assert look.step_at(1) == ""
    assert look.path_at(lines["survey"]) == ("flow", "steps", "survey")
    shown = flow_view(EN, flow_picture(data_of(TEXT)["flow"]), lines, "survey")
    assert f'<g class="step here" data-do="line" data-item="{lines["survey"]}" data-step="survey">' in shown
    assert shown.count('class="step here"') == 1
    assert "otherwise: promise-callback" in shown  # the text alternative


def test_a_fault_stands_while_its_line_says_the_same() -> None:
    before = look_at("a: 1\nb: 2")
    fault = Fault("f", 2, "wrong", "mend it")
    looked = type(before)(before.text, before.data, before.sources, (fault,))
    assert still_there(looked, "a: 3\nb: 2") == (fault,)
    assert still_there(looked, "a: 1\nb: 3") == ()
    assert still_there(looked, "a: 1") == ()
    assert still_there(None, "a: 1") == ()


def test_a_rehearsal_shows_both_files_side_by_side() -> None:
    row = {
        "name": "overall",
        "counts": {"offered": 10, "abandoned": 2},
        "figures": {"mean_wait": {"value": 30.0, "half_width": None, "plain": 30.0}},
    }
    other = row | {
        "counts": {"offered": 10, "abandoned": 1},
        "figures": {"mean_wait": {"value": 20.0, "half_width": 1.5, "plain": 20.0}},
    }
    report = {
        "sides": [
            {"label": "version 3", "calls": 10, "classes": [row]},
            {"label": "your text", "calls": 10, "classes": [other]},
        ],
        "difference": [
            {"name": "overall", "figures": {"mean_wait": {"value": -10.0, "half_width": 2.0, "plain": -10.0}}}
        ],
    }
    shown = result(EN, RehearsedFiles(report, "<svg/>"))
    cells = '<td class="number">30.00</td><td class="number">20.00 ± 1.50</td><td class="number">-10.00 ± 2.00</td>'
    assert f'<th scope="row">mean wait, s</th>{cells}' in shown
    assert (
        '<th scope="row">gave up</th><td class="number">2</td><td class="number">1</td><td class="number">-1</td>'
        in shown
    )
