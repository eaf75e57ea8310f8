from __future__ import annotations

import pytest

from ivr.sip.message import Response
from tests.sip.bench import Bench, request


def test_options_says_what_we_can_do() -> None:
    [answer] = Bench().receive(request("OPTIONS"))
    assert isinstance(answer, Response)
    assert answer.status == 200
    assert "INVITE" in (answer.header("allow") or "")
    assert answer.header("accept") == "application/sdp"


@pytest.mark.parametrize(
    ("method", "status"),
    [("BYE", 481), ("INFO", 481), ("NOTIFY", 481), ("REFER", 403), ("REGISTER", 405), ("SUBSCRIBE", 405), ("NEW", 501)],
)
def test_requests_that_belong_to_nothing_are_answered(method: str, status: int) -> None:
    assert Bench().status_of(request(method)) == status


def test_a_refused_method_says_which_are_taken() -> None:
    [answer] = Bench().receive(request("SUBSCRIBE"))
    assert "INVITE" in (answer.header("allow") or "")


def test_a_required_extension_is_named_as_unsupported() -> None:
    [answer] = Bench().receive(request("INVITE", extra="Require: 100rel, foo, bar\r\n"))
    assert isinstance(answer, Response)
    assert answer.status == 420
    assert answer.header("unsupported") == "foo, bar"


def test_keep_alives_and_stray_acks_and_responses_are_silent() -> None:
    bench = Bench()
    stray = request("OPTIONS").replace(b"OPTIONS sip:hotline@192.0.2.1 SIP/2.0", b"SIP/2.0 200 OK")
    for data in (b"", b"\r\n\r\n", b"\0\0\0\0", request("ACK"), stray):
        assert bench.receive(data) == []


def test_an_unknown_scheme_is_416_and_a_tel_uri_is_taken() -> None:
    bench = Bench()
    assert bench.status_of(request("INVITE", uri="nobodyKnowsThisScheme:opaque")) == 416
    assert bench.status_of(request("INVITE", uri="tel:+8215880000", call_id="c2")) == 180
