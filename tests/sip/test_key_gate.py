"""A thousand keys a second."""

from __future__ import annotations

from ivr.messages import DigitPressed, EndedBy, LegEnded
from ivr.sip.key_gate import KeyGate


def test_nobody_loses_a_key_who_presses_as_fast_as_a_telephone_dials() -> None:
    gate = KeyGate()
    assert all(gate.passes(DigitPressed("leg", "5"), number / 15) for number in range(300))


def test_of_a_thousand_keys_a_second_a_few_pass_and_other_callers_lose_none() -> None:
    gate = KeyGate()
    passed = 0
    for number in range(5000):
        passed += gate.passes(DigitPressed("flood", "5"), number / 1000)
        if not number % 500:
            assert gate.passes(DigitPressed("honest", "1"), number / 1000)
    assert passed <= 60 + 5 * 20


def test_what_is_no_key_always_passes_and_a_leg_that_is_over_is_forgotten() -> None:
    gate = KeyGate()
    gate.passes(DigitPressed("leg", "5"), 0.0)
    assert gate.remembered == 1
    assert gate.passes(LegEnded("leg", EndedBy.THEM), 1.0)
    assert gate.remembered == 0
