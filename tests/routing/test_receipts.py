from __future__ import annotations

from dataclasses import replace

from config.urgency import Urgency
from routing.receipts import Candidate, Reason, Receipt, RunnerUp, explain
from routing.work import WorkKind
from tests.routing.floors import at

RECEIPT = Receipt(
    at=at(12),
    work="c1",
    kind=WorkKind.CALL,
    tier="vip",
    urgency=Urgency.SAFETY,
    waited=12.4,
    agent="kim",
    score=100_049.6,
    terms={"waiting": 49.6, "urgency": 100_000.0},
    runner_up=RunnerUp("c2", 72.0),
    ahead_of=2,
    ring=0,
    skills=(("safety", 4),),
    considered=(Candidate("kim", 4, 30.0, calm=False), Candidate("lee", 3, 60.0, calm=True)),
    free=2,
    reason=Reason.HIGHER_LEVEL,
    file_version="v1",
)


def test_a_receipt_reads_as_one_line() -> None:
    assert explain(RECEIPT) == "safety first (100000), vip waited 12 s; ahead of 2; skill safety 4; highest level"


def test_what_weighs_less_than_the_waiting_is_not_called_first() -> None:
    receipt = replace(
        RECEIPT,
        tier="standard",
        urgency=Urgency.SERVICE,
        waited=7300.0,
        terms={"waiting": 7300.0, "urgency": 60.0, "repeat": 300.0, "promise": 450.0},
        ahead_of=0,
        ring=1,
        reason=Reason.OWN_AGENT,
    )
    assert explain(receipt) == (
        "service (60), standard waited 2 h; complained before (+300); promise near its time (+450); "
        "skill safety 4; levels relaxed by 1; own agent"
    )
