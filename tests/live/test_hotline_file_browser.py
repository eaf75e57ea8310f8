"""The hotline file in a real browser: an admin's quarter of an hour, told in half a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.console.browser import Browser, FakeConsole

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

COMMENT = "# of recordings and transcripts"


@pytest.fixture
def console() -> Iterator[FakeConsole]:
    with FakeConsole() as running:
        yield running


def open_file(console: FakeConsole, browser: Browser, user: str) -> None:
    browser.sign_in(console.address, user)
    browser.open(f"{console.address}/hotline-file")
    browser.wait_for(".good")


def tab(browser: Browser, name: str) -> None:
    browser.wait_for(f"#tab-{name}").click()


def fill(browser: Browser, ident: str, value: str) -> None:
    """As a person does: mark what is there, type over it, go on."""
    browser.wait_for(f"#{ident}").click()
    keys = webdriver.ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
    keys.send_keys(value, Keys.TAB).perform()


def give_reason(browser: Browser, dialog: str, why: str) -> None:
    browser.wait_for(f"#{dialog} input[name=reason]").send_keys(why)
    browser.press(dialog)


def test_an_admin_mends_a_fault_fills_in_a_form_publishes_and_rolls_back(
    console: FakeConsole, browser: Browser
) -> None:
    open_file(console, browser, "root")
    browser.write_in_editor("target_wait: 20", "target_wait: soon")
    browser.wait_for(".cm-line.fault-line")
    browser.wait_text(".faults .card", "`target_wait` must be a number, not `soon`")
    assert not browser.wait_for("[data-opens='publish']").is_enabled()
    browser.key("j")
    browser.wait_for(".cm-activeLine.fault-line")

    tab(browser, "form")
    browser.wait_text(".control.wrong", "must be a number")  # the form is where the cursor is, the fault at its field
    fill(browser, "f-tiers-vip-target_wait", "25")
    browser.wait_gone(".cm-line.fault-line")
    fill(browser, "f-tiers-vip-retention_days", "400")
    browser.wait_text(".cm-content", f"retention_days: 400 {COMMENT}")

    tab(browser, "changes")
    browser.wait_text(".patch tr.gone:nth-of-type(5)", "target_wait: 20")
    browser.wait_text("#tab-changes .count", "4")
    browser.driver.refresh()  # unsaved text survives
    browser.wait_text("#tab-changes .count", "4")
    browser.wait_text(".cm-content", "target_wait: 25")

    browser.wait_for(".chip.ok")
    browser.key("p")
    browser.press("publish")  # without a reason it stays open
    give_reason(browser, "publish", "VIP callers wait a little")
    browser.wait_text(".file-head", "version 4")
    browser.wait_gone("#tab-changes .count")

    tab(browser, "history")
    newest = browser.text(".versions .card")
    assert all(text in newest for text in ("version 4", "in force", "VIP callers wait a little", "root"))
    browser.wait_for("[data-do='version'][data-item='4']").click()
    browser.wait_text(".versions .patch", "target_wait: 25")
    browser.wait_for("[data-opens='roll-back'][data-item='3']").click()
    browser.wait_text("#roll-back", "version 3")
    give_reason(browser, "roll-back", "a mistake")
    browser.wait_text(".file-head", "version 5")
    browser.wait_text(".versions .card", "back to version 3: a mistake")
    browser.wait_text(".cm-content", "target_wait: 20")
    browser.wait_gone(".q-notification")
    assert browser.faults_by_axe() == []
    assert browser.hosts_asked() == {"127.0.0.1"}
    assert browser.complaints() == []


def test_the_flow_follows_the_cursor_and_a_rehearsal_compares_both_texts(
    console: FakeConsole, browser: Browser
) -> None:
    open_file(console, browser, "sam")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "[data-key='P']")  # a supervisor tries, and publishes not
    tab(browser, "flow")
    browser.wait_for("[data-step='survey']").click()
    browser.wait_for("[data-step='survey'].here")
    browser.wait_text(".cm-activeLine", "survey: {kind: survey")

    tab(browser, "form")
    Select(browser.wait_for("#sheet")).select_by_value("agents")
    browser.wait_for("[data-do='entry'][data-item='dee']").click()
    fill(browser, "f-agents-dee-skills-repair", "1")
    browser.wait_text(".cm-content", "repair: 1")
    browser.wait_for(".chip.ok")

    tab(browser, "rehearsal")
    browser.press("rehearse")
    browser.wait_text(".figures-table", "mean wait, s")
    assert browser.wait_for("img.picture").get_property("naturalWidth")
    assert browser.faults_by_axe() == []
    assert browser.complaints() == []


def test_who_was_overtaken_sees_both_changes_and_goes_on(
    console: FakeConsole, browser: Browser, tmp_path: Path
) -> None:
    open_file(console, browser, "root")
    browser.write_in_editor("name: Hanbit Hotline", "name: Hanbit")
    browser.wait_for(".chip.ok")
    with Browser(tmp_path / "another") as other:
        open_file(console, other, "root")
        other.write_in_editor("target_wait: 20", "target_wait: 15")
        other.wait_for(".chip.ok")
        other.key("p")
        give_reason(other, "publish", "faster")
        other.wait_text(".file-head", "version 4")
    browser.wait_text(".file-head", "version 4 was published meanwhile")
    browser.key("p")
    give_reason(browser, "publish", "a shorter name")
    browser.wait_text("[role=alert]", "root published version 4 meanwhile (faster)")
    shown = browser.text(".tab-panel")
    assert "target_wait: 15" in shown
    assert "name: Hanbit" in shown
    browser.press("rebase")
    browser.wait_gone("[role=alert]")
    browser.write_in_editor("target_wait: 20", "target_wait: 15")  # theirs, put in by hand
    browser.wait_text("#tab-changes .count", "2")
    browser.wait_for(".chip.ok")
    browser.key("p")
    give_reason(browser, "publish", "a shorter name")
    browser.wait_text(".file-head", "version 5")
