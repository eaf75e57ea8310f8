"""The console in a real browser: what an agent and a supervisor do in an hour, told in a minute."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from tests.console.browser import Browser, FakeConsole

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


def test_an_agent_gets_an_offer_finishes_it_and_nothing_leaves_the_machine(
    console: FakeConsole, browser: Browser
) -> None:
    browser.open(f"{console.address}/desk")
    assert browser.text("button.main") == "Sign in"
    browser.sign_in(console.address, "minji")
    browser.wait_text(".state-bar .state", "Paused")

    browser.key("r")
    browser.wait_for(".state-bar .state-ready")
    browser.wait_text(".now", "Nothing in hand")

    console.tell("offer")
    browser.wait_for(".who.stage-offered")
    shown = browser.text(".now")
    assert all(text in shown for text in ("Lee Ji-won", "VIP", "Safety", "Product safety", "my daughter was near it"))
    assert browser.driver.title.startswith("● Offered to you")
    console.tell("connect")
    browser.wait_for(".who.stage-talking")
    browser.key("h")
    note = browser.wait_for(".actions textarea")
    note.send_keys("a new charger is on its way")
    console.tell("news")
    browser.wait_gone("[data-item='pr-664902']")  # the news was drawn, and took nothing from what was typed
    assert note.get_property("value") == "a new charger is on its way"
    Select(browser.wait_for("select[name=category]")).select_by_value("safety")
    browser.wait_for("input[name=solved][value=yes]").click()
    browser.press("finish")
    browser.wait_for(".state-bar .state-ready")
    browser.wait_gone(".who")

    browser.wait_for(".menu.me summary").click()
    Select(browser.wait_for("select[name=language]")).select_by_visible_text("中文")
    browser.wait_for(":lang(zh) .state-bar .state-ready")
    browser.wait_text(".state-bar", "就绪")

    browser.open(f"{console.address}/wallboard")
    browser.wait_text("#content", "承诺")
    browser.wait_for(".figure .age:not(:empty)")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "[data-opens]")  # problems are for supervisors

    browser.open(f"{console.address}/hotline-file")
    browser.wait_text("#content", "您的角色（坐席）无权")

    assert browser.hosts_asked() == {"127.0.0.1"}
    assert browser.complaints() == []


def test_a_supervisor_opens_and_solves_a_problem_and_checks_a_file(console: FakeConsole, browser: Browser) -> None:
    browser.sign_in(console.address, "sam")
    browser.wait_for("[data-opens='problem']").click()
    browser.press("open-problem")  # without a title the form stays open
    browser.wait_for("#problem input[name=title]").send_keys("Screens flicker")
    browser.press("open-problem")
    browser.wait_gone("#problem")
    browser.wait_for(".cards .card:nth-child(2)")
    browser.wait_for("[data-opens='solve'][data-item='p-battery']").click()
    browser.wait_text("#solve", "Battery of the X2 swells")
    browser.press("solve-problem")
    browser.wait_gone("[data-item='p-battery']")
    browser.wait_text(".q-notification", "Calls now due: 1")

    browser.open(f"{console.address}/hotline-file")
    browser.wait_for(".cm-line")
    browser.wait_text(".faults", "No faults")
    browser.write_in_editor('"1000": {}', '"1000": {language: xx}')
    browser.wait_text(".faults .card", "Line 15")
    browser.wait_for(".cm-line.fault-line")
    browser.press("line")

    browser.sign_out()
    browser.open(f"{console.address}/hotline-file")
    browser.wait_for("input[name=password]")
    assert browser.hosts_asked() == {"127.0.0.1"}
    assert browser.complaints() == []
