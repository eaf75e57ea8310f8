"""Whatever is asked, in whatever order: the ledger stays legal, its fold is the promise, and the sums hold."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

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
from callbacks.entries import Entry, EntryKind
from callbacks.entry_json import entry_from_json, entry_to_json
from callbacks.ledger import TRANSITIONS, LedgerRefusal, decide, evolve, fold, next_look, what_time_brings
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, NOON, RETRY, make_command

_SECONDS = st.integers(0, 4 * 3600)
_AGENTS = st.sampled_from(["jin", "mina"])
_TRIES = st.sampled_from(["try-1", "try-2"])

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.just(FallDue()),
    st.builds(Offer, _AGENTS),
    st.just(WithdrawOffer()),
    st.just(StandDown("call-1")),
    st.builds(StartAttempt, _TRIES, _AGENTS, st.just(180.0)),
    st.builds(EndAttempt, _TRIES, st.sampled_from(AttemptOutcome), st.just(RETRY)),
    st.builds(Correct, st.sampled_from(AttemptOutcome), st.just(RETRY), _AGENTS),
    st.just(KeepByCall("call-1")),
    st.builds(
        Renegotiate,
        st.just("promise-2"),
        st.just(NOON),
        st.just(NOON + 30 * HOUR),
        st.sampled_from(["", "so"]),
        _AGENTS,
    ),
    st.just(Break("no")),
    st.just(Withdraw("asked", "jin")),
    st.builds(Claim, _AGENTS),
    st.just(SetWindow(NOON, NOON + 9 * HOUR)),
    st.builds(RaiseUrgency, st.sampled_from(Urgency)),
)
STEPS = st.lists(st.tuples(COMMANDS, st.booleans(), _SECONDS.map(lambda s: timedelta(seconds=s / 8))), max_size=25)


def live(steps: list[tuple[Command, bool, timedelta]], without_window: bool) -> tuple[Promise, list[Entry]]:
    """One promise's life; commands that are refused change nothing. Time passes before each."""
    make = make_command()
    if without_window:
        make = make_command(opens=None, due=None, kind=PromiseKind.WHEN_FIXED, problem="problem-1")
    now = NOON
    ledger = list(decide(None, make, now))
    promise = fold(ledger)
    for command, only_time, pause in steps:
        now += pause
        try:
            entries = what_time_brings(promise, now, RETRY) if only_time else decide(promise, command, now)
        except LedgerRefusal:
            continue
        for entry in entries:
            before = promise
            promise = evolve(promise, entry)
            assert TRANSITIONS[before.state, entry.kind] is promise.state
        ledger += entries
    return promise, ledger


@settings(max_examples=300, deadline=None)
@given(STEPS, st.booleans())
def test_a_promise_is_always_the_fold_of_its_entries(
    steps: list[tuple[Command, bool, timedelta]], without_window: bool
) -> None:
    promise, ledger = live(steps, without_window)
    assert fold(ledger) == promise
    assert promise.version == len(ledger)
    assert fold(entry_from_json(entry_to_json(entry)) for entry in ledger) == promise


@settings(max_examples=300, deadline=None)
@given(STEPS, st.booleans())
def test_attempts_never_overlap_and_a_promise_is_kept_at_most_once(
    steps: list[tuple[Command, bool, timedelta]], without_window: bool
) -> None:
    promise, ledger = live(steps, without_window)
    running = closed = 0
    for entry in ledger:
        running += (entry.kind is EntryKind.ATTEMPT_STARTED) - (entry.kind is EntryKind.ATTEMPT_ENDED)
        closing = (EntryKind.KEPT, EntryKind.BROKEN, EntryKind.WITHDRAWN, EntryKind.RENEGOTIATED)
        closed += (entry.kind in closing) - (entry.kind is EntryKind.CORRECTED)
        assert running in (0, 1)
        assert closed in (0, 1)
    assert closed == (0 if promise.state.is_open else 1)
    if promise.state is PromiseState.DIALLING:
        assert running == 1
        assert promise.lease_until is not None


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_nothing_with_a_window_is_ever_forgotten_by_the_clock(steps: list[tuple[Command, bool, timedelta]]) -> None:
    promise, _ = live(steps, without_window=False)
    for _ in range(10):
        moment = next_look(promise)
        if moment is None:
            break
        entries = what_time_brings(promise, moment, RETRY)
        assert entries, "the clock looked at a promise and found nothing to do"
        for entry in entries:
            promise = evolve(promise, entry)
    assert not promise.state.is_open
