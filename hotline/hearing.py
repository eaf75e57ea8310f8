"""The real ears of this machine, as the settings want them."""

from __future__ import annotations

from config.settings import Settings, prepare_folder
from ivr.ports import Ears
from ivr.speech.ears import LocalEars
from ivr.speech.models import ModelStore


def hearing(settings: Settings) -> Ears:
    """Not started yet."""
    models = ModelStore(prepare_folder(settings.models_folder))
    return LocalEars(models, second_hearing=settings.second_hearing)
