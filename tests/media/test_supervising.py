from __future__ import annotations

import pytest

from ivr.media.hearing import Listener
from ivr.media.supervising import Participant, Supervised, supervise
from ivr.messages import Supervision


class Ear:
    """A leg that only remembers whom it was told to hear."""

    def __init__(self) -> None:
        self.supervised: Supervised | None = None
        self.peer: Ear | None = None
        self.speakers: tuple[Participant, ...] = ()

    def mix(self, speakers: tuple[Participant, ...]) -> None:
        self.speakers = speakers

    def listen(self, listener: Listener) -> None:
        raise AssertionError

    def unlisten(self, listener: Listener) -> None:
        raise AssertionError


def pair() -> tuple[Ear, Ear]:
    one, other = Ear(), Ear()
    one.peer, other.peer = other, one
    return one, other


@pytest.mark.parametrize("before", [None, *Supervision])
@pytest.mark.parametrize("mode", list(Supervision))
def test_each_mode_mixes_what_it_says_whatever_was_before(before: Supervision | None, mode: Supervision) -> None:
    chief, (agent, caller) = Ear(), pair()
    if before is not None:
        supervise(chief, agent, before)
    supervise(chief, agent, mode)
    assert chief.speakers == (agent, caller)
    assert agent.speakers == (() if mode is Supervision.LISTEN else (caller, chief))
    assert caller.speakers == ((agent, chief) if mode is Supervision.JOIN else ())


def test_at_the_end_nobody_hears_a_mix() -> None:
    chief, (agent, caller) = Ear(), pair()
    supervise(chief, agent, Supervision.JOIN)
    assert caller.supervised is not None
    caller.supervised.end()
    assert [leg.speakers for leg in (chief, agent, caller)] == [()] * 3
    assert [leg.supervised for leg in (chief, agent, caller)] == [None] * 3


def test_a_supervisor_who_goes_elsewhere_leaves_and_another_takes_the_place_of_the_first() -> None:
    chief, second, (agent, caller), (colleague, contact) = Ear(), Ear(), pair(), pair()
    supervise(chief, agent, Supervision.JOIN)
    supervise(chief, colleague, Supervision.WHISPER)
    assert (agent.speakers, caller.speakers, caller.supervised) == ((), (), None)
    assert (chief.speakers, colleague.speakers) == ((colleague, contact), (contact, chief))
    supervise(second, colleague, Supervision.LISTEN)
    assert (chief.speakers, colleague.speakers, second.speakers) == ((), (), (colleague, contact))


def test_the_other_side_may_be_whispered_to_instead() -> None:
    chief, (agent, caller) = Ear(), pair()
    supervise(chief, agent, Supervision.WHISPER)
    supervise(chief, caller, Supervision.WHISPER)
    assert (chief.speakers, agent.speakers, caller.speakers) == ((caller, agent), (), (agent, chief))


def test_where_no_two_talk_or_the_supervisor_talks_nothing_happens() -> None:
    chief, alone, (agent, caller) = Ear(), Ear(), pair()
    supervise(chief, alone, Supervision.JOIN)
    supervise(agent, caller, Supervision.JOIN)
    supervise(alone, alone, Supervision.JOIN)
    assert all(leg.supervised is None for leg in (chief, alone, agent, caller))
