"""`hotline check FILE`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from config.settings import default_hotline_file
from hotline.commands.check import check


def run(path: Path) -> tuple[int, list[str]]:
    out = StringIO()
    code = check([path], Console(file=out, width=40))
    return code, out.getvalue().splitlines()


def test_the_file_that_comes_with_the_program_is_good() -> None:
    assert run(default_hotline_file()) == (0, [f"{default_hotline_file()}: good, 0 warnings"])


def test_each_fault_is_one_line_that_editors_understand_and_the_exit_code_is_one(tmp_path: Path) -> None:
    path = tmp_path / "hotline.yaml"
    text = default_hotline_file().read_text(encoding="utf-8")
    path.write_text(
        text.replace("zone: Asia/Seoul", "zone: Mars", 1).replace("kind: survey,", "kind: survei,", 1), encoding="utf-8"
    )
    code, lines = run(path)
    assert code == 1
    assert len(lines) == 3
    assert lines[0] == f"{path}:7: no time zone is called `Mars`; write it like Asia/Seoul or Europe/London"
    assert lines[1].endswith(": no kind of step is called `survei`; did you mean `survey`?")
    assert lines[2] == f"{path}: 2 errors, 0 warnings"


def test_a_file_that_is_not_there_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    code, lines = run(tmp_path / "none.yaml")
    assert code == 1
    assert lines[0].startswith(f"{tmp_path}/none.yaml:1: the file cannot be read: No such file or directory; ")
