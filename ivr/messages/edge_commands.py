"""What the telephone edge is asked: signalling, then media."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- asked of the edge: signalling -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """Accept an arrived leg (200 OK)."""

    leg: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse an arrived leg with a final SIP status, 400 to 699."""

    leg: str
    status: int


@dataclass(frozen=True, slots=True)
class Dial:
    """Call `target`, a SIP URI or an E.164 number (sent to the trunk). `leg` is chosen by the asker."""

    leg: str
    target: str
    caller: str  # user part of the From header: the number the called party sees
    ring_seconds: float
    trunk: str = ""  # the name of the trunk that numbers go to; empty: the first
    replaces: str = ""  # the Replaces header of a call that the target is to give up for this one (RFC 3891)


@dataclass(frozen=True, slots=True)
class PickUp:
    """Have the phone that rings answer by itself; only one that can (`LegRinging.can_pick_up`) does."""

    leg: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg in whatever state it is (CANCEL, BYE, or 480 before it was answered)."""

    leg: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Ask the other side to call `target` instead (RFC 3515); ends with `ReferEnded`. With `replaces`, the name of
    another leg of ours that is up, the target is that leg's other side and takes its call over (RFC 3891: an attended
    transfer)."""

    leg: str
    target: str
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class ReportTransfer:
    """Say how the transfer goes that the other side asked for (`TransferAsked`): 100 to 199 under way, 200 and above
    the end of it."""

    leg: str
    status: int


@dataclass(frozen=True, slots=True)
class Drain:
    """Refuse new calls with 503 from now on, or no longer; calls in progress go on."""

    on: bool


# --- asked of the edge: media ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Play:
    """Play the clips one after another, replacing what is playing. Ends with `PlayFinished` unless replaced, stopped
    or looping. `clips` are paths of audio files below the prompt library, in speaking order."""

    leg: str
    turn: int
    clips: tuple[str, ...]
    loop: bool = False


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Fall silent at once (barge-in)."""

    leg: str


@dataclass(frozen=True, slots=True)
class Tap:
    """Send what this leg says to the ears from now on, or no longer."""

    leg: str
    on: bool


@dataclass(frozen=True, slots=True)
class Bridge:
    """Let two legs hear each other, until one ends or is unbridged. Both are up, or one is a dialled leg of which
    `EarlyMedia` was told. `note` is the asker's own and comes back in `BridgeSurvived`."""

    leg: str
    other: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unbridge:
    """Part a bridged pair; both legs stay up."""

    leg: str


@dataclass(frozen=True, slots=True)
class Record:
    """Record this leg into a stereo WAV file: what it says left, what it hears right."""

    leg: str
    path: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Put silence in place of what both sides say (card numbers), or no longer; the recording's time goes on."""

    leg: str
    on: bool


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Finish the recording of this leg and close its file."""

    leg: str


class Supervision(StrEnum):
    """How a third leg takes part in a conversation."""

    LISTEN = "listen"
    WHISPER = "whisper"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Supervise:
    """Let `leg`, which is up and not bridged, take part in the conversation of the bridged leg `other`: hear both
    sides; whisper to `other` alone; or be heard by both. Again with another mode to change it; `Unbridge` the
    supervisor's leg to end it. It ends with the conversation."""

    leg: str
    other: str
    mode: Supervision


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Press keys of the telephone, one after another, towards the other side (RFC 4733)."""

    leg: str
    digits: str


@dataclass(frozen=True, slots=True)
class DetectAnswerer:
    """Judge by the first seconds of an answered leg's audio whether a person or a machine picked up; ends with
    `AnswererGuessed`."""

    leg: str


MediaCommand = (
    Play
    | StopPlaying
    | Tap
    | Bridge
    | Unbridge
    | Record
    | PauseRecording
    | StopRecording
    | Supervise
    | SendDigits
    | DetectAnswerer
)
EdgeCommand = Answer | Reject | Dial | PickUp | HangUp | Refer | ReportTransfer | Drain | MediaCommand
