"""What comes in: calls as columns, in the order of their arrival.

Times are seconds after the start of the rehearsal. Everything that chance decides about a call is in its row, so that
two hotline files can be put to the very same traffic (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from config.urgency import Urgency
from routing.work import Needs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: The patience of who never gives up.
FOR_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class CallClass:
    """What the calls of one row of the report have in common."""

    name: str
    needs: Needs
    tier: str
    urgency: Urgency = Urgency.SERVICE


@dataclass(frozen=True, slots=True)
class Markov:
    """The rates a second of traffic without memory: Poisson arrivals, exponential service and patience.

    `arrivals` is one rate a class. `patience` is 0 where nobody gives up.
    """

    arrivals: tuple[float, ...]
    service: tuple[float, ...]
    patience: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Columns of one length: `which` is the position in `classes`; `patience` is how long the caller waits before
    giving up; `takes_callback` says whether a caller who has to wait takes a promise instead.

    `markov` is known where the traffic was drawn without memory and at constant rates.
    """

    classes: tuple[CallClass, ...]
    arrival: Floats
    which: Integers
    service: Floats
    patience: Floats
    takes_callback: Flags
    markov: Markov | None = None

    def __len__(self) -> int:
        return len(self.arrival)


def merged(parts: tuple[Traffic, ...], markov: Markov | None = None) -> Traffic:
    """The traffic of several sources as one; classes are numbered through."""
    classes: tuple[CallClass, ...] = ()
    which = []
    for part in parts:
        which.append(part.which + len(classes))
        classes += part.classes
    arrival = np.concatenate([part.arrival for part in parts])
    order = np.argsort(arrival, kind="stable")
    return Traffic(
        classes=classes,
        arrival=arrival[order],
        which=np.concatenate(which)[order],
        service=np.concatenate([part.service for part in parts])[order],
        patience=np.concatenate([part.patience for part in parts])[order],
        takes_callback=np.concatenate([part.takes_callback for part in parts])[order],
        markov=markov,
    )
