"""The wallboard and the list of calls in a real browser: charts, keys, the recording, and that it is written down."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.console.browser import Browser, FakeConsole

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]


def test_charts_are_drawn_and_can_be_read_as_tables_and_problems_are_judged_by_keys(
    console: FakeConsole, browser: Browser
) -> None:
    browser.sign_in(console.address, "sam")
    browser.wait_for(".chart svg path[fill='var(--accent)']")
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, ".chart svg")) == 2
    browser.wait_for(".chart-table summary").click()
    browser.wait_text(".chart-table table", "too many")

    browser.press("waits-of")
    browser.wait_for("[data-item='week']").click()
    browser.wait_for("[data-item='week'][aria-pressed='true']")
    console.tell("news")  # which draws what changed, and closes no table
    browser.wait_text(".sum", "7 renegotiated")
    assert browser.wait_for(".chart-table").get_property("open")

    listen = browser.wait_for("[data-opens='supervise']")
    listen.send_keys(Keys.ENTER)
    browser.wait_for("#supervise input[name=phone]").send_keys("sip:sam@127.0.0.1", Keys.ENTER)
    browser.wait_text(".q-notification.bg-negative", "there is no conversation")  # so the form stays
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.wait_gone("#supervise")
    opener = browser.driver.switch_to.active_element
    assert opener.get_attribute("data-opens") == "supervise"
    opener.send_keys(Keys.ENTER)
    remembered = browser.wait_for("#supervise input[name=phone]")
    WebDriverWait(browser.driver, 5).until(lambda _: remembered.get_property("value") == "sip:sam@127.0.0.1")
    remembered.send_keys(Keys.ESCAPE)
    browser.wait_gone("#supervise")

    browser.wait_for("[data-opens='dismiss']").send_keys(Keys.ENTER)
    browser.wait_for("#dismiss input[name=reason]").send_keys("an advertisement ran", Keys.ENTER)
    browser.wait_text("#content", "No kind of case comes oftener than usual.")

    browser.open(f"{console.address}/wallboard?big=1")
    browser.wait_for(".big-screen .figure b")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "[data-opens]")
    assert browser.complaints() == []


def test_an_admin_listens_to_a_recording_from_its_middle_and_sees_that_it_was_noted(
    console: FakeConsole, browser: Browser
) -> None:
    browser.sign_in(console.address, "root")
    browser.open(f"{console.address}/calls?recorded=1&tier=vip")
    browser.wait_for(".calls-table")
    browser.press("show")
    browser.wait_for("audio")
    browser.wait_text("#content", "Nobody has listened to this call or read it.")
    seek = """
      const [done] = arguments; const sound = document.querySelector('audio'); sound.muted = true;
      sound.onerror = () => done('error ' + sound.error.message);
      sound.onplaying = () => { sound.onseeked = () => done(sound.currentTime); sound.currentTime = 4; };
      sound.play();
    """
    assert browser.driver.execute_async_script(seek) == pytest.approx(4.0, abs=0.2)
    browser.wait_text("#content", "root listened")
    browser.press("transcript")
    browser.wait_text(".transcript", "it smells of burning")
    browser.wait_text("#content", "root read the transcript")
    assert browser.hosts_asked() == {"127.0.0.1"}
    assert browser.complaints() == []
