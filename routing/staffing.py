"""Whether the people of the hotline file can carry the load that it declares, tier by tier. Pure.

Every judgement errs on the side of the staffing: queues that share agents are pooled, languages and skills are left
out, and a tier is only held up by the calls of tiers that gain priority at least as fast. What is said to be too much
is too much; what passes may still be tight, and a rehearsal tells.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile
from config.source_map import SourceMap
from routing.erlang import answered_within
from routing.hours import Spell, open_spells

#: A Monday; weekly hours are looked at in the week that begins here, without holidays and exceptions.
_WEEK = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Load:
    """What some queues bring at one time of the week, and who is there for it."""

    queues: tuple[str, ...]
    from_: datetime
    agents: int
    arrivals: float
    service: float
    patience: float | None

    def level(self, agents: int, share_of_calls: float, target_wait: float) -> float:
        """The share of so many of the calls that is answered in time."""
        return answered_within(target_wait, agents, self.arrivals * share_of_calls, self.service, self.patience)


def tier_loads(file: HotlineFile) -> dict[str, float]:
    """Each tier's load as a share of what all agents together can carry; they add up to the occupancy.

    Empty when the file declares no calls or nobody to serve them.
    """
    erlangs = sum((queue.calls_per_hour or 0.0) * queue.service_seconds / 3600 for queue in file.queues.values())
    serving = _serving(file, _declared(file))
    if not erlangs or not serving:
        return {}
    return {tier: share * erlangs / len(serving) for tier, share in tier_shares(file).items()}


def tier_shares(file: HotlineFile) -> dict[str, float]:
    """How many of all calls each tier has; tiers that do not say share what the others leave equally."""
    said = {name: tier.share_of_calls for name, tier in file.tiers.items() if tier.share_of_calls is not None}
    silent = len(file.tiers) - len(said)
    rest = max(0.0, 1 - sum(said.values()))
    return {name: said[name] if name in said else rest / silent for name in file.tiers}


def staffing_faults(file: HotlineFile, sources: SourceMap) -> Iterator[Fault]:
    """A warning for each tier whose standard cannot be met in the week's worst hour, and for hours without staff."""
    loads = [load for queues in _pools(file) for load in _week(file, queues)]
    for load in _first_of_each(load for load in loads if load.agents == 0):
        what = f"nobody is there for {_names(load.queues)} on {_moment(file, load.from_)}"
        remedy = "give an agent a shift that covers it, or shorten the hours"
        yield Fault(sources.file, sources.line("queues", load.queues[0]), what, remedy, Severity.WARNING)
    staffed = [load for load in loads if load.agents]
    for name, tier in file.tiers.items():
        share = _share_of_calls_ahead(file, name)
        judged = [(load.level(load.agents, share, tier.target_wait), load) for load in staffed if share > 0]
        level, worst = min(judged, key=lambda item: item[0], default=(1.0, None))
        if worst is None or level >= tier.target_share:
            continue
        what = (
            f"at most {level:.0%} of `{name}` calls can be answered within {tier.target_wait:g} s, not"
            f" {tier.target_share:.0%}: {_count(worst.agents)} for {worst.arrivals * 3600:g} calls an hour of"
            f" {_names(worst.queues)} on {_moment(file, worst.from_)}"
        )
        enough = _enough(worst, share, tier.target_wait, tier.target_share)
        remedy = f"it takes {_count(enough)}, or a longer `target_wait`"
        line = sources.line("tiers", name, "target_wait")
        yield Fault(sources.file, line, what, remedy, Severity.WARNING)


def _declared(file: HotlineFile) -> list[str]:
    return [name for name, queue in file.queues.items() if queue.calls_per_hour is not None]


def _serving(file: HotlineFile, queues: Collection[str]) -> set[str]:
    """The agents who serve some of the queues."""
    return {
        name
        for name, agent in file.agents.items()
        if not agent.queues or any(queue in agent.queues for queue in queues)
    }


def _pools(file: HotlineFile) -> list[tuple[str, ...]]:
    """Each queue alone, and queues that are joined by agents who serve several: no load may be more than its people."""
    pools: list[set[str]] = []
    for queue in _declared(file):
        joined = {queue}
        apart = []
        for pool in pools:
            if _serving(file, pool) & _serving(file, joined):
                joined |= pool
            else:
                apart.append(pool)
        pools = [*apart, joined]
    order = list(file.queues)
    sets = [{queue} for queue in _declared(file)] + [pool for pool in pools if len(pool) > 1]
    return [tuple(sorted(pool, key=order.index)) for pool in sets]


def _week(file: HotlineFile, queues: Collection[str]) -> Iterator[_Load]:
    """The load of these queues in each stretch of the week in which neither hours nor shifts change."""
    opening = {queue: list(_spells(file, file.queues[queue].hours)) for queue in queues}
    shifts = {name: list(_spells(file, file.agents[name].shift)) for name in _serving(file, queues)}
    every_spell = [spell for spells in (*opening.values(), *shifts.values()) for spell in spells]
    for start in sorted({moment for spell in every_spell for moment in spell}):
        now_open = [queue for queue, spells in opening.items() if _covers(spells, start)]
        if not now_open:
            continue
        there = [name for name in _serving(file, now_open) if _covers(shifts[name], start)]
        declared = [(file.queues[queue], file.queues[queue].calls_per_hour or 0.0) for queue in now_open]
        calls = sum(each for _, each in declared)
        patience = [queue.patience_seconds for queue, _ in declared]
        yield _Load(
            queues=tuple(now_open),
            from_=start,
            agents=len(there),
            arrivals=calls / 3600,
            service=sum(queue.service_seconds * each for queue, each in declared) / calls,
            patience=None
            if None in patience
            else sum((queue.patience_seconds or 0.0) * each for queue, each in declared) / calls,
        )


def _spells(file: HotlineFile, name: str | None) -> Iterable[Spell]:
    """The weekly hours of that name; none means always."""
    hours = file.hours.get(name) if name is not None else None
    if hours is not None:
        hours = hours.model_copy(update={"open": (), "closed": (), "holidays": False})
    return open_spells(hours, file.hotline, _WEEK, _WEEK + timedelta(days=7))


def _covers(spells: Iterable[Spell], moment: datetime) -> bool:
    return any(spell.start <= moment < spell.end for spell in spells)


def _share_of_calls_ahead(file: HotlineFile, tier: str) -> float:
    """The part of all calls that this tier cannot overtake in the long run, its own among them."""
    shares = tier_shares(file)
    return sum(shares[name] for name in file.tiers if name == tier or _standing(file, name) >= _standing(file, tier))


def _standing(file: HotlineFile, tier: str) -> float:
    """Orders tiers by the rate of their priority; solved rates are higher for shorter target waits."""
    standard = file.tiers[tier]
    return standard.priority_rate if file.scoring.rates == "given" else -standard.target_wait


def _enough(load: _Load, share: float, target_wait: float, target_share: float) -> int:
    """The fewest agents who meet the standard; there always are, since plenty leave nobody waiting."""
    few = many = load.agents
    while load.level(many, share, target_wait) < target_share:
        few, many = many, 2 * many
    fewest = range(few, many + 1)
    return fewest[bisect_left(fewest, target_share, key=lambda n: load.level(n, share, target_wait))]


def _first_of_each(loads: Iterable[_Load]) -> Iterable[_Load]:
    return {load.queues: load for load in reversed(list(loads))}.values()


def _moment(file: HotlineFile, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(file.hotline.zone)):%a at %H:%M}"


def _names(queues: Collection[str]) -> str:
    return " and ".join(f"`{queue}`" for queue in queues)


def _count(agents: int) -> str:
    return f"{agents} agent" if agents == 1 else f"{agents} agents"
