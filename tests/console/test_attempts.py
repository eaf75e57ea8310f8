"""Tries to sign in are slowed down by person and place, by place, and by person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.errors import TooManyFailures
from console.identity.attempts import Attempts

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def fail(attempts: Attempts, times: int, person: str, source: str, now: datetime = NOW) -> None:
    for _ in range(times):
        attempts.begin(person, source, now)


def test_a_person_at_a_place_has_five_tries() -> None:
    attempts = Attempts()
    fail(attempts, 5, "minji", "192.0.2.7")
    with pytest.raises(TooManyFailures) as locked:
        attempts.begin("MINJI", "192.0.2.7", NOW)
    assert 30 <= locked.value.seconds <= 31
    attempts.begin("minji", "192.0.2.8", NOW)
    attempts.begin("wei", "192.0.2.7", NOW)


def test_one_place_that_tries_many_names_is_locked() -> None:
    attempts = Attempts()
    for number in range(50):
        attempts.begin(f"name{number}", "192.0.2.7", NOW)
    with pytest.raises(TooManyFailures):
        attempts.begin("minji", "192.0.2.7", NOW)
    attempts.begin("minji", "192.0.2.8", NOW)


def test_many_addresses_of_one_network_of_ipv6_are_one_place() -> None:
    attempts = Attempts()
    for number in range(50):
        attempts.begin(f"name{number}", f"2001:db8::{number:x}", NOW)
    with pytest.raises(TooManyFailures):
        attempts.begin("minji", "2001:db8::ffff", NOW)
    attempts.begin("minji", "2001:db8:0:1::1", NOW)


def test_one_person_guessed_from_many_places_is_locked_but_not_where_they_signed_in() -> None:
    attempts = Attempts()
    attempts.begin("minji", "192.0.2.7", NOW)
    attempts.succeeded("minji", "192.0.2.7")
    for number in range(30):
        attempts.begin("minji", f"198.51.100.{number}", NOW)
    with pytest.raises(TooManyFailures):
        attempts.begin("minji", "203.0.113.1", NOW)
    attempts.begin("minji", "192.0.2.7", NOW)


def test_an_office_signs_in_from_one_address_at_nine() -> None:
    attempts = Attempts()
    for number in range(90):
        attempts.begin(f"agent{number}", "192.0.2.7", NOW)
        attempts.succeeded(f"agent{number}", "192.0.2.7")


def test_a_place_tries_no_faster_than_passwords_can_be_checked() -> None:
    attempts = Attempts()
    for number in range(100):
        attempts.begin(f"agent{number}", "192.0.2.7", NOW)
        attempts.succeeded(f"agent{number}", "192.0.2.7")
    with pytest.raises(TooManyFailures) as wait:
        attempts.begin("late", "192.0.2.7", NOW)
    attempts.begin("late", "192.0.2.7", NOW + timedelta(seconds=wait.value.seconds))


def test_a_try_that_was_refused_is_not_counted_again() -> None:
    attempts = Attempts()
    fail(attempts, 5, "minji", "192.0.2.7")
    for _ in range(20):
        with pytest.raises(TooManyFailures):
            attempts.begin("minji", "192.0.2.7", NOW)
    attempts.begin("minji", "192.0.2.7", NOW + timedelta(seconds=31))


def test_success_of_one_forgives_nothing_to_the_others_of_the_place() -> None:
    attempts = Attempts()
    for number in range(49):
        attempts.begin(f"name{number}", "192.0.2.7", NOW)
    attempts.begin("minji", "192.0.2.7", NOW + timedelta(hours=0, minutes=40))
    attempts.succeeded("minji", "192.0.2.7")
    attempts.begin("last", "192.0.2.7", NOW + timedelta(minutes=40))
    with pytest.raises(TooManyFailures):
        attempts.begin("minji", "192.0.2.7", NOW + timedelta(minutes=40))
