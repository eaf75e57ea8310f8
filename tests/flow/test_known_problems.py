"""What callers hear of known trouble: in the greeting, and before they wait."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from zoneinfo import ZoneInfo

import pytest

from config.hotline_file import HotlineFile, Problems
from ivr.flow import effects as do
from ivr.understanding.understander import Understander
from prompts.phrase import Phrase, Recorded, phrase
from prompts.prompt_library import PromptLibrary, packaged_audio, workaround_clip
from tests.flow.caller import NOON, FlowCaller

PROBLEM = "1f0c9a3e5b7d"


def spoken(caller: FlowCaller) -> list[Phrase]:
    return [said for effect in caller.effects(do.Say) for said in effect.phrases]


def about_an_account(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i can not log in")
    caller.say("yes")
    caller.hear_out()


def test_a_workaround_is_spoken_between_the_news_and_the_offer(caller: FlowCaller) -> None:
    caller.problem, caller.workaround = PROBLEM, "use the web page"
    about_an_account(caller)
    assert caller.said[-3:] == ["known-problem", "workaround", "offer-when-fixed"]
    recorded = Recorded(workaround_clip(PROBLEM), "use the web page")
    assert phrase("workaround", workaround=recorded) in spoken(caller)


def test_a_workaround_is_heard_where_people_have_recorded_it(file: HotlineFile, tmp_path: Path) -> None:
    said = phrase("workaround", workaround=Recorded(workaround_clip(PROBLEM), "use the web page"))
    library, zone = PromptLibrary(file, overrides=tmp_path), ZoneInfo("Asia/Seoul")
    assert library.clips(said, "en", "calm", NOON, zone) == ()
    assert library.text(said, "en", "calm", NOON, zone) == "use the web page"
    (tmp_path / "en").mkdir()
    copyfile(packaged_audio() / "en" / "greeting.1.opus", tmp_path / "en" / "workaround.1f0c9a3e.opus")
    assert library.clips(said, "en", "calm", NOON + timedelta(hours=1), zone) == ("en/workaround.1f0c9a3e.opus",)
    assert library.clips(said, "ko", "calm", NOON, zone) == ()


@pytest.mark.parametrize(("greet", "trouble", "heard"), [
    (True, "account", True), (True, None, False), (True, "a category that is gone", False), (False, "account", False),
])  # fmt: skip
def test_the_greeting_tells_of_known_trouble_where_the_file_says_so(
    file: HotlineFile, understander: Understander, greet: bool, trouble: str | None, heard: bool
) -> None:
    told = file.model_copy(update={"problems": Problems(greet=greet)})
    caller = FlowCaller(told, understander)
    caller.trouble = trouble
    caller.arrive()
    caller.hear_out()
    assert caller.said[0] == "greeting"
    assert ("known-trouble" in caller.said) is heard
    assert bool(caller.effects(do.LookUpTrouble)) is greet
