from __future__ import annotations

import numpy as np

from ivr.media.listeners import AnswererListener, KeyListener
from ivr.messages import Answerer, AnswererGuessed, DigitPressed, MediaEvent
from tests.media.sounds import babble
from tests.media.test_inband_dtmf import press


def test_keys_in_the_audio_are_told_as_pressed() -> None:
    told: list[MediaEvent] = []
    listener = KeyListener("leg", told.append)
    for rate in (8000, 16000):
        listener.begin(rate)
        listener.feed(press("12", rate))
    assert told == [DigitPressed("leg", key) for key in "1212"]


def test_who_answered_is_told_once() -> None:
    told: list[MediaEvent] = []
    listener = AnswererListener("leg", told.append)
    listener.begin(8000)
    listener.feed(np.concatenate((np.zeros(4000, dtype=np.int16), babble(0.6, 1, 8000))))
    assert not listener.guessed
    for _ in range(20):
        listener.feed(np.zeros(4000, dtype=np.int16))
    listener.begin(16000)
    listener.feed(np.zeros(5 * 16000, dtype=np.int16))
    assert listener.guessed
    assert len(told) == 1
    assert isinstance(told[0], AnswererGuessed)
    assert told[0].answerer is Answerer.PERSON


def test_before_a_stream_begins_nothing_is_heard() -> None:
    told: list[MediaEvent] = []
    for listener in (KeyListener("leg", told.append), AnswererListener("leg", told.append)):
        listener.feed(press("1" * 60))
    assert told == []
