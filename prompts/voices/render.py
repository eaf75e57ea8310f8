"""`python -m prompts.voices.render prompts|clips`: make the sound files that changed (needs the extra `voices`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from ruamel.yaml import YAML

from prompts.prompt_library import packaged_audio, product_clip
from prompts.texts import read_texts
from prompts.voices.cast import CALLER_VOICES, PROMPT_VOICES, Part
from prompts.voices.rendering import Line, render, stale

HERE = Path(__file__).resolve()
AUDIO = packaged_audio()
DEFAULT_HOTLINE = HERE.parents[2] / "config" / "default_hotline.yaml"
CLIPS = HERE.parents[2] / "hotline" / "demo" / "clips"
CALLERS = "callers.yaml"
LANGUAGES = ("en", "zh", "ko")
#: A product is spoken by the voice whose letters it is written in.
SCRIPTS = {"en": re.compile("[a-z]", re.I), "zh": re.compile("[\u4e00-\u9fff]"), "ko": re.compile("[\uac00-\ud7a3]")}
WORDS = ("words-", "time-", "category.", "product.")

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(stderr=True)


@app.command()
def clips(folder: Annotated[Path, typer.Argument(help="Where callers.yaml is and the clips go")] = CLIPS) -> None:
    """What the demo's callers say."""
    texts: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(folder / CALLERS)
    lines = [
        Line(f"{language}/{name}.opus", language, text, voice=language)
        for language, sayings in texts.items()
        for name, text in sayings.items()
    ]
    make(lines, folder, CALLER_VOICES)


@app.command()
def prompts(folder: Annotated[Path, typer.Argument(help="Where the clips go")] = AUDIO) -> None:
    """What callers hear, with the titles of the categories and the products of the default hotline file."""
    hotline = YAML(typ="safe").load(DEFAULT_HOTLINE)
    categories = hotline["categories"]
    lines = []
    for language in LANGUAGES:
        texts = read_texts(language)
        spoken = {line.clip: line.text for line in texts.lines()} if texts else {}
        spoken |= {f"category.{name}": about["titles"][language] for name, about in categories.items()}
        named = [product for product in hotline["products"] if SCRIPTS[language].match(product)]
        spoken |= {product_clip(product): product for product in named}
        for clip, text in spoken.items():
            voice = f"{language}-words" if clip.startswith(WORDS) else language
            lines.append(Line(f"{language}/{clip}.opus", language, text, voice))
    make(lines, folder, PROMPT_VOICES)


def make(lines: Sequence[Line], folder: Path, voices: Mapping[str, Part]) -> None:
    """Render with a progress bar."""
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(stale(lines, folder, voices)))

        def on_clip(line: Line) -> None:
            progress.update(task, advance=1, description=line.path)

        made, deleted = render(lines, folder, voices, on_clip)
    console.print(f"{folder}: {made} made, {deleted} deleted, {len(lines) - made} as they were")


if __name__ == "__main__":
    app()
