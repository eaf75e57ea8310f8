"""The tiers' priority rates, solved from their target waits where the hotline file asks for it."""

from __future__ import annotations

from config.hotline_file import HotlineFile
from routing.rates import solved_rates
from routing.staffing import tier_loads


def with_rates(file: HotlineFile) -> HotlineFile:
    """The file with every `priority_rate` to go by filled in, so that nobody who asks a tier for it can forget."""
    if file.scoring.rates == "given":
        return file
    loads = tier_loads(file)
    rates = solved_rates(
        [loads.get(tier, 0.0) for tier in file.tiers], [standards.target_wait for standards in file.tiers.values()]
    )
    solved = {
        name: standards.model_copy(update={"priority_rate": rate})
        for (name, standards), rate in zip(file.tiers.items(), rates, strict=True)
    }
    return file.model_copy(update={"tiers": solved})
