"""Ratings of agents made comparable: who takes the hard matters, after long waits, must not look worse for it.

A rating is modelled as

    y = b0 + b1 ln(1 + wait in minutes) + c[category] + a[agent] + noise

with the effects of categories and agents shrunk towards nothing. The estimates solve Henderson's mixed model equations,

    (X'X + D) b = X'y,    D = diag(0, 0, k_c ..., k_a ...),

where k is the variance of the noise over that of the effect (C. R. Henderson, Biometrics 31, 1975, 423-447; G. K.
Robinson, Statistical Science 6, 1991, 15-32): an agent with n ratings keeps about n / (n + k_a) of the mean residual,
so that two bad days of a beginner say little. The adjusted rating is the mean of all ratings plus the agent's effect a.

k_a = 8 and k_c = 4 take ratings on a scale of five to have a standard deviation of 1, of which agents make 0.35 and
categories 0.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from callbacks.aftercare.ratings import Rating

AGENT_SHRINKAGE = 8.0
CATEGORY_SHRINKAGE = 4.0


@dataclass(frozen=True, slots=True)
class AgentRating:
    """`mean` is what the contacts gave in `ratings` answers, `adjusted` what an average mix of matters and waits would
    have brought; both 1 to 5."""

    agent: str
    ratings: int
    mean: float
    adjusted: float


def adjusted_ratings(given: Iterable[Rating]) -> tuple[AgentRating, ...]:
    """Each agent's rating, the best first; ratings without a value, or of nobody, are left out. A wait that was not
    measured counts as the mean of those that were."""
    used = [rating for rating in given if rating.value is not None and rating.agent is not None]
    if not used:
        return ()
    y = np.array([float(rating.value or 0) for rating in used])
    agents = sorted({rating.agent or "" for rating in used})
    categories = sorted({rating.category for rating in used})
    x = np.zeros((len(used), 2 + len(categories) + len(agents)))
    x[:, 0] = 1.0
    x[:, 1] = _waits(used)
    for row, rating in enumerate(used):
        x[row, 2 + categories.index(rating.category)] = 1.0
        x[row, 2 + len(categories) + agents.index(rating.agent or "")] = 1.0
    shrinkage = np.array([0.0, 0.0, *[CATEGORY_SHRINKAGE] * len(categories), *[AGENT_SHRINKAGE] * len(agents)])
    # least squares rather than a solve: where all waited alike, the second column says nothing
    effects = np.linalg.lstsq(x.T @ x + np.diag(shrinkage), x.T @ y, rcond=None)[0][2 + len(categories) :]
    counts = Counter(rating.agent for rating in used)
    found = [
        AgentRating(
            agent,
            counts[agent],
            float(np.mean([rating.value for rating in used if rating.agent == agent])),
            float(np.clip(y.mean() + effect, 1.0, 5.0)),
        )
        for agent, effect in zip(agents, effects, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.adjusted, one.agent)))


def _waits(used: list[Rating]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The logarithm of each wait, about its mean."""
    measured = [rating.wait for rating in used if rating.wait is not None]
    mean = float(np.mean(np.log1p(np.array(measured) / 60.0))) if measured else 0.0
    logs = [mean if rating.wait is None else float(np.log1p(rating.wait / 60.0)) for rating in used]
    return np.array(logs) - mean
