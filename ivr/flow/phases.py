"""Which event is legal in which phase of a call. The one table; what it does not list is dropped."""

from __future__ import annotations

from enum import StrEnum

from ivr.flow.events import (
    AgentAnswered,
    AgentLeft,
    CallAnswered,
    CallArrived,
    CallerBegan,
    CallerSilent,
    CallerSpoke,
    CaseOpened,
    DigitPressed,
    Dismissed,
    Event,
    FollowUpAnswered,
    HotlineStops,
    HungUp,
    OpenCaseFound,
    ProblemLookedUp,
    PromiseMade,
    PromptFinished,
    Renegotiated,
    ServiceFailed,
    SpeechUnavailable,
    StatusFound,
    TimerFired,
    TransferFailed,
    TroubleFound,
    WaitEstimated,
    WindowFound,
)


class Phase(StrEnum):
    """What a call is waiting for."""

    ARRIVING = "arriving"
    ANSWERING = "answering"
    SPEAKING = "speaking"
    ASKING = "asking"
    WORKING = "working"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"


LEGAL: dict[Phase, frozenset[type[Event]]] = {
    Phase.ARRIVING: frozenset({CallArrived, HungUp}),
    Phase.ANSWERING: frozenset({CallAnswered, HotlineStops, HungUp}),
    Phase.SPEAKING: frozenset({PromptFinished, HotlineStops, Dismissed, HungUp}),
    Phase.ASKING: frozenset(
        {
            PromptFinished,
            CallerBegan,
            CallerSpoke,
            CallerSilent,
            SpeechUnavailable,
            DigitPressed,
            TimerFired,
            HotlineStops,
            Dismissed,
            HungUp,
        }
    ),
    Phase.WORKING: frozenset(
        {
            CaseOpened,
            OpenCaseFound,
            ProblemLookedUp,
            TroubleFound,
            WaitEstimated,
            WindowFound,
            PromiseMade,
            StatusFound,
            FollowUpAnswered,
            Renegotiated,
            ServiceFailed,
            HotlineStops,
            HungUp,
        }
    ),
    Phase.WAITING: frozenset(
        {AgentAnswered, TimerFired, WaitEstimated, PromptFinished, ServiceFailed, HotlineStops, Dismissed, HungUp}
    ),
    Phase.TALKING: frozenset({AgentLeft, TransferFailed, HotlineStops, HungUp}),
    Phase.ENDED: frozenset(),
}
