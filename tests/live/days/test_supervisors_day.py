"""The day of a supervisor: who waits, what many complain of, what was said, and a fault that is mended at last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.console.browser import Browser
from tests.live.days.house import ADMIN, AGENT, SUPERVISOR, DayHouse
from tests.live.days.phones import Phone, Phones

pytestmark = pytest.mark.timeout(180)

CALLER = "+821012340001"


@pytest.fixture
def desk_phone(phones: Phones) -> Phone:
    phone = phones.agents("ana")
    phone.answers_by_itself()
    return phone


@pytest.fixture
def house(tmp_path: Path, phones: Phones, desk_phone: Phone) -> Iterator[DayHouse]:
    house = DayHouse(tmp_path / "house", phones, {"ana": desk_phone})
    house.furnish(AGENT, SUPERVISOR, ADMIN)
    house.start()
    yield house
    house.stop()


def test_a_supervisor_finds_the_fault_behind_a_complaint_and_the_caller_hears_when_it_is_mended(
    house: DayHouse, phones: Phones, desk_phone: Phone, browser: Browser
) -> None:
    first, caller = phones.callers("+821012340002"), phones.callers(CALLER)
    with house.api(house.sign_in("ana")) as ana:
        for state in ("signed-in", "ready"):
            ana.post("/agents/ana/state", json={"state": state})

        # While Ana talks, somebody else waits.
        browser.sign_in(house.address, "sam")
        house.caller_says("I want my money back for the kettle")
        first.call(house.number)
        desk_phone.is_connected()
        browser.wait_for(".agents .state-talking")
        house.caller_says("the heater smells of burning and gets very hot")
        caller.call(house.number)
        browser.wait_text(".figure:first-child b", "1")
        browser.wait_text("#content", "Safety")

        # Then it is their turn, and Ana hears them out.
        first.hang_up()
        desk_phone.is_hung_up_on()
        ana.post("/agents/ana/work/finish", json={"solved": True, "note": "paid back"})
        desk_phone.is_connected()
        browser.wait_text(".figure:first-child b", "0")
        browser.wait_for(".agents .state-talking")
        desk_phone.hears_the_hotline_out()
        caller.hang_up()
        desk_phone.is_hung_up_on()
        ana.post("/agents/ana/work/finish", json={"solved": False, "note": "a technician looks at it"})

        # What was said can be listened to, and that one did is written down.
        browser.open(f"{house.address}/calls")
        browser.wait_for("[data-do=show]").click()
        browser.press("transcript")
        browser.wait_text("#content", "smells of burning")
        browser.listen()
        with house.api(house.sign_in("root")) as admin:
            looks = {(look["by"], look["what"]) for look in admin.get("/looks").json()}
        assert looks >= {("user:sam", "recording"), ("user:sam", "transcript")}

        # The fault behind it becomes a problem, to which the open cases of its kind are linked.
        browser.open(f"{house.address}/problems")
        browser.wait_for("[data-opens=open-problem]").click()
        browser.fill(title="The heater's cable melts", category="safety")
        browser.press("open-problem")
        browser.wait_text("#content", "the heater smells of burning")

        # It is mended: the page says whom we would call, and then they are called.
        browser.press("preview")
        browser.wait_text("#content", "1")
        browser.wait_for("[data-opens=solve-problem]").click()
        caller.answers_by_itself()
        browser.press("solve-problem")
        caller.is_connected()
        browser.open(f"{house.address}/wallboard")
        browser.wait_for(".agents .state-talking")
        caller.hang_up()
        assert not browser.driver.find_elements(By.CSS_SELECTOR, ".fault")
    assert browser.hosts_asked() == {"127.0.0.1"}
