"""How passwords are kept, and which are taken."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from console.errors import PasswordRefused
from console.identity.passwords import generate, hash_again, hash_password, is_weaker, matches
from tests.console.people import PASSWORD, kept_password


def test_the_work_is_at_least_what_owasp_asks_for() -> None:
    """Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane at least."""
    made = extract_parameters(kept_password())
    assert made.type is Type.ID
    assert made.memory_cost >= 19 * 1024
    assert made.time_cost >= 2
    assert made.salt_len >= 16
    assert not is_weaker(kept_password())


def test_a_hash_of_less_work_is_weaker() -> None:
    assert is_weaker(PasswordHasher(time_cost=1, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD))
    assert is_weaker(PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, type=Type.I).hash(PASSWORD))
    assert is_weaker("no hash at all")
    assert not is_weaker(PasswordHasher(time_cost=4, memory_cost=65_536, parallelism=4).hash(PASSWORD))


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short", "length"), ("x" * 1025, "length"), ("aaaaaaaaaaaa", "simple"), ("1212121212", "simple"),
     ("minji-12345", "simple")],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        hash_password(password, "minji")
    assert refused.value.reason == reason


def test_a_sentence_may_hold_ones_name() -> None:
    assert matches("minji likes rain on tin roofs", hash_password("minji likes rain on tin roofs", "minji"))


def test_a_password_that_was_taken_once_is_hashed_again_whatever_the_rules_are() -> None:
    assert matches("old", hash_again("old"))


def test_made_passwords_are_long_and_differ() -> None:
    assert len({generate() for _ in range(50)}) == 50
    assert all(len(generate()) >= 16 for _ in range(5))


def test_endless_passwords_are_not_hashed() -> None:
    assert not matches("x" * 1025, kept_password())
