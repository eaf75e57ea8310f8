"""The picture of a promise's life, drawn from the ledger's table: `python -m callbacks.diagram FILE` writes it."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from callbacks.ledger import TRANSITIONS
from callbacks.model import PromiseState


def draw() -> str:
    """Mermaid text of a state diagram; entries between the same two states share an arrow."""
    arrows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (before, kind), after in TRANSITIONS.items():
        arrows[before or "[*]", after].append(kind)
    lines = ["%% Drawn by callbacks/diagram.py from callbacks/ledger.py; do not edit.", "stateDiagram-v2"]
    lines += [f"    {before} --> {after}: {', '.join(sorted(kinds))}" for (before, after), kinds in arrows.items()]
    lines += [f"    {state} --> [*]" for state in PromiseState if not state.is_open]
    return "\n".join(lines) + "\n"


def main(target: str) -> None:
    """Write the picture."""
    Path(target).write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
