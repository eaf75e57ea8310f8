"""What the telephone edge and the ears are asked, and what they tell: small frozen values, nothing else.

Every value can be sent to another process. `leg` is the id of one SIP dialog; `turn` numbers prompts, listens and
timers of a call, so that an answer that comes too late is recognised and dropped.
"""

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
EdgeCommand = Answer | Reject | Dial | HangUp | Refer | ReportTransfer | Drain | MediaCommand

# --- told by the edge --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegArrived:
    """Someone calls us. `caller` and `dialled` are the user parts of From and of the request URI.

    A call that outlived the program's main process arrives once more: it is up already, has been on the line for
    `waited` seconds, and its `Answer` is answered with `LegAnswered` at once.
    """

    leg: str
    caller: str
    dialled: str
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The called phone rings (180, 183)."""

    leg: str


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
    """Who ended a leg."""

    THEM = "them"
    US = "us"
    FAULT = "fault"


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

# --- edge to ears ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """What a tapped leg said: mono signed 16-bit little-endian samples, 8,000 or 16,000 a second, 20 to 100 ms."""

    leg: str
    rate: int
    samples: bytes


# --- asked of the ears -------------------------------------------------------------------------------------------


class Expecting(StrEnum):
    """What the step hopes to hear; narrows the vocabulary where that helps."""

    SPEECH = "speech"
    YES_NO = "yes-no"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear one utterance on this leg. It ends `pause` seconds after the caller fell silent, or after `maximum`;
    `no_input` seconds without speech end in `NothingHeard`. Times are seconds."""

    leg: str
    turn: int
    language: str
    expecting: Expecting
    pause: float
    no_input: float
    maximum: float


@dataclass(frozen=True, slots=True)
class StopListening:
    """The answer is no longer wanted."""

    leg: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The leg is over: drop its audio and everything known of its voice."""

    leg: str


EarsCommand = Listen | StopListening | Forget

# --- told by the ears --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word: seconds from the start of the utterance, confidence 0 to 1."""

    word: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was heard and how it was said.

    `confidence` is 0 to 1; `speech` and `duration` seconds; `level` dBFS of the speech; `pitch` its median in hertz,
    0 where none was voiced; `rate` syllables a second. `heard_by` names the recogniser whose text stands, and
    `reason` says why a second hearing was or was not taken.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    confidence: float
    duration: float
    speech: float
    level: float
    pitch: float
    rate: float
    heard_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak: the prompt can stop (barge-in)."""

    leg: str
    turn: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller's utterance is complete."""

    leg: str
    turn: int
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """The caller said nothing in time, or nothing that could be understood as speech."""

    leg: str
    turn: int


@dataclass(frozen=True, slots=True)
class EarsUnavailable:
    """Speech cannot be heard now: the caller must be offered keys."""

    leg: str
    turn: int
    reason: str


EarsEvent = SpeechStarted | Heard | NothingHeard | EarsUnavailable
