"""The runner of the benches, on benches of its own: this module is one, as `rows` shows."""

from __future__ import annotations

import io
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from config.errors import HotlineError, NotFound, NotWritable
from hotline.bench.__main__ import measure
from hotline.bench.apart import BenchBroke, rows_of
from hotline.bench.catalogue import BENCHES, chosen
from hotline.bench.machine import described
from hotline.bench.report import rounded, table, write
from hotline.bench.row import Row

FAULT = "HOTLINE_TEST_BENCH_FAULT"
STUB = (
    Row("stub", "a rate", 1234.5678, "1/s", 1000, True),
    Row("stub", "a wait", 12.0, "ms", 10.0, False),
    Row("stub", "a size", 3, "kB", None, None),
)


def rows() -> Iterator[Row]:
    """What a bench measures; with the variable set it fails after that."""
    yield from STUB
    if os.environ.get(FAULT):
        raise HotlineError("no model", remedy="fetch it")


def quiet() -> Console:
    return Console(file=io.StringIO())


def test_every_figure_of_a_bench_is_written(tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    measured, broken = measure({"stub": (__name__,)}, output, quiet())
    assert tuple(measured) == STUB
    assert broken == []
    written = json.loads(output.read_text(encoding="utf-8"))
    assert [list(row) for row in written] == [["bench", "metric", "value", "unit", "target", "ok"]] * 3
    assert written[0] == {
        "bench": "stub", "metric": "a rate", "value": 1235, "unit": "1/s", "target": 1000, "ok": True,
    }  # fmt: skip
    assert (written[2]["target"], written[2]["ok"]) == (None, None)


def test_a_bench_that_breaks_off_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    measured, broken = measure({"broken": ("tests.hotline.no_such_bench",), "stub": (__name__,)}, output, quiet())
    assert tuple(measured) == STUB
    assert [fault.where for fault in broken] == ["tests.hotline.no_such_bench"]
    assert len(json.loads(output.read_text(encoding="utf-8"))) == len(STUB)


def test_a_fault_is_told_with_its_remedy_and_what_was_measured_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAULT, "1")
    measured, broken = measure({"stub": (__name__,)}, tmp_path / "bench.json", quiet())
    assert tuple(measured) == STUB
    assert [str(fault) for fault in broken] == [f"{__name__}: no model; fetch it"]


def test_a_bench_has_a_process_of_its_own() -> None:
    with pytest.raises(BenchBroke, match="broke off"):
        list(rows_of("tests.hotline.no_such_bench"))
    assert "tests.hotline.no_such_bench" not in sys.modules


def test_every_bench_of_the_catalogue_gives_rows() -> None:
    assert list(BENCHES) == ["sip", "churn", "speech", "routing", "promises", "sizing", "console"]
    for module in (module for modules in BENCHES.values() for module in modules):
        source = Path(*module.split(".")).with_suffix(".py")
        assert "def rows() -> Iterator[Row]:" in (Path(__file__).parents[2] / source).read_text(encoding="utf-8")


def test_one_bench_can_be_chosen() -> None:
    assert chosen("sip") == {"sip": BENCHES["sip"]}
    assert chosen(None) == chosen("") == BENCHES
    with pytest.raises(NotFound, match="there is no bench 'coffee'"):
        chosen("coffee")


def test_an_unknown_name_ends_with_one_line_and_exit_code_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hotline.bench", "--only", "coffee"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": root}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert (
        done.stderr
        == "bench: there is no bench 'coffee'; choose one of sip, churn, speech, routing, promises, sizing, console\n"
    )
    assert not (tmp_path / "bench.json").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="cannot be written"):
        measure({"stub": (__name__,)}, tmp_path / "missing" / "bench.json", quiet())


@pytest.mark.parametrize(
    ("value", "shown"), [(123456.0, 123456.0), (0.123456, 0.1235), (98765.4321, 98770.0), (0, 0), (-2.00004, -2.0)]
)
def test_figures_are_rounded_to_what_was_measured(value: float, shown: float) -> None:
    assert rounded(value) == shown


def test_the_table_shows_targets_and_whether_they_were_met() -> None:
    screen = Console(file=io.StringIO(), width=120, record=True)
    screen.print(table(STUB))
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in screen.export_text().splitlines()]
    assert ["stub", "a rate", "1,235", "1/s", "1,000", "yes"] in cells
    assert ["", "a wait", "12", "ms", "10", "no"] in cells
    assert ["", "a size", "3", "kB", "", ""] in cells


def test_the_machine_is_named() -> None:
    named = described()
    assert platform.release() in named
    assert re.search(r"\d+ cores, .*, load average \d+\.\d\d before$", named)


def test_nothing_measured_is_an_empty_list(tmp_path: Path) -> None:
    write([], tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8")) == []
