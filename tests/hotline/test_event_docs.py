"""The handbook's page about events is as the code is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from config.events import Event
from hotline.handbook.event_docs import SAVED, events_page, example_of, main, saved_events, schema_of
from hotline.handbook.event_introduction import SUBJECTS
from tests.house_rules import product

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
#: Declare events that never leave the process, or are samples.
INSIDE = {"config.events", "ivr.events", "console.sample.memory_floor"}


def test_the_page_is_as_the_code_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == events_page(), (
        "run: python -m hotline.handbook.event_docs docs/events.md"
    )


def test_the_page_is_written_where_it_is_told(tmp_path: Path) -> None:
    main(str(tmp_path / "events.md"))
    assert (tmp_path / "events.md").read_text(encoding="utf-8") == events_page()


def test_every_module_that_declares_events_is_in_the_page_or_known_to_stay_inside() -> None:
    declares = re.compile(r"^class \w+\(Event\):", re.MULTILINE)
    declaring = {one.path.removesuffix(".py").replace("/", ".") for one in product() if declares.search(one.text)}
    assert declaring == {module.__name__ for module in SAVED} | (INSIDE & declaring)


@pytest.mark.parametrize("kind", saved_events(), ids=lambda kind: f"{kind.noun}/{kind.verb}")
def test_each_kind_says_when_it_is_told_and_its_example_is_such_an_event(kind: type[Event]) -> None:
    assert kind.__doc__
    assert kind.noun in SUBJECTS
    example = example_of(kind)
    assert list(example["data"]) == list(schema_of(kind)["properties"]) == schema_of(kind)["required"]
    whole = {**example["data"], "subject": example["subject"], "at": example["time"]}
    made = TypeAdapter(kind).validate_json(json.dumps(whole), strict=True)
    assert made.data() == example["data"]
    assert f"\n### {kind.noun}/{kind.verb}\n" in PAGE.read_text(encoding="utf-8")
