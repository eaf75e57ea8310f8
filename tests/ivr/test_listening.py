"""What the ears are asked when the call flow listens."""

from __future__ import annotations

from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.flow.catalogue import STEPS
from ivr.flow.effects import Listen as Wanted
from ivr.listening import NO_INPUT_YET, listen_of
from ivr.messages import Expecting

FILE, _ = read_hotline_file(default_hotline_file(), STEPS)


def test_while_the_prompt_plays_its_text_is_told_and_silence_not_counted() -> None:
    asked = listen_of("leg", Wanted(3, "en", Expecting.SPEECH, after_prompt=False), FILE, "How may I help?")
    assert (asked.turn, asked.prompt, asked.no_input) == (3, "How may I help?", NO_INPUT_YET)
    assert asked.pause == FILE.listening.pause


def test_after_the_prompt_nothing_of_it_can_echo() -> None:
    asked = listen_of("leg", Wanted(3, "en", Expecting.SPEECH, after_prompt=True), FILE, "How may I help?")
    assert (asked.prompt, asked.no_input, asked.names) == ("", FILE.listening.no_input, ())


def test_a_category_is_named_as_callers_name_it() -> None:
    english, korean = (
        listen_of("leg", Wanted(1, language, Expecting.CATEGORY, after_prompt=True), FILE, "").names
        for language in ("en", "ko")
    )
    assert english[0] == "refund"
    assert korean[0] == "환불"
    assert len(english) == len(korean) == len(FILE.categories)
