"""Practice over the default hotline file: for pictures and the browser."""

from __future__ import annotations

from config.clock import Clock
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from console.rooms import Room
from console.workshop.practice import PracticeService
from console.workshop.practice_room import build_practice
from hotline.practice.practising import Practising
from hotline.practice.scripts import CLIPS
from ivr.flow.catalogue import STEPS


def practice_room(clock: Clock) -> Room:
    """The room over real runs, for the agents of the sample floor, too."""
    file = read_hotline_file(default_hotline_file(), STEPS)[0]
    trainee = file.agents["ana"].model_copy(update={"name": "Kim Min-ji"})
    file = file.model_copy(update={"agents": {**file.agents, "minji": trainee}})
    return build_practice(PracticeService(Practising(lambda: file, clock)), CLIPS)
