"""The day of an agent: real calls, a real browser, a network that fails and a hotline that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from selenium.webdriver.support.select import Select

from config.clock import SystemClock
from tests.console.browser import Browser
from tests.live.days.house import AGENT, DayHouse
from tests.live.days.phones import Phone, Phones

pytestmark = pytest.mark.timeout(180)

CALLER, OWED = "+821012340001", "+821012340002"


@pytest.fixture
def desk_phone(phones: Phones) -> Phone:
    return phones.agents("ana")


@pytest.fixture
def house(tmp_path: Path, phones: Phones, desk_phone: Phone) -> Iterator[DayHouse]:
    house = DayHouse(tmp_path / "house", phones, {"ana": desk_phone})
    house.furnish(AGENT)
    house.start()
    yield house
    house.stop()


def test_an_agent_serves_a_caller_keeps_a_promise_and_survives_what_breaks(
    house: DayHouse, phones: Phones, desk_phone: Phone, browser: Browser
) -> None:
    caller, owed = phones.callers(CALLER), phones.callers(OWED)
    desk_phone.picks_up_when_asked()
    owed.answers_by_itself()

    # She comes in.
    browser.sign_in(house.address, "ana")
    browser.key("b")
    browser.wait_text(".state-bar .state", "Paused")
    browser.key("r")
    browser.wait_for(".state-bar .state-ready")

    # A caller says what it is about; she is told of the offer, accepts it by key, and sees the matter while she talks.
    house.caller_says("I want my money back for the kettle")
    caller.call(house.number)
    browser.wait_for(".who.stage-offered[data-offer]")
    assert browser.driver.title.startswith("● Offered to you")
    browser.key("a")
    desk_phone.is_connected()
    desk_phone.hears_the_hotline_out()
    browser.wait_for(".who.stage-talking")
    browser.wait_text(".transcript", "I want my money back for the kettle")

    # She puts them on hold for a moment.
    browser.key("o")
    browser.wait_for("[data-do=resume]")
    browser.key("o")
    browser.wait_for("[data-do=hold]")

    # A reload shows the same; with the network gone the page says so, and then shows what was missed.
    browser.driver.refresh()
    browser.wait_for(".who.stage-talking")
    browser.network(is_there=False)
    browser.wait_for("#popup[aria-hidden=false]")
    browser.wait_text("#popup", "The connection is lost")
    caller.hang_up()
    browser.network(is_there=True)
    browser.wait_gone("#popup")
    browser.wait_for(".who.stage-wrap-up")
    browser.wait_for(".actions textarea").send_keys("the money is on its way")
    Select(browser.wait_for("select[name=category]")).select_by_index(1)
    browser.wait_for("input[name=solved][value=yes]").click()
    browser.press("finish")
    browser.wait_gone(".who")

    # The time at which we would ask how it went does not suit; she agrees on another one.
    browser.wait_for("[data-opens=move]").click()
    day = (SystemClock().now() + timedelta(days=2)).date().isoformat()
    browser.choose_moment("#move [data-moment=opens]", f"{day}T10:00")
    browser.choose_moment("#move [data-moment=due]", f"{day}T12:00")
    browser.fill(reason="on Thursdays they are at home")
    browser.press("renegotiate")
    browser.wait_gone("#move")
    browser.wait_text(".columns", f"{day} 10:00")

    # In a pause she claims what the team owes, and keeps it.
    browser.key("p")
    browser.wait_text(".state-bar .state", "Paused")
    house.owes(OWED, within=3600)
    browser.wait_for("[data-key=C]")
    browser.key("c")
    owed.is_connected()
    browser.wait_for(".who.stage-talking")
    owed.hang_up()
    browser.wait_for(".who.stage-wrap-up")
    Select(browser.wait_for("select[name=outcome]")).select_by_value("answered")
    Select(browser.wait_for("select[name=category]")).select_by_index(1)
    browser.wait_for("input[name=solved][value=no]").click()
    browser.press("finish")
    browser.wait_gone(".who")
    browser.wait_gone("[data-key=C]")

    # The hotline is killed. The page says so, and comes back with it; nobody signs in again.
    house.kill()
    browser.wait_for("#popup[aria-hidden=false]")
    house.start()
    browser.wait_gone("#popup")
    browser.wait_for(".state-bar .state")
    assert browser.hosts_asked() == {"127.0.0.1"}
