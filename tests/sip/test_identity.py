from __future__ import annotations

import pytest

from ivr.sip.identity import caller, is_refuted
from ivr.sip.message import Request
from ivr.sip.parser import parse
from tests.sip.bench import request

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=t'


def invite(*extra: str, from_: str = "<sip:+821011112222@h>;tag=t") -> Request:
    found = parse(request("INVITE", from_=from_, extra="".join(f"{line}\r\n" for line in extra)))
    assert isinstance(found, Request)
    return found


def test_from_counts_where_nobody_vouches_for_another() -> None:
    assert caller(invite(), is_trusted=True) == "+821011112222"
    asserted = invite("P-Asserted-Identity: <sip:+82299998888@h>")
    assert caller(asserted, is_trusted=False) == "+821011112222"
    assert caller(asserted, is_trusted=True) == "+82299998888"


def test_of_two_asserted_identities_the_number_counts() -> None:
    asserted = invite('P-Asserted-Identity: "Kim" <sip:kim@h>, <tel:+82-2-9999-8888>')
    assert caller(asserted, is_trusted=True) == "+82299998888"
    assert caller(invite("P-Asserted-Identity: <sip:kim@h>"), is_trusted=True) == "kim"


@pytest.mark.parametrize("privacy", ["id", "user;id;critical", "Header"])
def test_who_asks_for_privacy_is_nobody_even_to_a_trunk(privacy: str) -> None:
    asked = invite("P-Asserted-Identity: <sip:+82299998888@h>", f"Privacy: {privacy}")
    assert caller(asked, is_trusted=True) == ""


def test_a_privacy_of_none_hides_nobody() -> None:
    assert caller(invite("Privacy: none"), is_trusted=False) == "+821011112222"


@pytest.mark.parametrize("from_", [ANONYMOUS, "<sip:Anonymous@trunk>;tag=t", "<sip:x@anonymous.invalid>;tag=t"])
def test_an_anonymous_caller_has_no_number(from_: str) -> None:
    assert caller(invite(from_=from_), is_trusted=False) == ""


def test_the_older_header_is_believed_from_a_trunk_too() -> None:
    line = "Remote-Party-ID: <sip:+82299998888@h>;party=calling;screen=yes;privacy={}"
    assert caller(invite(line.format("off"), from_=ANONYMOUS), is_trusted=True) == "+82299998888"
    assert caller(invite(line.format("full")), is_trusted=True) == ""
    assert caller(invite(line.format("off")), is_trusted=False) == "+821011112222"
    called = line.replace("calling", "called").format("off")
    assert caller(invite(called), is_trusted=True) == "+821011112222"


def test_an_identity_that_cannot_be_read_is_none() -> None:
    assert caller(invite("P-Asserted-Identity: <sip:", "Remote-Party-ID: <<"), is_trusted=True) == "+821011112222"


@pytest.mark.parametrize(
    "asserted",
    [
        "<sip:+82299998888;verstat=TN-Validation-Failed@h;user=phone>",
        "<tel:+82299998888;verstat=TN-Validation-Failed-C>",
        "<sip:+82299998888@h>;verstat=tn-validation-failed",
    ],
)
def test_a_number_that_the_trunk_says_is_forged_is_not_believed(asserted: str) -> None:
    assert is_refuted(invite(f"P-Asserted-Identity: {asserted}"))
    assert is_refuted(invite(from_=f"{asserted};tag=t"))


@pytest.mark.parametrize("verdict", ["TN-Validation-Passed", "No-TN-Validation"])
def test_a_number_of_which_nothing_bad_is_said_is_believed(verdict: str) -> None:
    assert not is_refuted(invite(f"P-Asserted-Identity: <tel:+82299998888;verstat={verdict}>"))
    assert not is_refuted(invite())


def test_a_display_name_cannot_say_that_a_number_is_forged() -> None:
    assert not is_refuted(invite(from_='"x;verstat=TN-Validation-Failed" <sip:+82299998888@h>;tag=t'))
