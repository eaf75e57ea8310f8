"""The scenario file: traffic to be generated, and the staff and rules it meets. Its schema and what makes sense of it.

Rates are calls an hour, durations seconds, `hours` and `warm_up` hours. Names in `hotline` are those of the hotline
file; a section that is left out is made from what `calls` and `agents` mention. See docs/rehearsal.md.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.hotline_file import Language, Levels, Name, Seconds, Section, Weekday
from config.urgency import Urgency
from routing.rehearsal.draws import Durations, Shape

_ALL_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Positive = Annotated[float, Field(gt=0)]


class Spread(Section):
    """How long something lasts. `cv`, standard deviation / mean, is that of a lognormal; `values` are what was
    observed, for an empirical distribution, which needs no mean."""

    distribution: Shape = "exponential"
    mean: Positive | None = None
    cv: Positive = 1.0
    values: tuple[Seconds, ...] = ()

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.distribution == "empirical" and not self.values:
            raise ValueError("an empirical distribution needs `values`")
        if self.distribution != "empirical" and self.mean is None:
            raise ValueError(f"this distribution ({self.distribution}) needs a `mean`")
        return self

    @property
    def durations(self) -> Durations:
        """To be drawn from."""
        mean = self.mean if self.mean is not None else sum(self.values) / len(self.values)
        return Durations(self.distribution, mean, self.cv, self.values)


class RateFrom(Section):
    """So many calls an hour from this time of day on, until the next entry."""

    begins: time
    rate: Seconds


class Calls(Section):
    """One class of calls, at one `rate`, or at `rates` that change over the day. `patience` None: nobody gives up.
    `callback_share` of those who would have to wait take a promise instead."""

    rate: Positive | None = None
    rates: tuple[RateFrom, ...] = ()
    service: Spread
    patience: Spread | None = None
    queue: Name = "general"
    language: Language = "en"
    skills: Levels = Field(default_factory=dict)
    tier: Name = "standard"
    urgency: Urgency = Urgency.SERVICE
    callback_share: Annotated[float, Field(ge=0, le=1)] = 0

    @model_validator(mode="after")
    def _has_one_kind_of_rate(self) -> Self:
        if (self.rate is None) == (not self.rates):
            raise ValueError("give either `rate` or `rates`")
        if [each.begins for each in self.rates] != sorted({each.begins for each in self.rates}):
            raise ValueError("`rates` must begin one after the other")
        return self


class Shift(Section):
    """Times of day; a shift that ends no later than it begins runs past midnight."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = _ALL_DAYS
    begins: time
    ends: time


class Staff(Section):
    """A group of agents who are alike. No `languages`: all of them; no `queues`: all; no `shifts`: at work whenever a
    queue of theirs is served."""

    count: Annotated[int, Field(ge=1, le=10_000)]
    skills: Levels = Field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    queues: tuple[Name, ...] = ()
    shifts: tuple[Shift, ...] = ()
    calm: bool = False
    wrap_up: Seconds = 0


class CallbackRule(Section):
    """The windows promised, and by which rule they are kept (see `routing.rehearsal.setting.Callbacks`). What is left
    out is taken from the hotline file's `callbacks`."""

    tier: Name | None = None
    earliest_after: Seconds | None = None
    window: Positive | None = None
    live_limit: Annotated[int, Field(ge=1)] | None = None


class Scenario(Section):
    """The whole file."""

    title: str
    day: date = date(2026, 1, 5)  # a Monday; the first of the rehearsal, which begins at midnight
    hours: Positive
    warm_up: Seconds = 0
    replications: Annotated[int, Field(ge=1, le=1_000)] = 1
    batches: Annotated[int, Field(ge=1, le=10_000)] = 1
    seed: Annotated[int, Field(ge=0)] = 1
    hotline: dict[str, object] = Field(default_factory=dict)
    agents: dict[Name, Staff] = Field(default_factory=dict)
    calls: Annotated[dict[Name, Calls], Field(min_length=1)]
    callbacks: CallbackRule = CallbackRule()
