"""The hotline file: what admins decide. This module is its schema; `config.hotline_yaml` reads it with line numbers.

Durations are seconds unless a name says otherwise. Every name that one part of the file uses must be declared in
another part; those references are checked by `config.hotline_check`, which reports all faults at once.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from config.urgency import Urgency

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Seconds = Annotated[float, Field(ge=0)]


class Section(BaseModel):
    """A part of the file: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Hotline(Section):
    """Who we are."""

    name: str
    site: Name = "main"
    zone: str = "UTC"
    country: str = "KR"  # ISO 3166; decides public holidays and how national numbers are read


class DialledNumber(Section):
    """What a dialled number means: the user part of the request URI. No language: the caller is asked for it."""

    language: Language | None = None
    queue: Name | None = None


class Tier(Section):
    """The standards a contact of this tier gets (lesson 15)."""

    target_wait: Seconds = 60
    priority_rate: Annotated[float, Field(gt=0)] = 1.0  # points of priority per second waited
    maximum_silence_hours: Annotated[float, Field(gt=0)] = 72
    callback_deadline_hours: Annotated[float, Field(gt=0)] = 24
    record: bool = True
    retention_days: Annotated[int, Field(ge=0)] = 180


class OpeningHours(Section):
    """Times of day in the hotline's zone; `closed` and public holidays take precedence."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time


class Hours(Section):
    """When a queue is served. No entry at all means always."""

    weekly: tuple[OpeningHours, ...] = ()
    closed: tuple[date, ...] = ()
    holidays: bool = False


class Queue(Section):
    """Where work waits. `service_seconds` is the handling time assumed until enough is measured."""

    hours: Name | None = None
    service_seconds: Annotated[float, Field(gt=0)] = 240


class Agent(Section):
    """Someone who serves. `skills` map a skill to a level from 1 to 5."""

    name: str
    station: str  # SIP URI of the agent's phone
    devices: tuple[str, ...] = ()  # further phones: SIP URIs, or numbers that `dialling` allows
    ringing: Literal["parallel", "serial"] = "parallel"  # all phones at once, or one after another
    skills: dict[Name, Annotated[int, Field(ge=1, le=5)]]
    languages: tuple[Language, ...]
    queues: tuple[Name, ...] = ()  # empty: every queue
    calm: bool = False  # suited to upset callers (lesson 18)
    wrap_up: Seconds = 15
    connect: Literal["bridge", "refer"] = "bridge"  # refer: the PBX takes the media (RFC 3515)


class Category(Section):
    """What a call can be about."""

    queue: Name
    skills: dict[Name, Annotated[int, Field(ge=1, le=5)]] = {}
    urgency: Urgency = Urgency.SERVICE  # the least urgency of a case in this category
    titles: dict[Language, str]
    examples: dict[Language, tuple[str, ...]] = {}


class Callbacks(Section):
    """When promised calls are offered and how attempts are repeated."""

    offer_above_wait: Seconds = 120  # offer a callback when the expected wait is longer than this
    earliest_after: Seconds = 1800  # the first window opens so long after the call
    window: Annotated[float, Field(gt=0)] = 7200  # length of a window
    retry_after: dict[Literal["busy", "no-answer", "rejected", "voicemail", "failed"], Seconds] = {
        "busy": 300,
        "no-answer": 1800,
        "rejected": 7200,
        "voicemail": 3600,
        "failed": 900,
    }
    maximum_attempts: Annotated[int, Field(ge=1)] = 4
    quiet_from: time = time(21, 0)
    quiet_until: time = time(8, 0)
    ring_seconds: Annotated[float, Field(gt=0)] = 30
    service_seconds: Annotated[float, Field(gt=0)] = 240


class DialRule(Section):
    """What to do with numbers that begin with `prefix` (E.164, `+` first); of several the longest prefix counts."""

    prefix: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]*$")]
    allow: bool = True
    strip: Annotated[int, Field(ge=0)] = 0  # so many characters are taken off the front,
    prepend: Annotated[str, StringConstraints(pattern=r"^[0-9*#+]*$")] = ""  # and these put there
    trunk: Name | None = None  # the trunk's name in the settings; None: the first
    caller: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+*#._-]+$")] | None = None  # what the called see


class Dialling(Section):
    """Where we may call, and how. A number that no rule allows is never dialled."""

    rules: tuple[DialRule, ...] = (DialRule(prefix="+"),)


class Scoring(Section):
    """How the floor weighs work: points per second of waiting come from the tier, these are added once."""

    urgency: dict[Urgency, float] = {
        Urgency.SAFETY: 100_000,
        Urgency.LEGAL: 1_200,
        Urgency.MONEY: 180,
        Urgency.SERVICE: 60,
        Urgency.INFO: 0,
    }
    repeat: float = 300  # a second complaint on the same matter (lesson 4)
    promise_due: float = 900  # a promise at the end of its window; grows from `promise_rises_at` of the window on
    promise_rises_at: Annotated[float, Field(ge=0, lt=1)] = 0.8
    relax_after: tuple[Seconds, ...] = (60, 180)  # skill levels are relaxed by one after each of these waits
    affinity_hold: Seconds = 30  # work waits so long for its own agent before others are considered
    offer_timeout: Annotated[float, Field(gt=0)] = 25  # an offer not taken by then goes back to its old place


class Listening(Section):
    """Turn taking (lesson 19)."""

    pause: Annotated[float, Field(gt=0)] = 1.2  # silence that ends an utterance
    no_input: Annotated[float, Field(gt=0)] = 6.0  # silence before we ask again
    maximum: Annotated[float, Field(gt=0)] = 30.0
    doubt_below: Annotated[float, Field(ge=0, le=1)] = 0.45  # understanding less sure than this is asked again


class Step(Section):
    """One step of the call flow. `kind` names a module of `ivr/flow/steps`; the other keys say where to go."""

    kind: Name
    next: Name | None = None
    otherwise: Name | None = None  # where to go when the step cannot do its work
    attempts: Annotated[int, Field(ge=1, le=5)] = 2


class Flow(Section):
    """The admin's order of steps."""

    start: Name
    steps: dict[Name, Step]


class HotlineFile(Section):
    """The whole file."""

    hotline: Hotline
    languages: tuple[Language, ...] = Field(min_length=1)
    numbers: dict[str, DialledNumber]
    tiers: dict[Name, Tier]
    default_tier: Name
    skills: tuple[Name, ...]
    hours: dict[Name, Hours] = {}
    queues: dict[Name, Queue]
    agents: dict[Name, Agent]
    categories: dict[Name, Category]
    products: tuple[str, ...] = ()
    callbacks: Callbacks = Callbacks()
    dialling: Dialling = Dialling()
    scoring: Scoring = Scoring()
    listening: Listening = Listening()
    flow: Flow
