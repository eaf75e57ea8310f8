"""When a message is tried again, and what its words are."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from callbacks.letters.messages import SENDING_LEASE, Message, MessageState, failed, pause_after, settled, taken
from callbacks.model import Channel
from config.masking import mask_address
from prompts.letters import FIELDS, Sender, Template, templates, write
from prompts.template import gaps
from tests.callbacks.samples import MINUTE, NOON, SEOUL

SENDER = Sender("Hanbit", SEOUL, "https://care.example/status")
VALUES = {"reference": "471233", "code": "908172"}
WINDOW = {"opens": "2026-03-10T05:00:00+00:00", "due": "2026-03-10T07:00:00+00:00"}
MEANWHILE = {"workaround": "pull the plug"}
LANGUAGES = ("en", "zh", "ko")


WAITING = Message("m", "c", Channel.MAIL, Template.STATUS_CODE, "en", NOON, NOON, VALUES)
TAKEN = taken(WAITING, NOON)


def filled(template: Template) -> dict[str, str]:
    return {name: value for name, value in (VALUES | WINDOW | MEANWHILE).items() if name in FIELDS[template]}


def test_pauses_grow_fourfold_up_to_six_hours() -> None:
    assert [pause_after(tries) // MINUTE for tries in range(1, 7)] == [1, 4, 16, 64, 256, 360]
    assert pause_after(1000) == timedelta(hours=6)


def test_nobody_else_takes_a_message_up_before_the_lease_is_over() -> None:
    assert WAITING.not_before == NOON
    assert (TAKEN.tries, TAKEN.not_before) == (1, NOON + SENDING_LEASE)


def test_a_fault_for_good_or_the_last_try_gives_up() -> None:
    again = failed(TAKEN, "451", False, 2, NOON)
    assert (again.state, again.not_before, again.fault) == (MessageState.WAITING, NOON + MINUTE, "451")
    assert failed(TAKEN, "550", True, 2, NOON).state is MessageState.GIVEN_UP
    assert failed(taken(again, NOON), "451", False, 2, NOON).state is MessageState.GIVEN_UP


def test_a_secret_leaves_with_the_message() -> None:
    assert settled(TAKEN, MessageState.SENT, NOON).fields == {"reference": "471233"}
    assert TAKEN.fields == VALUES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_written_in_every_language_with_what_it_is_given(language: str) -> None:
    letters = templates(language)
    assert letters.keys() == {template.value for template in Template}
    for template in Template:
        allowed = set(FIELDS[template])
        if "opens" in allowed:
            allowed = (allowed - {"opens", "due"}) | {"when"}
        used = gaps(letters[template]["text"])
        assert used == allowed, template
        assert not gaps(letters[template]["subject"])
        letter = write(template, filled(template), language, SENDER)
        assert letter.subject
        assert "Hanbit" in letter.text
        assert letter.short.startswith("Hanbit:")
        assert "https://care.example/status" in letter.short
        assert "{" not in letter.text + letter.short


@pytest.mark.parametrize(
    ("language", "when"),
    [
        ("en", "on Tuesday 10 March 2026, 14:00 to 16:00 (KST)"),
        ("zh", "在2026年3月10日星期二 14:00 至 16:00（KST）"),
        ("ko", "2026년 3월 10일 화요일 14:00~16:00 (KST)"),
    ],
)
def test_a_window_is_written_with_its_date_in_the_hotlines_zone(language: str, when: str) -> None:
    assert when in write(Template.REMINDER, filled(Template.REMINDER), language, SENDER).text


def test_a_window_over_midnight_names_both_days() -> None:
    night = {"reference": "1", "opens": "2026-03-10T14:00:00+00:00", "due": "2026-03-10T16:00:00+00:00"}
    text = write(Template.FIXED, night, "en", SENDER).text
    assert "Tuesday 10 March 2026, 23:00 to Wednesday 11 March 2026, 01:00" in text


def test_a_language_without_letters_is_written_to_in_english() -> None:
    letter = write(Template.BROKEN, {"reference": "471233"}, "fr", SENDER)
    assert letter.language == "en"


def test_a_letter_takes_its_own_fields_and_no_others() -> None:
    with pytest.raises(ValueError, match="broken takes"):
        write(Template.BROKEN, {"reference": "1", "code": "2"}, "en", SENDER)


def test_without_a_status_page_none_is_named() -> None:
    text = write(Template.PROGRESS, {"reference": "1"}, "en", Sender("Hanbit", UTC)).text
    assert "Where it stands" not in text


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("jane.doe@example.org", "j*******@example.org"),
        ("j@example.org", "j*@example.org"),
        ("+821012345678", "+82********78"),
        ("", ""),
    ],
)
def test_an_address_is_masked_in_logs(address: str, masked: str) -> None:
    assert mask_address(address) == masked
