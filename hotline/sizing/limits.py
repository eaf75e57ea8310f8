"""Which resource is full next, as the calls grow, and what to do then. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hotline.sizing.costs import COSTS, Costs
from hotline.sizing.demand import CONNECTIONS_A_NODE, FULL, Demand, Load, load, nodes_wanted, scaled

#: PostgreSQL's own `max_connections`, of which some are for people and back-ups.
USUAL_CONNECTIONS = 90
#: A network card of 1 Gbit/s, each way.
USUAL_MEGABITS = 1000.0
#: Cores of a machine for PostgreSQL.
USUAL_DATABASE_CORES = 4.0
#: Nothing here was measured or simulated for so many calls a day: a search that gets here has found no limit.
_MOST = 5e6
#: So finely a limit is known; measured costs are not known better.
_GRAIN = 1.05


@dataclass(frozen=True, slots=True)
class Limit:
    """`what` is full at so many calls a day; `then`: what to do."""

    calls_a_day: float
    what: str
    then: str


def limits(demand: Demand, ears_cores: float = 2.0, costs: Costs = COSTS) -> tuple[Limit, ...]:
    """All of them, the first to be met first. `ears_cores`: of one machine, for recognition."""
    needs: dict[float, Load] = {}

    def need(calls: float) -> Load:
        if calls not in needs:
            needs[calls] = load(scaled(demand, calls), costs)
        return needs[calls]

    def first(is_full: Callable[[Load], bool]) -> float:
        return _first(lambda calls: is_full(need(calls)))

    found = [Limit(first(is_full), what, then) for is_full, what, then in _resources(ears_cores, costs)]
    return tuple(sorted((one for one in found if one.calls_a_day < _MOST), key=lambda one: one.calls_a_day))


def next_limit(demand: Demand, ears_cores: float = 2.0, costs: Costs = COSTS) -> Limit | None:
    """The first that this demand has not met yet; None beyond the last."""
    return next((one for one in limits(demand, ears_cores, costs) if one.calls_a_day > demand.calls_a_day), None)


def _resources(ears_cores: float, costs: Costs) -> Iterator[tuple[Callable[[Load], bool], str, str]]:
    yield (
        lambda need: need.ears > FULL * ears_cores,
        f"recognition on {ears_cores:g} cores",
        "give it more cores, or a machine of its own (`ears_remote_url`)",
    )
    yield (
        lambda need: need.main > FULL,
        "the main process of one machine (one core)",
        "several nodes with PostgreSQL",
    )
    yield (
        lambda need: need.edge > FULL,
        "the telephones' process of one machine (one core)",
        "several nodes behind Kamailio; `connect: refer` leaves talk to the PBX",
    )
    yield (
        lambda need: need.changes > FULL * costs.log_rate.value,
        "the order of the floor, at the rate that was measured",
        "cores and a fast disk for PostgreSQL and the leader: measure theirs with `make bench ONLY=sizing`",
    )
    yield (
        lambda need: (nodes_wanted(need) or 0) * CONNECTIONS_A_NODE > USUAL_CONNECTIONS,
        f"{USUAL_CONNECTIONS} connections of PostgreSQL",
        "raise `max_connections` (nodes x 16 + 10)",
    )
    yield (
        lambda need: need.wire_megabits > FULL * USUAL_MEGABITS,
        "1 Gbit/s of sound, all nodes together",
        "nodes on network cards of their own; audio does not pass Kamailio",
    )
    yield (
        lambda need: need.main_on_each > FULL,
        "what every node does again for every call: replaying the floor",
        "several hotlines, each with its numbers and its part of the agents",
    )
    yield (
        lambda need: need.database > FULL * USUAL_DATABASE_CORES,
        f"{USUAL_DATABASE_CORES:g} cores of PostgreSQL",
        "more cores; several hotlines, each with a database of its own",
    )


def _first(is_full: Callable[[float], bool]) -> float:
    """The calls a day from which it is full, by halving; every need grows with the calls."""
    few, many = 1.0, 100.0
    while not is_full(many):
        if many >= _MOST:
            return _MOST
        few, many = many, min(_MOST, 4 * many)
    while many > few * _GRAIN:
        middle = (few * many) ** 0.5
        few, many = (few, middle) if is_full(middle) else (middle, many)
    return many
