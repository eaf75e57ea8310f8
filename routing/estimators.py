"""Real-time delay estimators: what the state of the queue says about the wait of a caller who joins it now.

Ibrahim & Whitt 2009, "Real-time delay estimation in overloaded multiserver queues with abandonments": queue-length
estimators are the most accurate where handling times and patience are known, the head-of-line estimator needs nothing
but the wait of one caller and follows changes by itself. Times are seconds.
"""

from __future__ import annotations


def by_queue_length(ahead: int, agents: int, service: float, patience: float | None) -> float:
    """The mean wait behind `ahead` callers when all agents are busy: one departure each, and one more.

    QL where nobody gives up (`patience` None): (ahead + 1) service / agents. QLm, the Markovian one, where those ahead
    give up after an exponential time: the sum over i = 0 ... ahead of 1 / (agents / service + i / patience).
    """
    if patience is None:
        return (ahead + 1) * service / agents
    return sum(1 / (agents / service + n / patience) for n in range(ahead + 1))
