"""Slowing down those who guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.identity.lockout import Lockout

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def locked_after(failures: int) -> timedelta:
    lockout = Lockout()
    for _ in range(failures):
        lockout.tried("someone", NOW)
    return lockout.wait("someone", NOW)


def test_four_failures_lock_nothing() -> None:
    assert locked_after(4) == timedelta(0)


def test_from_the_fifth_failure_on_the_lock_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert [locked_after(count).total_seconds() for count in (5, 6, 7, 8, 9, 10, 50)] == [
        30,
        60,
        120,
        240,
        480,
        900,
        900,
    ]


def test_the_lock_ends_by_itself() -> None:
    lockout = Lockout()
    for _ in range(5):
        lockout.tried("someone", NOW)
    assert lockout.wait("someone", NOW + timedelta(seconds=29)) == timedelta(seconds=1)
    assert lockout.wait("someone", NOW + timedelta(seconds=30)) == timedelta(0)


def test_one_key_does_not_lock_another() -> None:
    lockout = Lockout()
    for _ in range(9):
        lockout.tried("someone", NOW)
    assert lockout.wait("someone else", NOW) == timedelta(0)


def test_the_right_password_forgives() -> None:
    lockout = Lockout()
    for _ in range(4):
        lockout.tried("someone", NOW)
    lockout.succeeded("someone")
    lockout.tried("someone", NOW)
    assert lockout.wait("someone", NOW) == timedelta(0)


def test_an_hour_without_a_failure_forgets() -> None:
    lockout = Lockout()
    for _ in range(4):
        lockout.tried("someone", NOW)
    lockout.tried("someone", NOW + timedelta(hours=2))
    assert lockout.wait("someone", NOW + timedelta(hours=2)) == timedelta(0)


def test_how_many_failures_are_free_can_be_chosen() -> None:
    lockout = Lockout(free=2)
    lockout.tried("a place", NOW)
    assert lockout.wait("a place", NOW) == timedelta(0)
    lockout.tried("a place", NOW)
    assert lockout.wait("a place", NOW) == timedelta(seconds=30)


def test_a_try_that_was_no_failure_is_taken_back_alone() -> None:
    lockout = Lockout(free=3)
    for _ in range(3):
        lockout.tried("a place", NOW)
    lockout.forgive("a place")
    assert lockout.wait("a place", NOW) == timedelta(0)
    lockout.tried("a place", NOW)
    assert lockout.wait("a place", NOW) > timedelta(0)


def test_a_flood_of_names_neither_fills_the_memory_nor_frees_who_is_locked() -> None:
    lockout = Lockout()
    for _ in range(6):
        lockout.tried("guessed at", NOW)
    for number in range(25_000):
        lockout.tried(f"name {number}", NOW)
    assert lockout.wait("guessed at", NOW) == timedelta(minutes=1)
    assert len(lockout._tallies) <= 10_000
