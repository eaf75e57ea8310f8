"""Which benches there are, and the modules each consists of. A module has `rows() -> Iterator[Row]`."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import NotFound

BENCHES: Mapping[str, tuple[str, ...]] = {
    "sip": ("hotline.bench.sip", "hotline.bench.bridges", "hotline.bench.set_ups", "hotline.bench.beside"),
    "churn": ("hotline.bench.churn",),
    "speech": ("hotline.bench.speech", "hotline.bench.speech_crowd", "hotline.bench.understanding"),
    "routing": ("hotline.bench.routing", "hotline.bench.rehearsal"),
    "promises": ("hotline.bench.promises", "hotline.bench.a_million_promises"),
    "sizing": (
        "hotline.bench.calls",
        "hotline.bench.sound_costs",
        "hotline.bench.floor_log",
        "hotline.bench.floor_at_a_million",
    ),
    "console": ("hotline.bench.console", "hotline.bench.fifty_desks"),
}


def chosen(only: str | None, benches: Mapping[str, tuple[str, ...]] = BENCHES) -> Mapping[str, tuple[str, ...]]:
    """All benches, or the one that is named. Raises `NotFound`."""
    if not only:
        return benches
    if only not in benches:
        raise NotFound(f"there is no bench {only!r}", remedy=f"choose one of {', '.join(benches)}")
    return {only: benches[only]}
