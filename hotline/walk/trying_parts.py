"""The parts of a walk that tell what they do: the telephone its commands, the prompts their sounds, the understanding
its readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from config.clock import Clock
from config.hotline_file import HotlineFile
from hotline.walk.notes import Note
from hotline.walk.telephone import ShownPrompts, WalkTelephone
from ivr import messages as wire
from ivr.understanding.understander import Understander, learn_from
from ivr.understanding.understanding import Understanding
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import Phrase
from prompts.prompt_library import PromptLibrary

_MOST_SCORES = 4
#: Told for every call and of no interest to whoever tries a flow.
_QUIET = (wire.Tap, wire.Forget)
#: What is in no value of a command that people read.
_INNER = frozenset({"leg", "turn", "note", "prompt", "clips", "other", "replaces", "pause", "no_input", "maximum"})


class HeardPrompts(ShownPrompts):
    """Prompts whose clips are their texts, and that know the sounds of each text they gave."""

    def __init__(self, file: HotlineFile, overrides: Path | None) -> None:
        super().__init__(file, overrides=overrides)
        self._sounds: dict[str, tuple[tuple[str, ...], bool]] = {}

    def clips(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        text = self.text(phrase, language, mood, now, zone)
        sounds = PromptLibrary.clips(self, phrase, language, mood, now, zone)
        wanted = sum(bool(clip) for clip, _ in self._spoken(phrase, language, mood, now, zone))
        self._sounds[text] = sounds, len(sounds) < wanted
        return (text,)

    def sounds_of(self, texts: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        """The sounds of these texts in speaking order, and whether some of it has none."""
        found = [self._sounds.get(text, ((), True)) for text in texts if text != HOLD_MUSIC]
        return tuple(clip for clips, _ in found for clip in clips), any(unheard for _, unheard in found)


class ToldUnderstander(Understander):
    """Tells every reading, with what it is likest to."""

    def __init__(self, file: HotlineFile, tell: Callable[[str, Understanding, tuple[tuple[str, float], ...]], None]):
        super().__init__(file)
        self._all = file
        self._tell = tell

    def understand(
        self, text: str, language: str, now: datetime, *, zone: ZoneInfo | None = None, asked_when: bool = False
    ) -> Understanding:
        reading = super().understand(text, language, now, zone=zone, asked_when=asked_when)
        self._tell(text, reading, self._scores(text, language))
        return reading

    def _scores(self, text: str, language: str) -> tuple[tuple[str, float], ...]:
        model = learn_from(self._all, language) if language in self._all.languages else None
        beliefs = model.look(text.lower()).categories if model is not None else {}
        return tuple(sorted(beliefs.items(), key=lambda one: -one[1])[:_MOST_SCORES])


class ToldTelephone(WalkTelephone):
    """Tells every command that is given to it and to its ears, with whose leg it is about."""

    def __init__(
        self,
        clock: Clock,
        show: Callable[[Note], None],
        stations: Callable[[str], str | None],
        tell: Callable[[str, tuple[tuple[str, str], ...]], None],
    ) -> None:
        super().__init__(clock, show, stations)
        self.playing: tuple[str, ...] = ()
        self._named = stations
        self._tell_command = tell
        self._whose: dict[str, str] = {}

    def send(self, command: wire.EdgeCommand) -> None:
        match command:
            case wire.Dial(leg=leg, target=target):
                self._whose[leg] = self._named(target) or target
            case wire.Play(clips=clips):
                self.playing = clips
        self._note(command)
        super().send(command)

    def listens(self, command: wire.EarsCommand) -> None:
        self._note(command)
        super().listens(command)

    def _note(self, command: wire.EdgeCommand | wire.EarsCommand) -> None:
        if not isinstance(command, _QUIET):
            self._tell_command(type(command).__name__, tuple(self._values(command)))

    def _values(self, command: wire.EdgeCommand | wire.EarsCommand) -> Iterator[tuple[str, str]]:
        legs = [str(getattr(command, name)) for name in ("leg", "other") if hasattr(command, name)]
        if legs:
            yield "who", " + ".join(self._whose.get(leg, "caller") for leg in legs)
        for field in fields(command):
            value = getattr(command, field.name)
            if field.name not in _INNER and value not in ("", None, False, ()):
                yield field.name, " ".join(value) if isinstance(value, tuple) else str(value)
