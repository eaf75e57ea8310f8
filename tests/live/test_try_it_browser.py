"""Trying out, practising and recording in a real browser, over the fake console's real engines in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from hotline.practice.scripts import CLIPS
from tests.console.browser import Browser, FakeConsole

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


def test_an_admin_lives_through_a_promise_by_keyboard(console: FakeConsole, browser: Browser) -> None:
    browser.sign_in(console.address, "root")
    browser.open(f"{console.address}/try-it")
    browser.wait_for("[data-do='ring']")
    browser.key("r")
    browser.wait_for("input[name='line']").send_keys("I want my money back", Keys.ENTER)
    browser.wait_text(".understood", "a refund")
    for reply in ("When shall we call you back?", "It is promised."):
        browser.wait_for("input[name='line']").send_keys("1", Keys.ENTER)
        browser.wait_text(".talk-lines", reply)
    browser.wait_text(".try-columns .side", "Callback")
    browser.wait_text(".happenings", "promise/made")
    browser.press("agent-ready")
    browser.wait_for(".side .state-ready")
    browser.key("w")
    browser.wait_for("[data-do='pick-up']")
    browser.key("p")
    browser.wait_text(".handset", "On the line with")
    browser.key("h")
    browser.wait_for("[data-do='agent-finishes']")
    assert not [one for one in browser.complaints() if "/sounds/" in one]


def test_an_agent_practises_on_the_desk_and_hears_how_it_went(console: FakeConsole, browser: Browser) -> None:
    browser.sign_in(console.address, "minji")
    browser.open(f"{console.address}/practice")
    browser.wait_for("[data-item='safety en']").click()
    browser.wait_text(".practice-banner", "nothing of this counts")
    browser.key("b")
    browser.wait_for("[data-do='ready']")
    browser.key("r")
    browser.wait_for("[data-do='phone-up']")
    browser.wait_text(".now", "Product safety")
    browser.key("u")
    browser.wait_for("input[name='said']").send_keys("Pull the plug, and stay away from it.", Keys.ENTER)
    browser.wait_text(".phone-lines", "I have pulled the plug")
    browser.key("h")
    browser.wait_for(".who.stage-wrap-up")
    browser.press("end-practice")
    browser.wait_text(".practice-over", "The caller was left without a promise")
    browser.open(f"{console.address}/desk")
    browser.wait_for(".state-bar")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, ".who.stage-wrap-up")


def test_a_recording_is_sent_levelled_and_approved(console: FakeConsole, browser: Browser) -> None:
    browser.sign_in(console.address, "root")
    browser.open(f"{console.address}/prompts?piece=goodbye")
    browser.wait_for(".piece .card")
    entry = browser.driver.find_element(By.CSS_SELECTOR, "[data-upload='en/goodbye.1.opus']")
    entry.send_keys(str(CLIPS / "en" / "thanks.opus"))
    browser.wait_text(".piece .draft", "dBFS")
    browser.press("approve")
    browser.wait_text(".piece .card", "recorded by a person")
    browser.driver.find_element(By.CSS_SELECTOR, "[data-upload]").send_keys(str(Path(__file__)))
    browser.wait_text(".piece .fault", "not taken")
