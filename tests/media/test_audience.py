from __future__ import annotations

import numpy as np

from ivr.media.audience import Audience
from ivr.media.codec import SILENCE, Codec, new_encoder
from ivr.messages import Answerer, AnswererGuessed, AudioChunk, DigitPressed, MediaEvent
from tests.media.sounds import tone
from tests.media.test_hearing import Ear
from tests.media.test_inband_dtmf import press


class Told:
    """An audience with everything it tells."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self.chunks: list[AudioChunk] = []
        self.changes: list[bool] = []
        self.audience = Audience("leg", self.events.append, self.chunks.append, self._changed)

    def _changed(self) -> None:
        self.changes.append(self.audience.present)

    def say(self, coded: bytes, first: int = 0, ssrc: int = 7) -> None:
        for number in range(len(coded) // 160):
            now, payload = 50.0 + (first + number) * 0.02, coded[160 * number : 160 * number + 160]
            self.audience.packet(False, first + number, (first + number) * 160, ssrc, payload, now)
            self.audience.due(now)


def test_nothing_is_decoded_before_somebody_listens_and_the_codec_is_known() -> None:
    told = Told()
    told.audience.tap(True)
    assert not told.audience.present
    told.audience.speak(Codec.PCMU)
    assert told.audience.present
    told.audience.tap(False)
    assert not told.audience.present
    assert told.changes == [False, True, False]


def test_the_ears_are_given_what_is_said_to_the_last_sample() -> None:
    told = Told()
    told.audience.speak(Codec.PCMU)
    told.audience.tap(True)
    told.say(new_encoder(Codec.PCMU).encode(tone(400, 1.0, 8000)))
    told.audience.tap(False)
    assert {chunk.rate for chunk in told.chunks} == {8000}
    assert sum(len(chunk.samples) for chunk in told.chunks) >= 2 * 8000 * 0.94


def test_a_new_source_is_a_new_stream_for_all_who_listen() -> None:
    told, ear = Told(), Ear()
    told.audience.speak(Codec.G722)
    told.audience.listen(ear)
    coded = new_encoder(Codec.G722).encode(tone(400, 0.4))
    told.say(coded)
    told.say(coded, first=20, ssrc=8)
    told.audience.speak(Codec.PCMU)
    told.audience.unlisten(ear)
    told.say(coded, first=40, ssrc=8)
    assert ear.rates == [16000, 16000, 8000]
    assert len(ear.heard) >= 16000 * 0.7


def test_keys_and_answerers_are_heard_when_asked_for() -> None:
    told = Told()
    told.audience.speak(Codec.PCMA)
    told.audience.hear_keys(True)
    told.say(new_encoder(Codec.PCMA).encode(np.concatenate((press("42"), np.zeros(1600, dtype=np.int16)))))
    told.audience.hear_keys(False)
    assert told.events == [DigitPressed("leg", "4"), DigitPressed("leg", "2")]
    told.audience.detect_answerer()
    told.say(SILENCE[Codec.PCMA] * 220, first=100)
    told.audience.sweep()
    assert told.events[2:] == [AnswererGuessed("leg", Answerer.UNCLEAR, "silent for 4 s")]
    assert not told.audience.present
