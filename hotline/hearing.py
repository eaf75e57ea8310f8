"""The real ears of this machine, as the settings want them."""

from __future__ import annotations

from functools import partial

from config.settings import Settings, prepare_folder
from ivr.ports import Ears
from ivr.speech.ears import LocalEars
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import load_recognisers


def hearing(settings: Settings) -> Ears:
    """Not started yet."""
    models = ModelStore(prepare_folder(settings.models_folder))
    load = partial(load_recognisers, servers=settings.ears_remote_url)
    return LocalEars(models, second_hearing=settings.second_hearing, load=load)
