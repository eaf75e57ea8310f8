"""Waiting in front of `agents` alike servers: the formulas of Erlang B, C and A.

Arrivals are Poisson, handling times exponential, callers are served in the order in which they came. Erlang 1917 (B,
C); Palm 1957 and Garnett, Mandelbaum & Reiman 2002, "Designing a call center with impatient customers" (A: M/M/n+M,
each caller gives up after an exponential time of their own). Rates are per second, times seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Terms below this part of the sum so far change nothing that anybody reads.
_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Waiting:
    """What callers meet in the long run. Shares are of all who call; `mean_wait` is over all, those who gave up too."""

    waits: float
    gives_up: float
    mean_wait: float


def erlang_b(agents: int, load: float) -> float:
    """The share of calls that find all `agents` busy when nobody may wait; `load` in erlangs."""
    return 1 / _inverse_b(agents, load) if load > 0 else 0.0


def erlang_c(agents: int, load: float) -> float:
    """The share of calls that must wait when nobody gives up; 1 where the load is more than the agents carry."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def without_patience_limit(agents: int, arrivals: float, service: float) -> Waiting:
    """M/M/n, Erlang C: nobody gives up. Overloaded, the wait has no end."""
    load = arrivals * service
    waits = erlang_c(agents, load)
    return Waiting(waits, 0.0, waits * service / (agents - load) if load < agents else math.inf)


def with_patience(agents: int, arrivals: float, service: float, patience: float) -> Waiting:
    """M/M/n+M, Erlang A: `patience` is the mean time after which a waiting caller gives up."""
    waits = queue = 0.0
    for waiting, share in enumerate(_all_busy(agents, arrivals, service, patience)):
        waits += share
        queue += waiting * share
    mean_wait = queue / arrivals
    return Waiting(waits, mean_wait / patience, mean_wait)


def answered_within(seconds: float, agents: int, arrivals: float, service: float, patience: float | None) -> float:
    """The service level: the share of all calls that are answered within so many seconds. `patience` None: Erlang C.

    Erlang A: who finds q waiting is served after q + 1 departures, the last k of them at the joint rate
    n / service + k / patience. Their sum V has exp(-V / patience) distributed as Beta(a, q + 1) with
    a = n patience / service, so that P(V <= t, patience outlasts V) = a / (a + q + 1) I_x(q + 1, a + 1), where
    x = 1 - exp(-t / patience) and I is the regularised incomplete beta function.
    """
    if patience is None:
        load = arrivals * service
        return 1 - erlang_c(agents, load) * math.exp(-(agents - load) * seconds / service) if load < agents else 0.0
    a = agents * patience / service
    x = 1 - math.exp(-seconds / patience)
    answered = 1.0
    late = 0.0  # 1 - I_x(q + 1, a + 1), which grows by one term of a negative binomial distribution with each q
    for waiting, share in enumerate(_all_busy(agents, arrivals, service, patience)):
        late += _negative_binomial(waiting, x, a + 1)
        in_time = a / (a + waiting + 1) * max(0.0, 1 - late)
        answered -= share * (1 - in_time)
    return max(0.0, answered)


def _inverse_b(agents: int, load: float) -> float:
    """1 / B by the recursion over agents; infinite where B is too small for a number."""
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1 + n / load * inverse
    return inverse


def _all_busy(agents: int, arrivals: float, service: float, patience: float) -> list[float]:
    """The probabilities of 0, 1, 2, ... callers waiting while all agents are busy, as far as they matter.

    Birth and death: from `waiting` callers the next departure comes at n / service + waiting / patience.
    """
    weights = [1.0]  # relative to all agents busy and nobody waiting
    total = 1.0
    while True:
        departures = agents / service + len(weights) / patience
        weights.append(weights[-1] * arrivals / departures)
        total += weights[-1]
        if arrivals < departures and weights[-1] * len(weights) <= _NEGLIGIBLE * total:
            break
    every_state = _inverse_b(agents, arrivals * service) - 1 + total
    return [weight / every_state for weight in weights]


def _negative_binomial(k: int, x: float, b: float) -> float:
    """Gamma(k + b) / (Gamma(b) k!) x^k (1 - x)^b, by logarithms since the factors alone leave the range of numbers."""
    if not 0 < x < 1:
        return float(k == 0 and x <= 0)
    log_ways = math.lgamma(k + b) - math.lgamma(b) - math.lgamma(k + 1)
    return math.exp(log_ways + k * math.log(x) + b * math.log1p(-x))
