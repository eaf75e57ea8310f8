from __future__ import annotations

import json

import pytest

from config.hotline_file import Scoring
from routing.changes import AgentSignedIn
from routing.replay import FloorOpened, Recorded, as_json, from_json, replay
from tests.routing.days import FILES, random_days
from tests.routing.floors import at


def test_a_recorded_day_replays_to_identical_receipts() -> None:
    for day in random_days(3):
        saved = "\n".join(json.dumps(as_json(recorded)) for recorded in day.recording)
        recording = [from_json(json.loads(line)) for line in saved.splitlines()]
        assert recording == day.recording
        assert len(day.receipts) > 200
        assert list(replay(recording, FILES)) == day.receipts
        assert {receipt.file_version for receipt in day.receipts} == {"1", "2"}


def test_under_another_file_the_decisions_are_others() -> None:
    (day,) = random_days(1)
    morning = day.recording[:1_000]
    impatient = FILES["1"].model_copy(update={"scoring": Scoring(offer_timeout=3)})
    assert list(replay(morning, {"1": impatient})) != list(replay(morning, FILES))


def test_each_opening_begins_an_empty_floor() -> None:
    (day,) = random_days(1)
    assert list(replay(day.recording * 2, FILES)) == day.receipts * 2


def test_a_recording_that_begins_in_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="no floor was opened"):
        list(replay([Recorded(AgentSignedIn("kim"), at(0))], FILES))


def test_a_version_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="7"):
        list(replay([Recorded(FloorOpened("7"), at(0))], FILES))
