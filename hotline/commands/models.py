"""`hotline models`: which recognisers are here, and fetching more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from config.errors import NotFound
from config.settings import load_settings
from ivr.speech.download import fetch
from ivr.speech.models import FETCHABLE, ModelStore, PresentModel, fetchable

models_app = typer.Typer(no_args_is_help=True, help="Speech models: what is here, and fetching more.")

_MANY = 8  # more languages than this are counted, not named


@models_app.command("list")
def list_models() -> None:
    """Show the models on this machine and those that can be fetched."""
    store = ModelStore(load_settings().models_folder)
    table = Table("language", "model", "engine", "where", "size", "ready")
    present = store.present()
    for model in present:
        table.add_row(
            _languages(model), model.name, model.engine, str(model.where), _megabytes(model.size), _state(model)
        )
    for offer in FETCHABLE:
        if offer.name not in {model.name for model in present}:
            command = f"hotline models fetch {offer.language}"
            table.add_row(offer.language, offer.name, "vosk", offer.url, _megabytes(offer.size), f"no: {command}")
    Console().print(table)


@models_app.command("fetch")
def fetch_model(
    language: Annotated[str, typer.Argument(help="zh, en, ko or ja")],
    from_file: Annotated[
        Path | None, typer.Option(help="take the archive from this file; for machines without the internet")
    ] = None,
) -> None:
    """Fetch the Vosk model of a language from Vosk's own site."""
    model = fetchable(language)
    if model is None:
        known = ", ".join(one.language for one in FETCHABLE)
        raise NotFound(
            f"no model is known for the language {language!r}",
            remedy=f"choose one of {known}, or unpack a model of https://alphacephei.com/vosk/models into "
            f"{load_settings().models_folder}",
        )
    console = Console(stderr=True)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress("{task.description}", *columns, console=console) as bar:
        task = bar.add_task(model.name, total=model.size)
        place = fetch(
            model,
            load_settings().models_folder,
            lambda done, whole: bar.update(task, completed=done, total=whole),
            from_file,
        )
        bar.update(task, completed=model.size)
    console.print(f"{model.name} is ready in {place}; it is used from the next start on")


def _languages(model: PresentModel) -> str:
    if len(model.languages) > _MANY:
        return f"{len(model.languages)} languages, en, ko and zh among them"
    return ", ".join(model.languages)


def _state(model: PresentModel) -> str:
    return "yes" if model.ready else "yes, made ready at the first start"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
