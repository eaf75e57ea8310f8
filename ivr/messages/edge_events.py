"""What the telephone edge tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LegArrived:
    """Someone calls us. `caller` and `dialled` are the user parts of From and of the request URI. `is_verified`: who
    calls was said by somebody who is to be believed, and not by the caller alone.

    A call that outlived the program's main process arrives once more: it is up already, has been on the line for
    `waited` seconds, and its `Answer` is answered with `LegAnswered` at once.
    """

    leg: str
    caller: str
    dialled: str
    waited: float = 0.0
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The called phone rings (180, 183). `can_pick_up`: it answers when it is asked to (`PickUp`); told again where
    that turns out later."""

    leg: str
    can_pick_up: bool = False


@dataclass(frozen=True, slots=True)
class EarlyMedia:
    """The dialled leg is not answered yet, but sends audio already (183 with a session description): an announcement
    of the network, or its own ringing tone."""

    leg: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The leg is up, in either direction. `wide_band`: 16 kHz speech (G.722)."""

    leg: str
    codec: str
    wide_band: bool


@dataclass(frozen=True, slots=True)
class LegFailed:
    """A dialled leg did not come up. `status` is the final SIP status; 408 no answer, 503 could not be sent."""

    leg: str
    status: int
    reason: str


class EndedBy(StrEnum):
    """Who ended a leg. An edge does not know of `STOP`: the record of a call that we ended says so."""

    THEM = "them"
    US = "us"
    FAULT = "fault"
    STOP = "stop"  # we did, because the hotline stops


@dataclass(frozen=True, slots=True)
class MediaReport:
    """What a leg's audio came to, by RTP and RTCP (RFC 3550, 6.4).

    `packets_lost` counts gaps in what we received, `lost_there` what they say they missed of ours. `jitter` and
    `jitter_there` are milliseconds of interarrival jitter, `round_trip` milliseconds; None where no report told.
    """

    packets_sent: int = 0
    packets_received: int = 0
    packets_lost: int = 0
    jitter: float = 0.0
    lost_there: int | None = None
    jitter_there: float | None = None
    round_trip: float | None = None


#: Why legs fail or end when the edge's process is lost.
EDGE_LOST = "edge lost"


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg that was up, or had arrived, is over. `why` says more than `by` where there is more to say: a SIP status
    and reason, `media timeout`, `session expired`, `edge lost`."""

    leg: str
    by: EndedBy
    media: MediaReport = MediaReport()
    why: str = ""


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The other side put the leg on hold, or took it off hold."""

    leg: str
    on: bool


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The other side asks us to call `target` in its place (REFER). `replaces` names the call that the target is to
    give up for ours, as `Dial.replaces` wants it (attended); empty for a blind transfer. To be answered with
    `ReportTransfer`."""

    leg: str
    target: str
    replaces: str = ""


class Answerer(StrEnum):
    """Who seems to have picked up."""

    PERSON = "person"
    MACHINE = "machine"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class AnswererGuessed:
    """The first seconds of audio sound like this; `reason` names what was measured. A hint, never a verdict."""

    leg: str
    answerer: Answerer
    reason: str


@dataclass(frozen=True, slots=True)
class BridgeSurvived:
    """Two bridged legs talked on while the program's main process was away. `note` is what came with `Bridge`."""

    leg: str
    other: str
    note: str


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key of the telephone: one of `0123456789*#ABCD`."""

    leg: str
    digit: str


@dataclass(frozen=True, slots=True)
class PlayFinished:
    """Every clip of the turn was played to its end."""

    leg: str
    turn: int


@dataclass(frozen=True, slots=True)
class ReferEnded:
    """The transfer was carried out or refused: `status` is the last one reported by NOTIFY, or the REFER's own."""

    leg: str
    status: int


MediaEvent = PlayFinished | DigitPressed | AnswererGuessed
EdgeEvent = (
    LegArrived
    | LegRinging
    | EarlyMedia
    | LegAnswered
    | LegFailed
    | LegEnded
    | LegHeld
    | TransferAsked
    | BridgeSurvived
    | ReferEnded
    | MediaEvent
)
