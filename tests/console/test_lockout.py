"""Slowing down those who guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.lockout import Lockout

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
