"""The day of an admin: from the password that is printed once to a hotline that rings the right phone, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.browser import Browser
from tests.live.days.house import STRAIGHT, DayHouse
from tests.live.days.phones import Phone, Phones

pytestmark = pytest.mark.timeout(180)

OWN_PASSWORD = "quietly kept since spring"
CONTACTS = "number,name,tier,language\n+821012340007,Han Seo-yun,vip,ko\n"


@pytest.fixture
def old_phone(phones: Phones) -> Phone:
    return phones.agents("ana")


@pytest.fixture
def house(tmp_path: Path, phones: Phones, old_phone: Phone) -> Iterator[DayHouse]:
    house = DayHouse(tmp_path / "house", phones, {"ana": old_phone}, STRAIGHT)
    house.start()
    yield house
    house.stop()


def test_an_admin_sets_the_hotline_up_changes_it_and_takes_the_change_back(
    house: DayHouse, phones: Phones, old_phone: Phone, browser: Browser, tmp_path: Path
) -> None:
    caller, new_phone = phones.callers("+821012340001"), phones.agents("ana")

    # The password that was printed opens the door once; then the admin has one of their own.
    browser.give_password(house.address, "admin", house.first_password)
    browser.fill(old=house.first_password, new=OWN_PASSWORD, again=OWN_PASSWORD)
    browser.wait_for("main button.main").click()
    browser.wait_for("main#content")

    # A new agent gets a password that is shown once.
    browser.open(f"{house.address}/people")
    browser.press("new-person")
    browser.fill(id="ana", name="Ana Reyes", role="agent", agent="ana")
    browser.press("add")
    assert len(browser.text(".notice code")) >= 12
    browser.press("close-news")
    browser.wait_text("table", "Ana Reyes")

    # A program gets a token, and with it sends Ana to work.
    browser.open(f"{house.address}/tokens")
    browser.press("new-token")
    browser.fill(name="roster", owner="admin")
    browser.wait_for("[name='scope agents:write']").click()
    browser.press("make")
    token = browser.text("code.secret")
    with house.api(token) as roster:
        for state in ("signed-in", "ready"):
            assert roster.post("/agents/ana/state", json={"state": state}).is_success

    # Ana has a new phone. A slip of the pen is told as it is typed, and cannot be published.
    browser.open(f"{house.address}/hotline-file")
    browser.write_in_editor(old_phone.uri, f"station: {new_phone.uri.removeprefix('sip:')}")
    browser.wait_for(".cm-line.fault-line")
    browser.wait_for("[data-opens=publish]:disabled")
    browser.write_in_editor(new_phone.uri.removeprefix("sip:"), f"station: {new_phone.uri}")
    browser.wait_for("[data-opens=publish]:enabled").click()
    browser.fill(reason="Ana has a new phone")
    browser.press("publish")
    browser.wait_gone("[data-opens=publish]:enabled")

    # The next call rings there.
    caller.call(house.number)
    new_phone.answer()
    caller.hang_up()
    new_phone.is_hung_up_on()

    # The change is taken back, and the call after that rings where it did before.
    browser.wait_for("[data-do=tab][data-item=history]").click()
    browser.wait_for("[data-opens='roll-back']").click()
    browser.fill(reason="the new phone is for Bo")
    browser.press("roll-back")
    browser.wait_text(".cm-content", old_phone.uri)
    with house.api(token) as roster:
        roster.post("/agents/ana/state", json={"state": "ready"})
    caller.call(house.number)
    old_phone.answer()
    caller.hang_up()

    # Contacts come in by a table.
    table = tmp_path / "contacts.csv"
    table.write_text(CONTACTS, "utf-8")
    browser.open(f"{house.address}/contacts/import")
    browser.upload(table)
    browser.press("import")
    browser.wait_gone("[data-do=import]")
    browser.open(f"{house.address}/contacts")
    browser.wait_text("#content", "Han Seo-yun")

    # All of it can be read later.
    browser.open(f"{house.address}/audit")
    browser.wait_text("#content", "roster")
    assert browser.hosts_asked() == {"127.0.0.1"}
