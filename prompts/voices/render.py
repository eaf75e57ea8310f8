"""`python -m prompts.voices.render prompts|clips`: make the sound files that changed (needs the extra `voices`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from ruamel.yaml import YAML

from prompts.voices.cast import CALLER_VOICES, PROMPT_VOICES, Part
from prompts.voices.rendering import Line, render, stale

HERE = Path(__file__).resolve()
AUDIO = HERE.parents[1] / "audio"
CLIPS = HERE.parents[2] / "hotline" / "demo" / "clips"
CALLERS = "callers.yaml"

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(stderr=True)


@app.callback()
def main() -> None:
    """Render speech."""


@app.command()
def clips(folder: Annotated[Path, typer.Argument(help="Where callers.yaml is and the clips go")] = CLIPS) -> None:
    """What the demo's callers say."""
    texts: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(folder / CALLERS)
    lines = [
        Line(f"{language}/{name}.opus", language, text)
        for language, sayings in texts.items()
        for name, text in sayings.items()
    ]
    make(lines, folder, CALLER_VOICES)


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
