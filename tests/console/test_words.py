"""The words of the interface."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import console
from console.words import LANGUAGES, choose, words

GROUPS_BY_CODE = {
    *("audit_did", "call_outcome", "case_note", "case_step", "contact_channel", "ended_by", "entry", "estimator"),
    *("file_choice", "file_field", "file_part", "file_tab", "kind", "letter", "looked", "mood", "outcome"),
    *("password_fault", "practice_aim", "practice_phone", "practice_remark", "practice_title", "practice_verdict"),
    *("practice_voice", "problem_note", "problem_state", "promise_kind", "promise_state", "prompts_family"),
    *(
        "prompts_show",
        "reason",
        "receipt",
        "receipt_wait",
        "rehearsed",
        "role",
        "role_may",
        "scope",
        "speech",
        "stage",
        "standing_stage",
    ),
    *("state", "status", "supervision", "try_expecting", "try_kind", "try_note", "try_wait", "urgency"),
    *("window_why", "wish", "wrap_missing"),
}
PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_the_same_places(language: str) -> None:
    mine, english = words(language).texts, words("en").texts
    assert mine.keys() == english.keys()
    for key, text in mine.items():
        assert text.strip(), key
        assert set(PLACE.findall(text)) == set(PLACE.findall(english[key])), key


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(console.__file__).parent.rglob("*.py"))
    used = set(re.findall(r"(?:words|say)\(\s*f?[\"']([a-z_]+\.[a-z_-]+)[\"'{]", source))
    texts = words("en").texts
    assert used <= texts.keys()
    plain = {key for key in texts if key.partition(".")[0] not in GROUPS_BY_CODE}
    unused = {key for key in plain - used if key.partition(".")[2] not in source}
    assert not unused


@pytest.mark.parametrize(
    ("wanted", "accept", "language"),
    [
        (None, "", "en"),
        (None, "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (None, "fr,en;q=0.4,zh-CN;q=0.7", "zh"),
        (None, "fr-FR", "en"),
        (None, "zh;q=rubbish,ko", "ko"),
        ("zh", "ko", "zh"),
        ("xx", "ko", "ko"),
    ],
)
def test_the_choice_wins_then_the_browser_then_english(wanted: str | None, accept: str, language: str) -> None:
    assert choose(wanted, accept) == language


def test_a_code_of_the_admins_own_is_shown_as_it_is() -> None:
    assert words("zh").named("state", "ready") == "就绪"
    assert words("zh").named("reason", "fire drill") == "fire drill"
