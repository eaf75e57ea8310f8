"""Ringing the several phones of one person: all at once, or one after another; the first to be picked up counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ivr.outbound import Line, UnansweredError

#: Begins to ring one phone, for so many seconds.
Dialler = Callable[[str, float], Line]


async def ring_in_parallel(dial: Dialler, phones: Sequence[str], seconds: float) -> Line:
    """The line of the first phone that is picked up; the others stop ringing.

    A phone on which the person declines stops them all, as a 6xx does in a forking proxy (RFC 3261, 16.7), and so
    does a busy one: it is the person who is busy. Raises `UnansweredError` with the best of the final statuses.
    """
    lines = [dial(phone, seconds) for phone in phones]
    answers = {asyncio.ensure_future(line.answer()): line for line in lines}
    winner: Line | None = None
    faults: list[UnansweredError] = []
    try:
        waiting = set(answers)
        while waiting and winner is None and not any(fault.is_refusal for fault in faults):
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for answer in done:
                fault = answer.exception()
                if isinstance(fault, UnansweredError):
                    faults.append(fault)
                elif fault is not None:
                    raise fault
                else:
                    winner = winner or answers[answer]
    finally:
        for answer, line in answers.items():
            answer.cancel()
            if line is not winner:
                line.hang_up()
    if winner is None:
        raise best_of(faults)
    return winner


async def ring_in_turn(dial: Dialler, phones: Sequence[str], seconds: float) -> Line:
    """The line of the phone that is picked up: each rings for its share of `seconds`, in the order given. Declining
    ends the round. Raises `UnansweredError`."""
    faults: list[UnansweredError] = []
    for phone in phones:
        line = dial(phone, seconds / len(phones))
        try:
            await line.answer()
        except UnansweredError as fault:
            faults.append(fault)
            if fault.is_refusal:
                break
        except asyncio.CancelledError:
            line.hang_up()
            raise
        else:
            return line
    raise best_of(faults)


def best_of(faults: Sequence[UnansweredError]) -> UnansweredError:
    """The status that says most of a person with several phones: that they declined, else that a phone rang and
    nobody picked it up, else the first fault on the way."""
    return min(faults, key=lambda fault: (not fault.is_refusal, fault.status != 408))
