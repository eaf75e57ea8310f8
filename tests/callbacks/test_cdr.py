"""Calls as call detail records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callbacks.calls.cdr import COLUMNS, cdr
from callbacks.calls.model import CallRecord
from callbacks.model import Contact
from tests.callbacks.samples import MINUTE, NOON

LEE = Contact("c-1", "+821012345678", "vip", name="Lee Ji-won")
CALL = CallRecord("call-1", "c-1", "1588", "vip", NOON, answered_at=NOON + MINUTE / 12, ended_at=NOON + 2 * MINUTE,
                  ended_by="them", queue="urgent", case="case-1")  # fmt: skip
ASTERISKS = """\
accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec disposition
amaflags userfield uniqueid linkedid sequence
"""


def test_asterisks_fields_come_first_and_by_their_names() -> None:
    named = tuple(ASTERISKS.split())
    assert COLUMNS[: len(named)] == named


def test_a_call_from_a_caller_is_billed_from_the_first_answer_on() -> None:
    record = cdr(CALL, LEE, full_numbers=True)
    assert (record.src, record.dst, record.dcontext) == ("+821012345678", "1588", "inbound")
    assert (record.duration, record.billsec, record.disposition) == (120, 115, "ANSWERED")
    assert (record.lastapp, record.lastdata, record.dstchannel) == ("Queue", "urgent", "")
    assert (record.uniqueid, record.linkedid, record.sequence, record.userfield) == ("call-1", "call-1", 0, "case-1")
    bridged = cdr(replace(CALL, bridged_at=NOON + MINUTE, agent="jin"), LEE, full_numbers=True)
    assert (bridged.wait, bridged.dstchannel) == (60.0, "SIP/jin")


def test_a_call_that_we_dialled_goes_to_the_contact() -> None:
    dialled = replace(CALL, promise="promise-1", dialled="+442071838750", queue="urgent")
    record = cdr(dialled, LEE, full_numbers=True)
    assert (record.src, record.dst, record.dcontext, record.lastapp) == ("", "+442071838750", "outbound", "Dial")
    forgotten = cdr(replace(dialled, dialled=""), LEE, full_numbers=True)
    assert forgotten.dst == LEE.number


def test_numbers_and_names_are_for_who_may_see_contacts() -> None:
    for call in (CALL, replace(CALL, promise="promise-1", dialled="+821012345678")):
        told = repr(cdr(call, LEE, full_numbers=False))
        assert "12345678" not in told
        assert "Lee" not in told
        assert "+82********78" in told


@pytest.mark.parametrize(
    ("ended_by", "answered", "disposition"),
    [("them", True, "ANSWERED"), ("them", False, "NO ANSWER"), ("us", False, "NO ANSWER"), ("fault", False, "FAILED")],
)
def test_the_disposition_says_how_far_it_came(ended_by: str, answered: bool, disposition: str) -> None:
    call = replace(CALL, ended_by=ended_by, answered_at=NOON if answered else None)
    assert cdr(call, LEE, full_numbers=True).disposition == disposition


def test_of_a_call_that_goes_on_the_end_is_not_known() -> None:
    record = cdr(replace(CALL, ended_at=None, ended_by=None), None, full_numbers=True)
    assert (record.end, record.duration, record.billsec, record.src, record.clid) == (None, None, None, "", "")
