"""The picture in the documents is the one the table draws."""

from __future__ import annotations

from pathlib import Path

from callbacks.diagram import draw, main
from callbacks.ledger import TRANSITIONS

PICTURE = Path(__file__).parents[2] / "docs" / "promise-states.mmd"


def test_the_committed_picture_is_fresh() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run: python -m callbacks.diagram docs/promise-states.mmd"


def test_every_transition_is_in_the_picture(tmp_path: Path) -> None:
    main(str(tmp_path / "picture.mmd"))
    lines = (tmp_path / "picture.mmd").read_text(encoding="utf-8").splitlines()
    for (before, kind), after in TRANSITIONS.items():
        arrow = f"    {before or '[*]'} --> {after}: "
        assert any(line.startswith(arrow) and kind in line.removeprefix(arrow).split(", ") for line in lines)
