from __future__ import annotations

from ivr.sip.admission import MOST_SOURCES, Admission, TokenBucket
from ivr.sip.settings import AdmissionLimits


def test_a_bucket_lets_two_seconds_worth_through_at_once_and_then_its_rate() -> None:
    bucket = TokenBucket(10, 0.0)
    assert sum(bucket.take(0.0) for _ in range(100)) == 20
    assert sum(bucket.take(1.0) for _ in range(100)) == 10
    assert sum(bucket.take(1000.0) for _ in range(100)) == 20


def test_without_limits_only_the_number_of_calls_counts() -> None:
    admission = Admission(AdmissionLimits(calls=2))
    assert admission.refusal("192.0.2.1", 1, 0.0) is None
    assert admission.refusal("192.0.2.1", 2, 0.0) is not None
    assert not admission.is_ignored("192.0.2.1", 0.0)
    assert admission.remembered == 0


def test_a_flood_of_one_source_is_limited_and_the_others_unharmed() -> None:
    admission = Admission(AdmissionLimits(calls=10**6, rate=100, rate_of_one_source=10))
    let_in = {"flood": 0, "other": 0}
    for tick in range(10_000):  # ten seconds of a thousand calls a second, and one honest caller each second
        now = tick / 1000
        let_in["flood"] += admission.refusal("203.0.113.6", 0, now) is None
        if tick % 1000 == 0:
            let_in["other"] += admission.refusal("192.0.2.1", 0, now) is None
    assert 100 <= let_in["flood"] <= 121
    assert let_in["other"] == 10


def test_a_source_that_does_not_stop_is_not_even_read_and_later_forgiven() -> None:
    admission = Admission(AdmissionLimits(rate_of_one_source=10))
    told = 0
    for _ in range(1000):
        if admission.is_ignored("203.0.113.6", 0.0):
            continue
        if admission.refusal("203.0.113.6", 0, 0.0) is not None:
            admission.refused("203.0.113.6", 0.0)
            told += 1
    assert told == 40
    assert not admission.is_ignored("192.0.2.1", 0.0)
    assert not admission.is_ignored("203.0.113.6", 1.0)
    assert admission.refusal("203.0.113.6", 0, 1.0) is None


def test_a_trunk_is_no_one_source() -> None:
    admission = Admission(AdmissionLimits(calls=10**6, rate_of_one_source=1))
    assert all(admission.refusal("192.0.2.1", 0, 0.0, is_trunk=True) is None for _ in range(100))


def test_many_sources_together_are_limited_too() -> None:
    admission = Admission(AdmissionLimits(calls=10**6, rate=50, rate_of_one_source=10))
    let_in = sum(admission.refusal(f"10.0.{n // 250}.{n % 250}", 0, 0.0) is None for n in range(5000))
    assert let_in == 100


def test_the_addresses_of_one_ipv6_network_are_one_source() -> None:
    admission = Admission(AdmissionLimits(calls=10**6, rate_of_one_source=1))
    let_in = sum(admission.refusal(f"2001:db8::{n:x}", 0, 0.0) is None for n in range(1, 500))
    assert let_in == 2
    assert admission.remembered == 1


def test_memory_of_sources_is_bounded() -> None:
    admission = Admission(AdmissionLimits(rate_of_one_source=1))
    for n in range(MOST_SOURCES + 500):
        admission.refusal(f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", 0, 0.0)
    assert admission.remembered == MOST_SOURCES


def test_while_the_clockwork_is_late_and_while_draining_nobody_is_let_in() -> None:
    admission = Admission(AdmissionLimits(lateness=0.1, media_lateness=0.02))
    admission.lateness = 0.2
    assert admission.refusal("192.0.2.1", 0, 0.0) is not None
    admission.lateness = 0.05
    assert admission.refusal("192.0.2.1", 0, 0.0) is None
    admission.media_lateness = 0.03
    assert admission.refusal("192.0.2.1", 0, 0.0) is not None
    admission.media_lateness = 0.01
    assert admission.refusal("192.0.2.1", 0, 0.0) is None
    admission.is_draining = True
    assert admission.refusal("192.0.2.1", 0, 0.0) is not None
