"""Recorded traffic: what a CSV file may say, what is filled in, and what is told about faults."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from routing.rehearsal.plan import carry_out, plan_of_recording
from routing.rehearsal.recorded import COLUMNS, Recording, read_recording, recorded
from tests.routing.floors import agent, hotline

FILE = hotline(
    {"ana": agent("en", "ko", wrap_up=0)},
    queues={"general": {"service_seconds": 100, "patience_seconds": 50}, "spares": {}},
)


def read(text: str) -> Recording:
    recording, faults = read_recording(text, "calls.csv", FILE)
    assert faults == ()
    assert recording is not None
    return recording


def faults(text: str) -> list[str]:
    recording, found = read_recording(text, "calls.csv", FILE)
    assert recording is None
    return [str(fault) for fault in found]


def test_arrivals_in_seconds_count_from_a_monday_midnight_in_the_hotlines_zone() -> None:
    recording = read("arrival\n90000\n30\n")
    assert recording.start == datetime(2026, 1, 4, 15, tzinfo=UTC)
    assert [at for at, _ in recording.calls] == [30, 90000]
    assert recording.length == 2 * 86_400


def test_arrivals_may_be_times_with_or_without_a_zone() -> None:
    recording = read("arrival\n2026-03-02T09:00:00\n2026-03-02T01:00:00Z\n")
    assert recording.start == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert [at for at, _ in recording.calls] == [9 * 3600, 10 * 3600]


def test_what_is_missing_is_the_hotline_files_own_or_drawn() -> None:
    calls = "".join(f"{n},,,,\n" for n in range(4_000))
    traffic = recorded(read("arrival,queue,tier,language,patience_s\n" + calls), FILE, 1, 0)
    (kind,) = traffic.classes
    assert (kind.needs.queue, kind.tier, kind.needs.language) == ("general", "standard", "en")
    assert traffic.service.mean() == pytest.approx(100, rel=0.1)
    assert traffic.patience.mean() == pytest.approx(50, rel=0.1)
    assert not traffic.takes_callback.any()


def test_where_no_patience_is_known_callers_wait_for_ever() -> None:
    assert np.isinf(recorded(read("arrival,queue\n0,spares\n"), FILE, 1, 0).patience).all()


def test_what_is_given_is_kept_and_calls_alike_are_one_class() -> None:
    text = "arrival,tier,language,service_s,patience_s\n0,vip,ko,10,5\n1,standard,en,20,\n2,vip,ko,30,7\n"
    traffic = recorded(read(text), FILE, 1, 0)
    assert [kind.name for kind in traffic.classes] == ["vip ko", "standard en"]
    assert traffic.which.tolist() == [0, 1, 0]
    assert traffic.service.tolist() == [10, 20, 30]
    assert traffic.patience[[0, 2]].tolist() == [5, 7]


def test_columns_come_in_any_order_and_empty_lines_do_not_count() -> None:
    assert [row.service for _, row in read("service_s, arrival\n5, 1\n\n,\n7,2\n".replace(",\n", "\n")).calls] == [5, 7]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["calls.csv:1: the column `arrival` is missing; name the columns on the first line"]),
        (
            "arrival\n",
            [f"calls.csv:1: there are no calls; write a line `{','.join(COLUMNS)}`, and one for each call"],
        ),
        ("arrival,teir\n0,vip\n", ["calls.csv:1: no column is called `teir`; did you mean `tier`?"]),
        ("arrival,tier,tier\n0,vip,vip\n", ["calls.csv:1: the column `tier` is there twice; keep one of them"]),
        (
            "arrival,queue\n0,general\n1,genral\nx,spares\n3\n",
            [
                "calls.csv:3: the hotline file has no queue `genral`; did you mean `general`?",
                "calls.csv:4: `arrival`: `x` is neither seconds nor a time; write it like 2026-01-05T09:30:00",
                "calls.csv:5: 1 values for 2 columns; give each column a value or leave it empty",
            ],
        ),
        (
            "arrival,service_s\n-1,3\n2,soon\n3,inf\n",
            [
                "calls.csv:2: `arrival` must be seconds, not `-1`; write digits, with a point for decimals",
                "calls.csv:3: `service_s` must be seconds, not `soon`; write digits, with a point for decimals",
                "calls.csv:4: `service_s` must be seconds, not `inf`; write digits, with a point for decimals",
            ],
        ),
        (
            "arrival,queue\n,general\n",
            ["calls.csv:2: `arrival` is missing; give seconds after midnight, or a time like 2026-01-05T09:30:00"],
        ),
        (
            "arrival\n0\n2026-01-05T09:00\n",
            ["calls.csv:3: `arrival` is seconds on some lines and a time on others; write all of them alike"],
        ),
        (
            'arrival\n0\n"1\n',
            ["calls.csv:3: not valid CSV: unexpected end of data; check the quotes and commas here"],
        ),
        (
            "arrival\n0\n99000000\n",
            ["calls.csv:1: the calls are spread over 1146 days; rehearse 366 days at once at most"],
        ),
    ],
)
def test_each_fault_says_where_what_and_the_remedy(text: str, lines: list[str]) -> None:
    assert faults(text) == lines


def test_recorded_calls_meet_the_agents_of_the_file_and_its_hours() -> None:
    file = hotline(
        {"ana": agent(wrap_up=0)},
        hours={"office": {"weekly": [{"days": ["mon"], "opens": "09:00", "closes": "18:00"}]}},
        queues={"general": {"hours": "office"}},
    )
    text = "arrival,service_s\n32400,60\n32430,60\n1000,60\n"
    recording, _ = read_recording(text, "calls.csv", file)
    assert recording is not None
    (row,) = carry_out(plan_of_recording(recording, file, "A")).report
    assert (row.counts["offered"], row.counts["answered"], row.counts["closed"]) == (2, 2, 1)
    assert row.figures["mean_wait"].value == pytest.approx(15)
    assert row.figures["mean_wait"].half_width is None
    assert row.figures["occupancy"].value == pytest.approx(120 / (9 * 3600))


def test_replications_differ_in_what_is_drawn_and_give_an_interval() -> None:
    recording = read("arrival\n" + "".join(f"{30 * n}\n" for n in range(200)))
    done = carry_out(plan_of_recording(recording, FILE, "A", seed=5, replications=4))
    assert done.calls == 800
    wait = done.report[0].figures["mean_wait"]
    assert wait.half_width is not None
    assert wait.half_width > 0


def test_the_example_in_the_documentation_is_read() -> None:
    path = Path(__file__).parents[3] / "docs" / "rehearsal" / "recorded.csv"
    assert len(read(path.read_text(encoding="utf-8")).calls) > 5
