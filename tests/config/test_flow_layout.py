"""The picture of the call flow: rows, lanes, and nothing that passes through a step."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.edit_nodes import data_of
from config.flow_layout import FlowPicture, Way, flow_picture
from config.settings import default_hotline_file

FLOW = data_of(default_hotline_file().read_text(encoding="utf-8"))["flow"]


def test_the_flow_we_ship_runs_straight_down_from_greeting_to_goodbye() -> None:
    picture = flow_picture(FLOW)
    names = [name for name, _ in picture.rows]
    assert names[:10] == [
        *("greet", "choose-language", "meet", "same-matter", "ask-problem", "confirm"),
        *("open-case", "known-problem", "queue", "survey"),
    ]
    assert names[picture.others :] == ["status", "follow-up", "renegotiate"]
    assert Way("greet", "choose-language", "next", None) in picture.ways
    to_queue = {way.lane for way in picture.ways if way.target == "queue" and way.kind == "otherwise"}
    assert len(to_queue) == 1  # all of them share a lane
    assert picture.lanes == 4


def test_a_flow_that_makes_no_sense_is_drawn_as_far_as_it_does() -> None:
    assert flow_picture(None) == FlowPicture((), (), 0, 0)
    assert flow_picture({"start": "gone", "steps": {"a": {"kind": "x", "next": "nowhere"}, "b": 3}}) == FlowPicture(
        (("a", "x"),), (), 0, 0
    )


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
STEPS = st.dictionaries(NAMES, st.fixed_dictionaries({"kind": NAMES}, optional={"next": NAMES, "otherwise": NAMES}))


@given(st.fixed_dictionaries({"start": NAMES, "steps": STEPS}))
def test_every_step_has_a_row_and_lanes_never_overlap(flow: dict[str, Any]) -> None:
    picture = flow_picture(flow)
    assert sorted(name for name, _ in picture.rows) == sorted(flow["steps"])
    spans: dict[tuple[int, str, str], set[int]] = {}
    for way in picture.ways:
        rows = {picture.row(way.source), picture.row(way.target)}
        if way.lane is None:
            assert picture.row(way.target) == picture.row(way.source) + 1
        else:
            spans.setdefault((way.lane, way.target, way.kind), set()).update(rows)
    for (lane, *key), rows in spans.items():
        for (other_lane, *other_key), others in spans.items():
            if lane == other_lane and key != other_key:
                assert max(rows) < min(others) or max(others) < min(rows)
