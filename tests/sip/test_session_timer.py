from __future__ import annotations

import pytest

from ivr.sip.fault import SipFault
from ivr.sip.message import Response
from ivr.sip.session_timer import LONGEST, PREFERRED, SessionTimer, Terms, accepted, demanded, granted, offered
from tests.sip.test_body import message
from tests.sip.virtual_timers import VirtualTimers


def agree(expires: str | None, supported: str = "timer", **more: str) -> tuple[Terms, dict[str, str]]:
    lines = [f"Session-Expires: {expires}"] if expires else []
    lines += [f"Supported: {supported}"] if supported else []
    lines += [f"{name}: {value}" for name, value in more.items()]
    terms, headers = accepted(message("", "", "".join(f"{line}\r\n" for line in lines)))
    return terms, dict(headers)


def response(*headers: tuple[str, str], status: int = 200) -> Response:
    return message("", "").respond(status, headers=headers)


def test_they_get_what_they_ask_for() -> None:
    assert agree("600") == (Terms(600, False), {"require": "timer", "session-expires": "600;refresher=uac"})
    assert agree("600;refresher=uas") == (Terms(600, True), {"session-expires": "600;refresher=uas"})
    assert agree("600;Refresher=UAC")[0] == Terms(600, False)
    assert agree("600", supported="", Require="timer")[0] == Terms(600, False)
    assert agree("999999999")[0] == Terms(LONGEST, False)


def test_who_knows_nothing_of_it_is_refreshed_by_us() -> None:
    assert agree("600", supported="") == (Terms(600, True), {"session-expires": "600;refresher=uas"})
    assert agree(None, supported="") == (Terms(PREFERRED, True), {"session-expires": "1800;refresher=uas"})
    assert agree(None)[0] == Terms(PREFERRED, True)


def test_too_short_an_interval_is_refused_with_the_shortest() -> None:
    with pytest.raises(SipFault) as caught:
        agree("30")
    assert (caught.value.code, caught.value.headers) == (422, (("min-se", "90"),))
    assert agree("30", supported="")[0] == Terms(PREFERRED, True)


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "99999999999"])
def test_an_interval_that_is_no_number_is_a_bad_request(value: str) -> None:
    with pytest.raises(SipFault) as caught:
        agree(value)
    assert caught.value.code == 400


def test_we_ask_for_half_an_hour_or_more_where_more_is_demanded() -> None:
    assert dict(offered()) == {"session-expires": "1800", "min-se": "90"}
    assert dict(offered(minimum=3600)) == {"session-expires": "3600", "min-se": "3600"}
    assert dict(offered(600, is_refresh=True))["session-expires"] == "600;refresher=uac"


def test_their_answer_says_who_refreshes() -> None:
    assert granted(response(("session-expires", "900;refresher=uas")), 1800) == Terms(900, False)
    assert granted(response(("session-expires", "900;refresher=uac")), 1800) == Terms(900, True)
    assert granted(response(), 1800) == Terms(1800, True)
    assert granted(response(("session-expires", "1")), 1800) == Terms(90, True)


def test_a_422_demands_what_it_says() -> None:
    assert demanded(response(("min-se", "3600"), status=422)) == 3600
    for headers in ((), (("min-se", "x"),), (("min-se", "999999"),)):
        assert demanded(response(*headers, status=422)) is None


def told(terms: Terms) -> tuple[VirtualTimers, list[tuple[float, str]], SessionTimer]:
    timers = VirtualTimers()
    events: list[tuple[float, str]] = []
    timer = SessionTimer(
        timers,
        lambda: events.append((timers.now, "refresh")),
        lambda: events.append((timers.now, "expire")),
    )
    timer.start(terms)
    return timers, events, timer


def test_the_refresher_refreshes_at_half_time_and_both_end_before_the_end() -> None:
    timers, events, _ = told(Terms(1800, True))
    timers.advance(1800)
    assert events == [(900.0, "refresh"), (1768.0, "expire")]
    timers, events, _ = told(Terms(90, False))
    timers.advance(90)
    assert events == [(60.0, "expire")]


def test_a_refresh_begins_it_again_and_the_end_stops_it() -> None:
    timers, events, timer = told(Terms(1800, False))
    timers.advance(1000)
    timer.start(Terms(1800, False))
    timers.advance(1000)
    timer.stop()
    timers.advance(9999)
    assert events == []
