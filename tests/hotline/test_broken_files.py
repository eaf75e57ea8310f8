"""`hotline check` on twelve broken files: each is the good one with a single fault, and prints its one line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from hotline.commands.check import check
from tests.house_rules import ROOT

FILES = ROOT / "tests" / "config"

LINES = {
    "unknown-queue": "31: no queue is called `generla`; did you mean `general`?",
    "unreachable-step": "42: no call ever comes to `promise-callback`; lead a step to it, or remove it",
    "endless-flow": (
        "40: a call never leaves ask-problem → queue → ask-problem; lead one of these steps to another `next`, or to"
        " none to end the call"
    ),
    "language-without-prompts": (
        "3: there are no prompts in `fr`: callers would hear another language; remove it, or add its texts to"
        " prompts/texts"
    ),
    "skill-nobody-has": (
        "32: no agent has the skill `repair`, which `repair` needs; give it to an agent, or ask for another one"
    ),
    "overlapping-hours": (
        "15: `office` is open twice on mon, tue, wed, thu, fri from 11:30; join it with the entry on line 14"
    ),
    "too-few-people": (
        "8: warning: at most 35% of `standard` calls can be answered within 60 s, not 80%: 4 agents for 90 calls an"
        " hour of `general` on Mon at 09:00; it takes 7 agents, or a longer `target_wait`"
    ),
    "misspelt-key": "17: `calls_per_houre` is not known here; did you mean `calls_per_hour`?",
    "word-for-a-number": ("7: `priority_rate` must be a number, not `fast`; write digits, with a point for decimals"),
    "key-given-twice": "23: `ana` is given twice, first on line 21; keep one of them",
    "not-yaml": (
        "23: not valid YAML: while parsing a flow mapping from line 22 on, expected ',' or '}', but got '<scalar>';"
        " check the indentation, colons and quotes here"
    ),
    "deadline-before-the-window": (
        "7: the first window ends after 2.5 h, past this tier's deadline; raise `callback_deadline_hours`, or shorten"
        " `callbacks.window`"
    ),
}


def run(*paths: Path) -> tuple[int, list[str]]:
    out = StringIO()
    code = check(paths, Console(file=out, width=40))
    return code, out.getvalue().splitlines()


def test_there_are_twelve_and_each_has_its_line() -> None:
    assert len(LINES) == 12
    assert {path.stem for path in (FILES / "broken").glob("*.yaml")} == LINES.keys()


def test_the_file_they_are_made_from_is_good() -> None:
    assert run(FILES / "good.yaml") == (0, [f"{FILES / 'good.yaml'}: good, 0 warnings"])


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_broken_file_prints_its_one_line(name: str) -> None:
    path = FILES / "broken" / f"{name}.yaml"
    code, lines = run(path)
    is_warning = ": warning: " in LINES[name]
    verdict = "good, 1 warning" if is_warning else "1 error, 0 warnings"
    assert lines == [f"{path}:{LINES[name]}", f"{path}: {verdict}"]
    assert code == (0 if is_warning else 1)


def test_several_files_are_checked_in_one_run_and_one_error_decides() -> None:
    good, broken = FILES / "good.yaml", FILES / "broken" / "misspelt-key.yaml"
    code, lines = run(broken, good)
    assert code == 1
    assert lines[0].startswith(f"{broken}:17: ")
    assert lines[-1] == f"{good}: good, 0 warnings"


def test_all_of_their_faults_together_are_found_in_one_run(tmp_path: Path) -> None:
    text = (FILES / "good.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("  repair:\n    queue: general", "  repair:\n    queue: generla"),
        ("languages: [en, ko]\nnumbers", "languages: [en, fr]\nnumbers"),
        ('opens: "13:00"', 'opens: "11:30"'),
        ("calls_per_hour", "calls_per_houre"),
        ("callback_deadline_hours: 8", "callback_deadline_hours: 2"),
        ("priority_rate: 3", "priority_rate: 3, record: maybe"),
        ("otherwise: promise-callback}", "otherwise: goodbye}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "many.yaml"
    path.write_text(text, encoding="utf-8")
    _, lines = run(path)
    found = {line.removeprefix(f"{path}:").split(":")[0] for line in lines[:-1]}
    assert {"3", "7", "15", "17", "31", "42"} <= found


def test_a_title_without_a_sound_is_a_warning_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "title.yaml"
    text = (FILES / "good.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("en: a refund", "en: money back"), encoding="utf-8")
    code, lines = run(path)
    assert code == 0
    assert lines[0] == (
        f"{path}:29: warning: en: the title is 'money back', the voice says 'a refund'; record en/category.refund.opus,"
        " or render the voices"
    )
