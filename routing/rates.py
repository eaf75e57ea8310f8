"""How fast each class must gain priority so that mean waits have the ratios wanted.

The mean waits of an accumulating priority queue are those of Kleinrock 1964, "A delay dependent queue discipline"
(waiting times beyond the mean: Stanford, Taylor & Ziedins 2014). With loads rho_p, rates b_p, rho their sum and W the
mean wait of first in, first out, for each class p

    W_p (1 - sum over b_i > b_p of rho_i (1 - b_p / b_i)) = W - sum over b_i < b_p of rho_i W_i (1 - b_i / b_p)

It holds for Poisson arrivals and one server, and for several servers when the handling times of all classes are
exponential with one mean: loads are then shares of what all servers together can carry. The ratios of the waits do not
depend on W.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

#: So large a ratio of rates is as good as strict priority.
_STEEPEST = 1e6
#: Above this load the waits are so nearly inverse to the rates (their limit in heavy traffic) that this is used.
_HEAVY = 0.999
_SWEEPS, _HALVINGS, _CLOSE = 200, 40, 1e-7


def mean_waits(loads: Sequence[float], rates: Sequence[float], mean: float) -> tuple[float, ...]:
    """The mean wait of each class, in the unit of `mean`: the mean wait of all under first in, first out.

    `loads` are above 0 and sum to less than 1; `rates` are above 0.
    """
    waits = [0.0] * len(loads)
    for p in sorted(range(len(rates)), key=rates.__getitem__):
        slower = sum(loads[i] * waits[i] * (1 - rates[i] / rates[p]) for i in range(len(rates)) if rates[i] < rates[p])
        faster = sum(loads[i] * (1 - rates[p] / rates[i]) for i in range(len(rates)) if rates[i] > rates[p])
        waits[p] = (mean - slower) / (1 - faster)
    return tuple(waits)


def solved_rates(loads: Sequence[float], targets: Sequence[float]) -> tuple[float, ...]:
    """The rates at which the mean waits are in the ratios of `targets`; the slowest rate is 1.

    `loads` are the classes' shares of what the servers can carry. When they are not below 1 together, or none is
    declared (all 0), the rates are inverse to the targets, as in the limit of heavy traffic. Ratios that even strict
    priority cannot reach under these loads come out at a very steep rate; `reaches` tells.

    Raises `ValueError` when a load is below 0 or a target not above 0, or when their numbers differ.
    """
    if len(loads) != len(targets) or any(load < 0 for load in loads) or any(target <= 0 for target in targets):
        raise ValueError(f"loads {tuple(loads)} and target waits {tuple(targets)} do not go together")
    inverse = [max(targets) / target for target in targets]
    if not 0 < sum(loads) < _HEAVY:
        return tuple(inverse)
    # The conservation law (Kleinrock 1965) fixes the level: the waits weighted by load sum to the same for all rates.
    level = sum(loads) / sum(load * target for load, target in zip(loads, targets, strict=True))
    wanted = [level * target for target in targets]
    slowest = max(range(len(targets)), key=targets.__getitem__)
    rates = inverse
    for _ in range(_SWEEPS):
        before = rates
        for p in range(len(rates)):
            if p != slowest:
                rates = _with_wait(loads, rates, p, wanted[p])
        if all(math.isclose(now, then, rel_tol=_CLOSE) for now, then in zip(rates, before, strict=True)):
            break
    return tuple(rates)


def reaches(loads: Sequence[float], targets: Sequence[float], rates: Sequence[float], within: float = 0.01) -> bool:
    """Whether under these loads and rates the mean waits have the ratios of `targets`, but for a share of `within`."""
    waits = mean_waits(loads, rates, 1.0)
    ratios = [wait / target for wait, target in zip(waits, targets, strict=True)]
    return max(ratios) <= min(ratios) * (1 + within)


def _with_wait(loads: Sequence[float], rates: list[float], p: int, wanted: float) -> list[float]:
    """The rates with that of class `p` such that it waits as wanted, by halving: its wait falls as its rate rises.

    A faster rate of one class lengthens the waits of all others, so that going round settles (Rheinboldt 1970, "On
    M-functions and their application to nonlinear Gauss-Seidel iterations").
    """
    low, high = 0.0, math.log(_STEEPEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if mean_waits(loads, [*rates[:p], math.exp(middle), *rates[p + 1 :]], 1.0)[p] > wanted:
            low = middle
        else:
            high = middle
    return [*rates[:p], math.exp(high), *rates[p + 1 :]]
