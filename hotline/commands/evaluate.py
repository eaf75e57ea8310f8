"""`hotline evaluate`: how well this hotline hears and understands, on material of known meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.hotline_yaml import read_hotline_file
from config.settings import load_settings
from ivr.flow.catalogue import STEPS

evaluate_app = typer.Typer(no_args_is_help=True, help="How well the hotline hears and understands.")


@evaluate_app.callback()
def evaluate() -> None:
    """How well the hotline hears and understands."""


@evaluate_app.command("text")
def text(
    file: Annotated[Path, typer.Argument(help="A CSV file headed text,label,language.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the confusion matrix, an SVG file.")] = None,
) -> None:
    """Precision, recall, F1 and confusion of texts whose label is a category or a wish; `nothing` is to be doubted."""
    from hotline.evaluation.evaluate_text import evaluate_text

    hotline, _ = read_hotline_file(load_settings().hotline_file, STEPS)
    screen = Console(stderr=True, highlight=False)
    evaluate_text(file, hotline, Console(highlight=False), screen, as_json=as_json, picture=picture)


@evaluate_app.command("speech")
def speech(
    manifest: Annotated[Path, typer.Argument(help="A CSV file headed path,transcript,language.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the character error rates, an SVG file.")] = None,
    calibration: Annotated[Path | None, typer.Option(help="Draw how far to trust confidence, an SVG file.")] = None,
) -> None:
    """Error rates of sound files of known words, at full and at telephone band, by the first and second hearing."""
    from hotline.evaluation.evaluate_speech import Shown, evaluate_speech
    from ivr.speech.models import ModelStore

    models = ModelStore(load_settings().models_folder)
    screen = Console(stderr=True, highlight=False)
    shown = Shown(as_json, picture, calibration)
    evaluate_speech(manifest, models, Console(highlight=False), screen, shown)
