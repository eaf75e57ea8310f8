"""The demo says why its story broke off, where it can know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.clock import SystemClock
from hotline.demo.house import House


@pytest.mark.parametrize(("logged", "strained"), [("ears_strained", True), ("ears_ready", False)])
def test_the_house_knows_that_its_ears_could_not_keep_up(tmp_path: Path, logged: str, strained: bool) -> None:
    house = House(tmp_path, SystemClock(), 5060, {})
    house.log_path.write_text(json.dumps({"event": logged, "worker": "ears"}) + "\n", encoding="utf-8")
    assert house.ears_were_strained() is strained
