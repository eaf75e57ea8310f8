"""`hotline rehearse`: what it prints, draws and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from config.errors import HotlineError, NotWritable
from config.settings import default_hotline_file
from hotline.bench.rehearsal import day
from hotline.rehearsal.rehearse import Wanted, rehearse
from routing.rehearsal.reading import read_scenario

pytestmark = pytest.mark.long

EXAMPLES = Path(__file__).parents[2] / "docs" / "rehearsal"
SCENARIO = """\
title: a busy morning
hours: 12
replications: 3
agents:
  pool: {count: 3}
calls:
  vip: {rates: [{begins: "00:00", rate: 0}, {begins: "08:00", rate: 30}], service: {mean: 180}, tier: vip}
  standard: {rates: [{begins: "00:00", rate: 0}, {begins: "08:00", rate: 25}], service: {mean: 180}}
"""


def run(wanted: Wanted, width: int = 100) -> tuple[int, str, str]:
    out, screen = StringIO(), StringIO()
    code = rehearse(wanted, Console(file=out, width=width), Console(file=screen, width=width))
    return code, out.getvalue(), screen.getvalue()


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def faster(tmp_path: Path) -> Path:
    path = tmp_path / "faster.yaml"
    path.write_text(SCENARIO.replace("count: 3", "count: 4").replace("busy", "well staffed"), encoding="utf-8")
    return path


def cells(out: str) -> dict[str, list[str]]:
    """The table's rows by their first cell."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "│" in line]
    return {row[0]: row[1:] for row in rows}


def test_the_table_has_every_figure_of_each_class_and_overall(scenario: Path) -> None:
    code, out, screen = run(Wanted(scenario=scenario))
    assert (code, screen) == (0, "")
    assert out.startswith("a busy morning")
    rows = cells(out)
    assert set(rows) >= {
        "offered", "answered", "abandoned", "had to wait, %", "service level, %", "service level within, s",
        "occupancy, %", "mean wait, s", "half waited up to, s", "90 % waited up to, s", "99 % waited up to, s",
        "mean queue", "hourly mean waits differ by, s", "were overtaken",
    }  # fmt: skip
    vip, standard, overall = (int(cell.replace(",", "")) for cell in rows["offered"])
    assert vip + standard == overall
    assert "±" in rows["mean wait, s"][0]
    assert "kept" not in rows


def test_json_has_the_same_figures_as_numbers(scenario: Path, faster: Path) -> None:
    code, out, _ = run(Wanted(scenario=scenario, versus=faster, as_json=True))
    assert code == 0
    told = json.loads(out)
    busy, staffed = told["sides"]
    assert [row["name"] for row in busy["classes"]] == ["vip", "standard", "overall"]
    assert (busy["label"], staffed["label"]) == ("a busy morning", "a well staffed morning")
    assert busy["calls"] == staffed["calls"]
    wait = busy["classes"][2]["figures"]["mean_wait"]
    assert set(wait) == {"value", "half_width", "plain"}
    assert staffed["classes"][2]["figures"]["mean_wait"]["value"] < wait["value"]
    (_, _, overall) = told["difference"]
    assert overall["figures"]["mean_wait"]["value"] == pytest.approx(
        staffed["classes"][2]["figures"]["mean_wait"]["value"] - wait["value"]
    )
    assert [hour["hour"] for hour in busy["classes"][2]["by_hour"]] == [8, 9, 10, 11]


def test_a_seed_gives_the_same_report_and_another_one_another(scenario: Path) -> None:
    wanted = Wanted(scenario=scenario, as_json=True)
    assert run(wanted) == run(wanted)
    assert run(replace(wanted, seed=1)) == run(wanted)
    assert run(replace(wanted, seed=2)) != run(wanted)


def test_against_another_scenario_the_callers_are_the_same_whatever_its_seed(scenario: Path, faster: Path) -> None:
    faster.write_text(faster.read_text(encoding="utf-8").replace("hours:", "seed: 9\nhours:"), encoding="utf-8")
    told = json.loads(run(Wanted(scenario=scenario, versus=faster, as_json=True))[1])
    offered = [[row["counts"]["offered"] for row in side["classes"]] for side in told["sides"]]
    assert offered[0] == offered[1]


def test_scenarios_of_different_length_are_not_compared(scenario: Path, faster: Path) -> None:
    faster.write_text(faster.read_text(encoding="utf-8").replace("hours: 12", "hours: 13"), encoding="utf-8")
    with pytest.raises(HotlineError, match="do not last equally long"):
        run(Wanted(scenario=scenario, versus=faster))


def test_the_picture_has_a_line_for_each_side_and_a_point_for_each_hour(
    scenario: Path, faster: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "waits.svg"
    text = faster.read_text(encoding="utf-8").replace("well staffed", "<better> & calmer")
    faster.write_text(text, encoding="utf-8")
    code, _, _ = run(Wanted(scenario=scenario, versus=faster, picture=picture))
    assert code == 0
    root = ET.fromstring(picture.read_text(encoding="utf-8"))  # noqa: S314 - this test had it drawn
    space = "{http://www.w3.org/2000/svg}"
    lines = root.findall(f"{space}polyline")
    assert [len(line.attrib["points"].split()) for line in lines] == [4, 4]
    assert len(root.findall(f"{space}circle")) == 8
    labels = [text.text for text in root.findall(f"{space}text")]
    assert "a busy morning" in labels
    assert "a <better> & calmer morning" in labels


def test_a_picture_that_cannot_be_written_is_told(scenario: Path, tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="cannot be written"):
        run(Wanted(scenario=scenario, picture=tmp_path / "missing" / "waits.svg"))


def test_recorded_traffic_meets_two_hotline_files(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = default_hotline_file().read_text(encoding="utf-8")
    other.write_text(text.replace("priority_rate: 3", "priority_rate: 9"), encoding="utf-8")
    calls = EXAMPLES / "recorded.csv"
    code, out, _ = run(Wanted(traffic=calls, config=default_hotline_file(), versus=other))
    assert code == 0
    assert "default_hotline.yaml" in out
    assert "other.yaml" in out
    assert "same callers" in out


def test_the_same_file_against_itself_differs_in_nothing(tmp_path: Path) -> None:
    config = default_hotline_file()
    wanted = Wanted(traffic=EXAMPLES / "recorded.csv", config=config, versus=config, replications=3, as_json=True)
    told = json.loads(run(wanted)[1])
    differences = [figure["value"] for row in told["difference"] for figure in row["figures"].values()]
    assert differences
    assert set(differences) == {0.0}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted(), "one kind of traffic is rehearsed; give --traffic FILE.csv or --scenario FILE.yaml"),
        (Wanted(traffic=Path("a.csv"), scenario=Path("b.yaml")), "one kind of traffic"),
        (Wanted(traffic=Path("a.csv")), "recorded traffic needs a hotline file; name it with --config FILE.yaml"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_a_remedy(wanted: Wanted, told: str) -> None:
    with pytest.raises(HotlineError) as raised:
        run(wanted)
    assert told in str(raised.value)


def test_faults_are_lines_that_editors_understand_and_the_exit_code_is_two(scenario: Path, tmp_path: Path) -> None:
    scenario.write_text(SCENARIO.replace("count: 3", "count: three"), encoding="utf-8")
    assert run(Wanted(scenario=scenario), width=20) == (
        2,
        "",
        f"{scenario}:5: `count` must be a whole number, not `three`; write digits only\n",
    )
    calls = tmp_path / "calls.csv"
    calls.write_text("arrival,tier\n1,vip\n2,gold\n", encoding="utf-8")
    code, _, screen = run(Wanted(traffic=calls, config=default_hotline_file()))
    assert (code, screen) == (2, f"{calls}:3: the hotline file has no tier `gold`; use one it declares\n")
    missing = tmp_path / "missing.yaml"
    code, _, screen = run(Wanted(traffic=calls, config=missing))
    assert code == 2
    assert screen.startswith(f"{missing}:1: the file cannot be read: No such file or directory; ")


def test_the_day_of_the_bench_is_a_good_scenario() -> None:
    read, faults = read_scenario(day(), "bench")
    assert faults == ()
    assert read is not None


@pytest.mark.long
def test_the_command_hands_everything_over(scenario: Path, tmp_path: Path) -> None:
    picture = tmp_path / "waits.svg"
    command = [sys.executable, "-m", "hotline", "rehearse", "--scenario", str(scenario), "--json"]
    options = ["--picture", str(picture), "--seed", "4", "--replications", "2"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd=EXAMPLES.parents[1])
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told == json.loads(run(Wanted(scenario=scenario, seed=4, replications=2, as_json=True))[1])
    assert picture.exists()
