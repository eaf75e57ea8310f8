"""From calls a day to cores, nodes, people, transactions and disks. Pure arithmetic over `costs`.

A load is what happens a second in the busiest hour, times what each costs (the utilisation law, U = X S: Denning &
Buzen 1978); who is on the line at once is what comes a second times how long it stays (Little 1961, L = lambda W).
Nothing is loaded above `FULL`: at random arrivals a single server at 70 % keeps what comes waiting for some 2.3 times
its own time (M/M/1, rho / (1 - rho)), and from there it grows steeply.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache

from hotline.sizing.costs import COSTS, Costs
from routing.erlang import answered_within

#: The share of a core, or of a limit, that is used at most.
FULL = 0.7
#: A pool of SQLAlchemy has 5 connections and lends 10 more; the shared floor has one of its own.
CONNECTIONS_A_NODE = 16
#: bit/s of 20 ms of G.711 or G.722 each way with RTP, UDP, IPv4 and Ethernet: (160 + 12 + 8 + 20 + 18 + 20) B x 50 x 8.
WIRE_BITS = 95_200
_DAYS_A_YEAR = 365
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be carried. Shares are of all calls; seconds are means over the calls that have them, `wait_seconds`
    over all. `speech_seconds`: of speech in a call that is spoken; `promise_share` are called back instead of waiting.
    `target_share` of those who call are to be answered within `target_wait`; who waits gives up after `patience`."""

    calls_a_day: float
    busiest_hour_share: float = 0.12
    flow_seconds: float = 45.0
    talk_seconds: float = 180.0
    wrap_up_seconds: float = 20.0
    wait_seconds: float = 20.0
    speech_share: float = 0.8
    speech_seconds: float = 8.0
    second_hearing_share: float = 0.5
    recorded_share: float = 1.0
    transcoded_share: float = 0.1
    promise_share: float = 0.1
    target_share: float = 0.8
    target_wait: float = 20.0
    patience: float = 180.0

    @property
    def calls_a_second(self) -> float:
        """In the busiest hour."""
        return self.calls_a_day * self.busiest_hour_share / _HOUR


@dataclass(frozen=True, slots=True)
class Load:
    """The busiest hour. Cores are cores that are busy, on average; `main` without what every node has to do again
    (`main_on_each`), and `ordering` is the part of it that only a shared floor costs."""

    calls_a_second: float
    callers: float
    conversations: float
    agents: int
    edge: float
    ears: float
    main: float
    ordering: float
    main_on_each: float
    database: float
    changes: float
    writes: float
    transactions: float
    messages: float
    wire_megabits: float
    book_gigabytes_a_year: float
    recordings_gigabytes_a_day: float


def load(demand: Demand, costs: Costs = COSTS) -> Load:
    """What the demand comes to."""
    calls = demand.calls_a_second
    milli = calls / 1000
    conversations = calls * demand.talk_seconds
    alone = calls * (demand.flow_seconds + demand.wait_seconds)
    agents = agents_wanted(demand)
    forecast = agents * costs.forecast.value / 1e6
    kept = demand.promise_share
    legs = 2 + kept  # the caller's, the agent's, and the caller's again when called back
    edge = (
        legs * costs.leg.value * milli
        + costs.prompt.value * alone / 1000
        + conversations
        * (
            costs.bridge.value
            + demand.recorded_share * costs.recording.value
            + demand.transcoded_share * costs.transcoding.value
        )
        / 1000
    )
    speech = demand.speech_share * demand.speech_seconds * milli
    answered = demand.speech_share * costs.spoken.value + (1 - demand.speech_share) * costs.keyed.value
    main = milli * (
        answered  # whoever is called back has been through the same before
        + kept * costs.kept.value
        + demand.wait_seconds * costs.waiting.value
    )
    main += 2 * calls * forecast  # what the caller is told; and once more when they wait, to learn by what comes
    writes = calls * (costs.writes.value + kept * costs.kept_writes.value)
    changes = calls * (1 + kept) * costs.changes.value
    return Load(
        calls_a_second=calls,
        callers=alone + conversations,
        conversations=conversations,
        agents=agents,
        edge=edge,
        ears=speech * (costs.first_hearing.value + demand.second_hearing_share * costs.second_hearing.value),
        main=main,
        ordering=changes * costs.ordering.value / 1000,
        main_on_each=changes * costs.replay.value / 1000,
        database=milli * (costs.server.value + kept * costs.kept_server.value),
        changes=changes,
        writes=writes,
        transactions=writes + calls * (costs.reads.value + kept * costs.kept_reads.value),
        messages=calls * (costs.events.value + kept * costs.kept_events.value),
        wire_megabits=(alone + 2 * conversations) * WIRE_BITS / 1e6,
        book_gigabytes_a_year=demand.calls_a_day
        * _DAYS_A_YEAR
        * (costs.book.value + kept * costs.kept_book.value)
        / 1e6,
        recordings_gigabytes_a_day=demand.calls_a_day
        * demand.recorded_share
        * demand.talk_seconds
        / 60
        * costs.recorded_minute.value
        / 1000,
    )


@lru_cache(maxsize=1024)  # a search for limits asks again and again for the same
def agents_wanted(demand: Demand) -> int:
    """The fewest agents at work in the busiest hour who meet the target (Erlang A: `routing.erlang`). Callbacks are
    counted among the calls, as if they were made in that very hour."""
    arrivals, service = demand.calls_a_second, demand.talk_seconds + demand.wrap_up_seconds
    if arrivals == 0:
        return 0
    erlangs = arrivals * service
    few = max(1, math.floor(demand.target_share * erlangs))  # they can talk with no greater share
    enough = math.ceil(erlangs + 6 * math.sqrt(erlangs)) + 6  # six deviations of a Poisson number: nobody waits
    numbers = range(few, enough + 1)

    def level(agents: int) -> float:
        return answered_within(demand.target_wait, agents, arrivals, service, demand.patience)

    return numbers[min(bisect_left(numbers, demand.target_share, key=level), len(numbers) - 1)]


def nodes_wanted(needed: Load) -> int | None:
    """Nodes whose edge and main process, one core each, are at most `FULL`; None where no number of them is enough,
    since what each of them has to do again fills it. One alone has no floor to share."""
    if max(needed.edge, needed.main) <= FULL:
        return 1
    room = FULL - needed.main_on_each
    if room <= 0:
        return None
    return max(2, math.ceil(needed.edge / FULL), math.ceil((needed.main + needed.ordering) / room))


def scaled(demand: Demand, calls_a_day: float) -> Demand:
    """The same hotline with so many calls."""
    return replace(demand, calls_a_day=calls_a_day)
