"""A phrase cannot be made wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prompts.phrase import Window, phrase

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_slots_are_kept_in_the_catalogues_order() -> None:
    one = phrase("callback-made", when=NOON, reference="471233")
    assert one == phrase("callback-made", reference="471233", when=NOON)
    assert [name for name, _ in one.slots] == ["reference", "when"]


def test_an_unknown_prompt_is_refused() -> None:
    with pytest.raises(ValueError, match="no prompt"):
        phrase("good-morning")


def test_a_slot_too_many_or_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="takes the slots"):
        phrase("greeting", reference="471233")
    with pytest.raises(ValueError, match="takes the slots"):
        phrase("callback-made", reference="471233")


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="minutes"):
        phrase("wait-minutes", minutes="five")
    with pytest.raises(ValueError, match="digits"):
        phrase("case-opened", reference="47A233")


def test_a_time_without_a_zone_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        phrase("closed", when=naive)
    with pytest.raises(ValueError, match="zone"):
        phrase("closed", when=Window(NOON, naive))
