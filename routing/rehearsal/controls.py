"""Control variates: what chance added, taken off again, so that a rehearsal of given length tells more.

For traffic without memory and any function u of the number N in the system (waiting, or with an agent),

    mean over time of  a (u(N+1) - u(N)) + (m B + p Q) (u(N-1) - u(N))  =  0

in the long run, whatever the floor decides: arrivals come at rate a, m is the service rate of the B who are being
served, p the rate at which each of the Q who wait gives up (rate conservation; as control variates: Henderson & Glynn
2002, "Approximating martingales for variance reduction in Markov process simulation"). So regressing a figure on these
means leaves the figure's expected value as it was. With c servers the functions are N, N², (N-c)+ and its square,
which follow the length of the queue. Two more compare what those who arrived met with what there was all the time
(Poisson arrivals see time averages, Wolff 1982): their number, and how many of them met c or more. The last one
compares how many gave up with how many were to be expected to.
"""

from __future__ import annotations

import numpy as np

from routing.rehearsal.log import Log
from routing.rehearsal.traffic import Flags, Floats, Markov

#: Control variates for one class.
EACH = 7


def controls(log: Log, markov: Markov, servers: tuple[int, ...], edges: Floats) -> Floats:
    """A row of values for each stretch between `edges`: of all calls together, then of each class by itself.

    `servers` has the number of agents for each class and, last, for all. Shape (stretches, EACH * (classes + 1)).
    """
    each = [
        _means(log, log.traffic.which == place, markov, servers[place], edges)
        for place in range(len(log.traffic.classes))
    ]
    everyone = np.ones(len(log.traffic), dtype=np.bool_)
    return np.concatenate([_means(log, everyone, markov, servers[-1], edges), *each], axis=1)


def _means(log: Log, chosen: Flags, markov: Markov, servers: int, edges: Floats) -> Floats:
    which = log.traffic.which[chosen]
    arrival, left = log.traffic.arrival[chosen], log.left[chosen]
    served = log.agent[chosen] >= 0
    service, patience = np.array(markov.service)[which], np.array(markov.patience)[which]
    coming = float(np.array(markov.arrivals)[np.unique(which)].sum())

    # Four kinds of change, each with its step in N and in the rate at which N falls.
    times = np.concatenate([arrival, left, log.ended[chosen][served], edges])
    steps = np.concatenate([np.ones(len(arrival)), np.where(served, 0, -1), -np.ones(int(served.sum())), 0 * edges])
    rates = np.concatenate([patience, np.where(served, service, 0) - patience, -service[served], 0 * edges])
    giving_up = np.concatenate([patience, -patience, np.zeros(len(times) - 2 * len(arrival))])
    arrives = np.arange(len(times)) < len(arrival)
    gave_up = np.zeros(len(times), dtype=np.bool_)
    gave_up[len(arrival) : 2 * len(arrival)] = ~served

    order = np.argsort(times, kind="stable")
    moments, arrives, gave_up = times[order], arrives[order], gave_up[order]
    number, leaving, giving_up = (np.cumsum(column[order]) for column in (steps, rates, giving_up))
    lasting = np.diff(moments, append=moments[-1])
    at_edges = np.searchsorted(moments, edges, side="left")

    def between_edges(amounts: Floats) -> Floats:
        upto = np.concatenate([[0.0], np.cumsum(amounts)])
        return np.diff(upto[at_edges]) / np.diff(edges)

    def drift(above: float, power: int) -> Floats:
        here, more, less = (np.maximum(number + step - above, 0) ** power for step in (0, 1, -1))
        return between_edges((coming * (more - here) + leaving * (less - here)) * lasting)

    met_many = arrives & (number > servers)
    columns = [
        drift(0, 1),
        drift(0, 2),
        drift(servers, 1),
        drift(servers, 2),
        between_edges(arrives - coming * lasting),
        between_edges(met_many - coming * lasting * (number >= servers)),
        between_edges(gave_up - giving_up * lasting),
    ]
    return np.stack(columns, axis=1)
