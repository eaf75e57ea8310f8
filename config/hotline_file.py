"""The hotline file: what admins decide. This module is its schema; `config.hotline_yaml` reads it with line numbers.

Durations are seconds unless a name says otherwise. Every name that one part of the file uses must be declared in
another part; those references are checked by `config.hotline_check`, which reports all faults at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, Self

from phonenumbers import country_code_for_region
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from config.urgency import Urgency

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Seconds = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(gt=0, le=1)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
Levels = dict[Name, Annotated[int, Field(ge=1, le=5)]]  # a level from 1 to 5 by skill


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


Days = Annotated[int, Field(ge=0)]
StepName = Literal["intake", "classify", "hand-over", "feed-back"]


class Retention(Section):
    """After how many days what is held on a contact is removed; None for recordings and transcripts: the tier's
    `retention_days`, for the others: never.

    `calls` are the records of calls; `contacts` are erased so long after their last call, once nothing is open.
    """

    recordings: Days | None = None
    transcripts: Days | None = None
    calls: Days | None = None
    contacts: Days | None = None


class Tier(Section):
    """The standards a contact of this tier gets (lesson 15)."""

    target_wait: Seconds = 60
    target_share: Share = 0.8  # so many of the calls are to be answered within `target_wait`
    share_of_calls: Share | None = None  # how many of all calls are of this tier; None: an equal part of the rest
    priority_rate: Annotated[float, Field(gt=0)] = 1.0  # points of priority per second waited
    maximum_silence_hours: Annotated[float, Field(gt=0)] = 72
    callback_deadline_hours: Annotated[float, Field(gt=0)] = 24
    record: bool = True
    retention_days: Annotated[int, Field(ge=0)] = 180  # of recordings and transcripts
    retention: Retention = Retention()
    steps: dict[StepName, Seconds] = {}  # limits of their own, see `Cases`
    places: Annotated[int, Field(ge=1)] = 1  # so many calls of one contact wait at a time; the newest takes over


class OpeningHours(Section):
    """Times of day in the zone of the hours; what closes no later than it opens runs past midnight."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time


class OpenDay(Section):
    """One day with hours of its own."""

    day: date
    opens: time
    closes: time


class Hours(Section):
    """When a queue is served, or an agent works. No weekly entry at all means always.

    A day of `open` has the hours given there and no others; `closed` and public holidays come before `weekly`.
    """

    weekly: tuple[OpeningHours, ...] = ()
    open: tuple[OpenDay, ...] = ()
    closed: tuple[date, ...] = ()
    holidays: bool = False
    zone: str | None = None  # None: the hotline's
    country: str | None = None  # whose public holidays; None: the hotline's


class Queue(Section):
    """Where work waits. `service_seconds` is the handling time assumed until enough is measured.

    What is expected of callers serves the forecast and the check of the staffing: how many come in a busy hour, and how
    long they wait on average before they give up (None: for ever).
    """

    hours: Name | None = None
    service_seconds: Annotated[float, Field(gt=0)] = 240
    calls_per_hour: Annotated[float, Field(gt=0)] | None = None
    patience_seconds: Annotated[float, Field(gt=0)] | None = None


class Group(Section):
    """Agents who share something: their members have these skills, queues and this shift beside their own."""

    skills: Levels = {}
    queues: tuple[Name, ...] = ()
    shift: Name | None = None  # an entry of `hours`


class Agent(Section):
    """Someone who serves. In a file that was read, what the groups give is filled in (see `HotlineFile`)."""

    name: str
    station: str  # SIP URI of the agent's phone
    devices: tuple[str, ...] = ()  # further phones: SIP URIs, or numbers that `dialling` allows
    ringing: Literal["parallel", "serial"] = "parallel"  # all phones at once, or one after another
    groups: tuple[Name, ...] = ()
    skills: Levels = {}
    languages: tuple[Language, ...]
    queues: tuple[Name, ...] = ()  # empty, with none from a group: every queue
    shift: Name | None = None  # an entry of `hours`; None: whenever the queues are open
    calm: bool = False  # suited to upset callers (lesson 18)
    wrap_up: Seconds = 15
    connect: Literal["bridge", "refer"] = "bridge"  # refer: the PBX takes the media (RFC 3515)


class Category(Section):
    """What a call can be about."""

    queue: Name
    skills: Levels = {}  # required at last; the levels are relaxed as waiting grows
    preferred_skills: Levels = {}  # agents who have them come first; nobody is excluded
    urgency: Urgency = Urgency.SERVICE  # the least urgency of a case in this category
    steps: dict[StepName, Seconds] = {}  # limits of their own, see `Cases`
    titles: dict[Language, str]
    examples: dict[Language, tuple[str, ...]] = {}


class Cases(Section):
    """Each step of a case has a time limit and somebody responsible (lesson 9); a missed one escalates.

    A category or a tier may have limits of its own: the shorter of those counts instead of the one here.
    """

    steps: dict[StepName, Seconds] = {"intake": 900, "classify": 3600, "hand-over": 14_400, "feed-back": 259_200}
    responsible: dict[StepName, Name] = {}  # the agent who answers for a step of a case that nobody owns yet
    repeat_within: Seconds = 2_592_000  # a second complaint on the same matter within this time is a repeat (lesson 4)
    repeat_skills: Levels = {}  # who has these comes first when a complaint is a repeat; nobody is excluded


class Callbacks(Section):
    """When promised calls are offered and how attempts are repeated."""

    offer_above_wait: Seconds = 120  # offer a callback when the expected wait is longer than this
    earliest_after: Seconds = 1800  # the first window opens so long after the call
    window: Annotated[float, Field(gt=0)] = 7200  # length of a window
    start_increment: Annotated[int, Field(ge=60, le=3600)] = 300  # windows begin on whole multiples of so many seconds
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
    dialling: Literal["agent-first", "contact-first", "preview"] = "agent-first"  # preview: the agent says when
    renegotiate_before: Seconds = 900  # so long before the end of a window that will be missed, the contact is told
    service_seconds: Annotated[float, Field(gt=0)] = 240
    capacity_share: Share = 0.5  # so much of the agents' time may be promised away; live callers have the rest


class ManagerLine(Section):
    """Who calls a contact to whom a second promise was broken (lesson 7). Its queue is its own: whoever serves it."""

    queue: Name
    agent: Name | None = None  # is asked before the others of the queue
    per_day: Annotated[int, Field(ge=1)] = 3  # what is more waits for the first day with room


class FollowUp(Section):
    """Asking, some time after a case was solved, whether it is (lesson 14)."""

    after_hours: Annotated[float, Field(gt=0)] | None = None  # None: nobody is asked
    asked_by: Literal["hotline", "agent"] = "hotline"  # the hotline's own voice and keys, or a person


class Problems(Section):
    """When a rise in cases of one category and product is proposed as a problem (lesson 5)."""

    false_alarms_a_month: Annotated[float, Field(gt=0)] | None = 1.0  # by chance, all kinds together; None: no watch
    rise: Annotated[float, Field(gt=1)] = 2.0  # so many times the usual number is to be noticed soonest
    least_cases: Annotated[int, Field(ge=2)] = 5  # fewer are no rise
    learn_weeks: Annotated[int, Field(ge=1, le=52)] = 8  # what is usual is learned from so many weeks
    greet: bool = False  # callers are told in the greeting while an open or proposed problem stands


class Messages(Section):
    """Mail and text messages to contacts who like to be written to (lesson 26)."""

    remind_before: Seconds = 3600  # a reminder goes out so long before a promised window
    maximum_tries: Annotated[int, Field(ge=1)] = 8  # then a message is given up, visibly


class DialRule(Section):
    """What to do with numbers that begin with `prefix` (E.164, `+` first); of several the longest prefix counts."""

    prefix: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]*$")]
    allow: bool = True
    strip: Annotated[int, Field(ge=0)] = 0  # so many characters are taken off the front,
    prepend: Annotated[str, StringConstraints(pattern=r"^[0-9*#+]*$")] = ""  # and these put there
    trunk: Name | None = None  # the trunk's name in the settings; None: the first
    caller: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+*#._-]+$")] | None = None  # what the called see
    premium: bool = False  # numbers that cost their callers extra, too
    price: Money = Decimal(0)  # of a minute begun, in the money of `cost_a_day`


class Dialling(Section):
    """Where we may call, and how. A number that no rule allows is never dialled.

    A file that names no rules allows the numbers of its own country (see `HotlineFile`). At `calls_a_day`,
    `minutes_a_day` or `cost_a_day` no further number is dialled until midnight; the phones of agents cost nothing.
    """

    rules: tuple[DialRule, ...] = ()
    calls_a_day: Annotated[int, Field(ge=0)] | None = None
    minutes_a_day: Annotated[int, Field(ge=0)] | None = None
    cost_a_day: Money | None = None


class Scoring(Section):
    """How the floor weighs work: points per second of waiting come from the tier, these are added once.

    `rates: solve` finds the tiers' rates so that mean waits are in the ratio of their `target_wait` under the load
    declared at `queues`; then `priority_rate` is not used.
    """

    rates: Literal["given", "solve"] = "given"
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
    unreachable_after: Annotated[int, Field(ge=1)] = 1  # offers in a row that an agent does not answer


class Listening(Section):
    """Turn taking (lesson 19)."""

    pause: Annotated[float, Field(gt=0)] = 1.2  # silence that ends an utterance
    no_input: Annotated[float, Field(gt=0)] = 6.0  # silence before we ask again
    maximum: Annotated[float, Field(gt=0)] = 30.0
    longest_call: Annotated[float, Field(ge=60)] = 7200.0  # without an agent; then the caller hears a goodbye
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
    """The whole file.

    Once validated, every agent has what their groups give: skills and queues beside their own (of several levels in a
    skill the agent's own, else the highest), and the shift of the first group that has one, unless they have their own.
    """

    hotline: Hotline
    languages: tuple[Language, ...] = Field(min_length=1)
    numbers: dict[str, DialledNumber]
    tiers: dict[Name, Tier]
    default_tier: Name
    skills: tuple[Name, ...]
    hours: dict[Name, Hours] = {}
    queues: dict[Name, Queue]
    groups: dict[Name, Group] = {}
    agents: dict[Name, Agent]
    categories: dict[Name, Category]
    products: tuple[str, ...] = ()
    cases: Cases = Cases()
    callbacks: Callbacks = Callbacks()
    manager_line: ManagerLine | None = None  # None: nobody is handed on
    follow_up: FollowUp = FollowUp()
    problems: Problems = Problems()
    messages: Messages = Messages()
    dialling: Dialling = Dialling()
    scoring: Scoring = Scoring()
    listening: Listening = Listening()
    flow: Flow

    @model_validator(mode="after")
    def _calls_its_own_country(self) -> Self:
        """Filled in once here, so that nobody who asks for the rules can forget the default."""
        if "rules" not in self.dialling.model_fields_set:
            code = country_code_for_region(self.hotline.country)
            rules = (DialRule(prefix=f"+{code}"),) if code else ()
            object.__setattr__(self, "dialling", self.dialling.model_copy(update={"rules": rules}))
        return self

    @model_validator(mode="after")
    def _members_have_what_groups_give(self) -> Self:
        """Filled in once here, so that nobody who asks for an agent's skills can forget the groups."""
        if any(agent.groups for agent in self.agents.values()):
            agents = {name: _member(agent, self.groups) for name, agent in self.agents.items()}
            object.__setattr__(self, "agents", agents)  # the model is frozen for everyone else
        return self


def _member(agent: Agent, groups: Mapping[str, Group]) -> Agent:
    """The agent with what the groups give; groups that are not declared give nothing."""
    joined = [groups[name] for name in agent.groups if name in groups]
    skills: dict[str, int] = {}
    for group in joined:
        for skill, level in group.skills.items():
            skills[skill] = max(level, skills.get(skill, 0))
    queues = dict.fromkeys([*agent.queues, *(queue for group in joined for queue in group.queues)])
    shift = agent.shift or next((group.shift for group in joined if group.shift is not None), None)
    return agent.model_copy(update={"skills": skills | agent.skills, "queues": tuple(queues), "shift": shift})
