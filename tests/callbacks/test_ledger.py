"""The pure ledger, command by command."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from callbacks.commands import (
    Break,
    Claim,
    Command,
    Correct,
    EndAttempt,
    FallDue,
    KeepByCall,
    Offer,
    RaiseUrgency,
    Renegotiate,
    SetWindow,
    StandDown,
    StartAttempt,
    Withdraw,
    WithdrawOffer,
)
from callbacks.entries import EntryKind
from callbacks.ledger import CORRECTION, LedgerRefusal, decide, evolve, fold, next_look, what_time_brings
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, MINUTE, NOON, RETRY, make_command, owed

OPENS = NOON + HOUR
DUE = NOON + 3 * HOUR


def after(promise: Promise, now: datetime, *commands: Command) -> Promise:
    for command in commands:
        for entry in decide(promise, command, now):
            promise = evolve(promise, entry)
    return promise


def dialling(at: datetime = OPENS) -> Promise:
    return after(owed(), at, FallDue(), Offer("jin"), StartAttempt("try-1", "jin", 180))


def kinds(promise: Promise, command: Command, now: datetime) -> list[str]:
    return [entry.kind for entry in decide(promise, command, now)]


def test_a_promise_begins_owed_with_its_skills_sorted() -> None:
    promise = owed()
    assert promise.state is PromiseState.OWED
    assert promise.version == 1
    assert promise.skills == (("billing", 1), ("repair", 2))
    assert next_look(promise) == OPENS


def test_a_promise_goes_from_owed_over_due_offered_and_dialling_to_kept() -> None:
    promise = dialling()
    assert promise.state is PromiseState.DIALLING
    assert (promise.agent, promise.attempt, promise.attempts) == ("jin", "try-1", 1)
    assert promise.lease_until == OPENS + 3 * MINUTE
    kept = after(promise, OPENS + MINUTE, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY))
    assert kept.state is PromiseState.KEPT
    assert (kept.attempt, kept.agent, kept.lease_until) == ("try-1", None, None)
    assert kept.closed_at == OPENS + MINUTE
    assert next_look(kept) is None


def test_a_busy_line_is_tried_again_after_its_pause() -> None:
    promise = after(dialling(), OPENS + MINUTE, EndAttempt("try-1", AttemptOutcome.BUSY, RETRY))
    assert promise.state is PromiseState.OWED
    assert promise.not_before == OPENS + 6 * MINUTE
    assert next_look(promise) == promise.not_before
    with pytest.raises(LedgerRefusal):
        decide(promise, FallDue(), OPENS + 5 * MINUTE)
    assert after(promise, OPENS + 6 * MINUTE, FallDue()).state is PromiseState.DUE


def test_a_wrong_number_breaks_the_promise_in_the_same_breath() -> None:
    ended = EndAttempt("try-1", AttemptOutcome.WRONG_NUMBER, RETRY)
    assert kinds(dialling(), ended, OPENS + MINUTE) == [EntryKind.ATTEMPT_ENDED, EntryKind.BROKEN]


def test_the_last_allowed_attempt_breaks_the_promise() -> None:
    promise = owed()
    now = OPENS
    for number in range(3):
        promise = after(promise, now, StartAttempt(f"try-{number}", "jin", 180))
        promise = after(promise, now, EndAttempt(f"try-{number}", AttemptOutcome.BUSY, RETRY))
        now += 10 * MINUTE
    assert promise.state is PromiseState.BROKEN


def test_an_agent_who_cannot_be_reached_costs_the_contact_no_attempt() -> None:
    promise = after(dialling(), OPENS, EndAttempt("try-1", AttemptOutcome.AGENT_UNREACHABLE, RETRY))
    assert promise.attempts == 0
    assert promise.state is PromiseState.OWED


def test_an_attempt_is_lost_only_when_its_lease_has_run_out() -> None:
    promise = dialling()
    lost = EndAttempt("try-1", AttemptOutcome.LOST, RETRY)
    with pytest.raises(LedgerRefusal, match="its lease runs"):
        decide(promise, lost, OPENS + 2 * MINUTE)
    again = after(promise, OPENS + 3 * MINUTE, lost)
    assert again.state is PromiseState.OWED
    assert again.attempts == 1
    assert next_look(again) == OPENS + 4 * MINUTE


def test_an_attempt_is_lost_at_once_when_the_telephones_say_that_its_legs_are_over() -> None:
    lost = EndAttempt("try-1", AttemptOutcome.LOST, RETRY, legs_are_over=True)
    again = after(dialling(), OPENS + 2 * MINUTE, lost)
    assert again.state is PromiseState.OWED
    assert again.attempts == 1
    assert next_look(again) == OPENS + 3 * MINUTE


def test_an_attempt_that_was_lost_cannot_be_ended_afterwards() -> None:
    promise = after(dialling(), OPENS + 3 * MINUTE, EndAttempt("try-1", AttemptOutcome.LOST, RETRY))
    with pytest.raises(LedgerRefusal, match="EndAttempt is refused: the promise is owed"):
        decide(promise, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY), OPENS + 4 * MINUTE)


def test_a_promise_is_not_dialled_outside_its_window() -> None:
    for moment in (OPENS - MINUTE, DUE):
        with pytest.raises(LedgerRefusal, match="not its window"):
            decide(owed(), StartAttempt("try-1", "jin", 180), moment)


def test_an_offered_promise_is_for_that_agent_alone() -> None:
    offered = after(owed(), OPENS, FallDue(), Offer("jin"))
    for command in (StartAttempt("try-1", "mina", 180), Claim("mina")):
        with pytest.raises(LedgerRefusal, match="another agent"):
            decide(offered, command, OPENS)
    again = after(offered, OPENS, WithdrawOffer(), Offer("mina"), StartAttempt("try-1", "mina", 180))
    assert again.agent == "mina"


def test_a_running_attempt_is_never_started_twice() -> None:
    with pytest.raises(LedgerRefusal, match="StartAttempt is refused: the promise is dialling"):
        decide(dialling(), StartAttempt("try-2", "jin", 180), OPENS)


def test_a_contact_who_rings_in_stands_the_promise_down() -> None:
    for promise in (after(owed(), OPENS, FallDue()), after(owed(), OPENS, FallDue(), Offer("jin"))):
        held = after(promise, OPENS, StandDown("call-1"))
        assert (held.state, held.agent) == (PromiseState.OWED, None)


def test_a_promise_is_kept_by_the_call_of_the_contact_but_not_beside_an_attempt() -> None:
    kept = after(owed(), NOON, KeepByCall("call-1"))
    assert kept.state is PromiseState.KEPT
    with pytest.raises(LedgerRefusal):
        decide(dialling(), KeepByCall("call-1"), OPENS)


def test_a_missed_window_breaks_the_promise_unless_it_is_being_dialled() -> None:
    assert [entry.kind for entry in what_time_brings(owed(), DUE, RETRY)] == [EntryKind.BROKEN]
    promise = dialling(DUE - MINUTE)
    assert what_time_brings(promise, DUE, RETRY) == ()
    with pytest.raises(LedgerRefusal):
        decide(promise, Break("the window passed"), DUE)
    kept = after(promise, DUE + MINUTE, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY))
    assert kept.state is PromiseState.KEPT


def test_time_brings_nothing_before_its_moment() -> None:
    assert what_time_brings(owed(), OPENS - MINUTE, RETRY) == ()
    assert [entry.kind for entry in what_time_brings(owed(), OPENS, RETRY)] == [EntryKind.FELL_DUE]


def test_a_voicemail_noticed_at_wrap_up_reopens_the_promise() -> None:
    kept = after(dialling(), OPENS, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY))
    again = after(kept, OPENS + MINUTE, Correct(AttemptOutcome.VOICEMAIL, RETRY, "jin"))
    assert again.state is PromiseState.OWED
    assert again.closed_at is None
    assert again.not_before == OPENS + MINUTE + HOUR


def test_a_kept_promise_is_not_corrected_for_ever_nor_when_a_call_kept_it() -> None:
    kept = after(dialling(), OPENS, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY))
    late = OPENS + CORRECTION + MINUTE
    with pytest.raises(LedgerRefusal, match="longer than can be corrected"):
        decide(kept, Correct(AttemptOutcome.VOICEMAIL, RETRY, "jin"), late)
    by_call = after(owed(), OPENS, KeepByCall("call-1"))
    with pytest.raises(LedgerRefusal, match="not by an attempt"):
        decide(by_call, Correct(AttemptOutcome.VOICEMAIL, RETRY, "jin"), OPENS)


def test_a_correction_with_no_time_left_breaks_the_promise() -> None:
    kept = after(dialling(DUE - MINUTE), DUE, EndAttempt("try-1", AttemptOutcome.ANSWERED, RETRY))
    assert after(kept, DUE + MINUTE, Correct(AttemptOutcome.VOICEMAIL, RETRY, "jin")).state is PromiseState.BROKEN


def test_a_promise_is_renegotiated_before_it_is_missed_and_only_with_a_reason() -> None:
    def ask(reason: str) -> Renegotiate:
        return Renegotiate("promise-2", NOON + 24 * HOUR, NOON + 26 * HOUR, reason, "jin")

    assert after(owed(), OPENS, ask("a part is missing")).state is PromiseState.RENEGOTIATED
    assert after(dialling(), OPENS, ask("the contact asked")).state is PromiseState.RENEGOTIATED
    for moment, reason in ((OPENS, " "), (DUE, "too late")):
        with pytest.raises(LedgerRefusal):
            decide(owed(), ask(reason), moment)


def test_a_promise_is_withdrawn_from_any_open_state_and_no_closed_one() -> None:
    withdraw = Withdraw("the contact asked", "jin")
    withdrawn = after(owed(), OPENS, withdraw)
    for promise in (after(owed(), OPENS, FallDue()), after(owed(), OPENS, FallDue(), Offer("jin")), dialling()):
        assert after(promise, OPENS, withdraw).state is PromiseState.WITHDRAWN
    with pytest.raises(LedgerRefusal, match="Withdraw is refused: the promise is withdrawn"):
        decide(withdrawn, withdraw, OPENS)


def test_only_a_when_fixed_promise_may_wait_without_a_window_and_gets_it_once() -> None:
    with pytest.raises(LedgerRefusal):
        decide(None, make_command(opens=None, due=None), NOON)
    command = make_command(opens=None, due=None, kind=PromiseKind.WHEN_FIXED, problem="problem-1")
    waiting = fold(decide(None, command, NOON))
    assert next_look(waiting) is None
    with pytest.raises(LedgerRefusal):
        decide(waiting, FallDue(), NOON + 1000 * HOUR)
    ready = after(waiting, DUE, SetWindow(DUE, DUE + HOUR))
    assert (ready.opens, next_look(ready)) == (DUE, DUE)
    with pytest.raises(LedgerRefusal, match="has a window"):
        decide(ready, SetWindow(DUE, DUE + HOUR), DUE)


def test_a_window_that_is_none_is_refused() -> None:
    for opens, due in ((DUE, OPENS), (NOON - 2 * HOUR, NOON - HOUR)):
        with pytest.raises(LedgerRefusal, match="its window"):
            decide(None, make_command(opens=opens, due=due), NOON)


def test_urgency_rises_and_never_falls() -> None:
    raised = after(owed(), NOON, RaiseUrgency(Urgency.SAFETY))
    assert raised.urgency is Urgency.SAFETY
    assert decide(raised, RaiseUrgency(Urgency.INFO), NOON) == ()


def test_a_claim_makes_the_agent_the_owner_and_leaves_the_state() -> None:
    claimed = after(owed(), NOON, Claim("mina"))
    assert (claimed.owner, claimed.state) == ("mina", PromiseState.OWED)


def test_a_ledger_that_skips_a_step_cannot_be_folded() -> None:
    entries = decide(None, make_command(), NOON)
    offered = decide(after(owed(), OPENS, FallDue()), Offer("jin"), OPENS)
    with pytest.raises(LedgerRefusal, match="the entry offered is refused: the promise is owed"):
        fold((*entries, *offered))
    with pytest.raises(LedgerRefusal, match="no entries"):
        fold(())


def test_a_promise_is_made_once() -> None:
    with pytest.raises(LedgerRefusal, match="already made"):
        decide(owed(), make_command(), NOON)
    with pytest.raises(LedgerRefusal, match="not made"):
        decide(None, FallDue(), NOON)


def test_a_second_of_grace_does_not_exist() -> None:
    due_now = after(owed(), OPENS, FallDue())
    assert what_time_brings(due_now, DUE - timedelta(seconds=1), RETRY) == ()
    assert [entry.kind for entry in what_time_brings(due_now, DUE, RETRY)] == [EntryKind.BROKEN]
