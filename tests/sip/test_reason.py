from __future__ import annotations

from ivr.sip.message import Request
from ivr.sip.parser import parse
from ivr.sip.reason import LONGEST, stated, with_phrase
from tests.sip.bench import request


def bye(*reasons: str) -> Request:
    found = parse(request("BYE", extra="".join(f"Reason: {reason}\r\n" for reason in reasons)))
    assert isinstance(found, Request)
    return found


def test_a_reason_is_told_with_its_cause_and_text() -> None:
    assert stated(bye('Q.850;cause=17;text="User busy"')) == "Q.850 17: User busy"
    assert stated(bye('SIP;cause=200;text="Call completed elsewhere"')) == "SIP 200: Call completed elsewhere"
    assert stated(bye("SIP ; cause=600", "Q.850;cause=16")) == "SIP 600, Q.850 16"
    assert stated(bye("preemption")) == "preemption"
    assert stated(bye()) == ""


def test_a_refusal_is_told_with_its_phrase() -> None:
    assert with_phrase("Busy Here", bye()) == "Busy Here"
    assert with_phrase("Busy Here", bye("Q.850;cause=17")) == "Busy Here (Q.850 17)"


def test_what_strangers_write_is_kept_short_and_printable() -> None:
    assert len(stated(bye('Q.850;text="' + "x" * 5000 + '"'))) == LONGEST
    assert stated(bye('Q.850;text="a\u202eb"')) == "Q.850: ab"
