"""The tone of one caller's voice, utterance after utterance."""

from __future__ import annotations

from ivr.messages import Utterance
from ivr.speech.mood import OwnVoice, Prosody, change_of, mood_after
from routing.work import Mood

_TENSION = (Mood.CALM, Mood.TENSE, Mood.UPSET)
#: Seconds of speech that can show that a caller has calmed down: a short "yes" after a complaint does not.
_CALMS_FROM = 1.0


class Tone:
    """Knows the caller's own voice, and tells the mood by it."""

    def __init__(self) -> None:
        self._own: OwnVoice | None = None
        self._mood = Mood.CALM
        self.told_by = ""  #: what the mood was told by; empty before there is anything to compare

    def of(self, utterance: Utterance) -> Mood:
        """The caller's mood after what was just said; calm at first, when the voice is the caller's own."""
        voice = Prosody(utterance.level, utterance.pitch, utterance.rate)
        if self._own is None:
            self._own = OwnVoice(voice, utterance.speech)
            return self._mood
        change = change_of(self._own.voice, voice)
        self._own = self._own.and_then(voice, utterance.speech)
        mood = mood_after(change)
        if utterance.speech >= _CALMS_FROM or _TENSION.index(mood) >= _TENSION.index(self._mood):
            self._mood, self.told_by = mood, str(change)
        return self._mood
