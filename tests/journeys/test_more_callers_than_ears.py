"""The ears fall behind: the floor is told. (That callers get through by keys: `test_callers_without_speech`.)"""

from __future__ import annotations

from ivr.events import EarsRelieved, EarsStrained
from ivr.messages import EarsStrained as Strained
from tests.journeys.stage import JourneyStage


async def test_strain_and_relief_of_the_ears_are_told(stage: JourneyStage) -> None:
    stage.switchboard.on_ears(Strained(True, behind=2.5))
    await stage.at(1)
    stage.switchboard.on_ears(Strained(False, behind=0.3))
    await stage.at(2)
    (strained,) = stage.told(EarsStrained)
    assert isinstance(strained, EarsStrained)
    assert strained.behind == 2.5
    assert len(stage.told(EarsRelieved)) == 1
