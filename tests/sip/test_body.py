from __future__ import annotations

import pytest

from ivr.sip.body import session_description
from ivr.sip.fault import SipFault
from ivr.sip.message import Request
from ivr.sip.parser import parse
from tests.sip.bench import SDP, request


def message(body: str, content_type: str, extra: str = "") -> Request:
    found = parse(request("INVITE", body=body, content_type=content_type, extra=extra))
    assert isinstance(found, Request)
    return found


def part(body: str, *headers: str) -> str:
    return "--b\r\n" + "".join(f"{header}\r\n" for header in headers) + f"\r\n{body}\r\n"


SDP_PART = part(SDP, "Content-Type: application/sdp")
ISUP = part("\1\2", "Content-Type: application/isup;version=itu", "Content-Disposition: signal;handling=optional")


def test_a_plain_description_is_the_description() -> None:
    assert session_description(message(SDP, "Application/SDP")) == SDP.encode()
    assert session_description(message("", "")) == b""


@pytest.mark.parametrize("kind", ["mixed", "related", "alternative"])
def test_among_parts_the_description_is_found(kind: str) -> None:
    body = ISUP + SDP_PART + "--b--\r\nepilogue"
    found = session_description(message(body, f'multipart/{kind};boundary="b"'))
    assert found == SDP.encode()


def test_a_preamble_and_bare_line_feeds_do_not_matter() -> None:
    body = ("a preamble\r\n" + SDP_PART + "--b--").replace("\r\n", "\n")
    assert session_description(message(body, "multipart/mixed; boundary=b")) == SDP.encode()


def test_parts_within_a_part_are_looked_into_once() -> None:
    inner = SDP_PART.replace("--b", "--c") + "--c--"
    outer = part(inner, "Content-Type: multipart/alternative;boundary=c") + "--b--"
    assert session_description(message(outer, "multipart/mixed;boundary=b")) == SDP.encode()
    third = part(outer.replace("--b", "--d"), "Content-Type: multipart/mixed;boundary=d") + "--b--"
    assert session_description(message(third, "multipart/mixed;boundary=b")) == b""


def test_of_alternatives_the_last_is_taken() -> None:
    other = SDP.replace("31000", "32000")
    body = SDP_PART + part(other, "Content-Type: application/sdp") + "--b--"
    assert session_description(message(body, "multipart/alternative;boundary=b")) == other.encode()
    assert session_description(message(body, "multipart/mixed;boundary=b")) == SDP.encode()


def test_a_part_that_must_be_understood_and_is_not_refuses_the_message() -> None:
    body = part("x", "Content-Type: application/x", "Content-Disposition: session;handling=required") + SDP_PART
    with pytest.raises(SipFault) as caught:
        session_description(message(body + "--b--", "multipart/mixed;boundary=b"))
    assert caught.value.code == 415


def test_a_body_of_another_kind_is_refused_unless_it_is_optional() -> None:
    for kind in ("text/plain", "multipart/mixed", "multipart/signed;boundary=b", ""):
        with pytest.raises(SipFault):
            session_description(message(SDP, kind))
    optional = "Content-Disposition: render;handling=optional\r\n"
    assert session_description(message("hello", "text/plain", optional)) == b""


def test_what_is_packed_is_refused() -> None:
    for extra in ("Content-Encoding: gzip\r\n", "Content-Transfer-Encoding: base64\r\n"):
        with pytest.raises(SipFault):
            session_description(message(SDP, "application/sdp", extra))
    assert session_description(message(SDP, "application/sdp", "Content-Encoding: identity\r\n")) == SDP.encode()


def test_an_early_session_is_not_the_session() -> None:
    body = part(SDP, "Content-Type: application/sdp", "Content-Disposition: early-session") + SDP_PART + "--b--"
    assert session_description(message(body, "multipart/mixed;boundary=b")) == SDP.encode()


@pytest.mark.parametrize(("body", "code"), [("no parts at all", 400), (ISUP * 40 + "--b--", 415)])
def test_parts_that_cannot_be_told_apart_or_are_too_many_are_refused(body: str, code: int) -> None:
    with pytest.raises(SipFault) as caught:
        session_description(message(body, "multipart/mixed;boundary=b"))
    assert caught.value.code == code
