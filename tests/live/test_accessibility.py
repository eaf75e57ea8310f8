"""Every page of the console, looked at by axe (WCAG 2.1, A and AA): light and dark, English and Chinese. A picture of
each stays in `build/screenshots`, for whoever looks at what a run has seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.console.browser import Browser, FakeConsole

pytestmark = pytest.mark.timeout(240)

PICTURES = Path(__file__).parent.parent.parent / "build" / "screenshots"
DOORS = ("/sign-in", "/status", "/api/docs", "/complain")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(Path(tmp_path_factory.mktemp("profile"))) as opened:
        yield opened


def looked_at(browser: Browser, address: str, path: str, language: str) -> dict[str, list[str]]:
    """What is wrong with the page, by appearance."""
    browser.open(f"{address}{path}")
    browser.wait_for("main")
    faults = {}
    for theme in ("light", "dark"):
        browser.appear(theme)
        browser.picture(PICTURES / f"{path.strip('/').replace('/', '-')}-{theme}-{language}.png")
        if found := browser.faults_by_axe():
            faults[f"{path} ({theme})"] = found
    return faults


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_wrong_with_any_page(console: FakeConsole, browser: Browser, language: str) -> None:
    address, faults = console.address, dict[str, list[str]]()
    PICTURES.mkdir(parents=True, exist_ok=True)
    browser.open(f"{address}/preferences?language={language}&theme=light&back=/sign-in")
    for door in DOORS:
        faults |= looked_at(browser, address, door, language)
    for user in ("minji", "root"):
        browser.sign_in(address, user)
        for path in browser.places():
            faults |= looked_at(browser, address, path, language)
        browser.sign_out()
    assert not faults, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in faults.items())


def test_a_person_without_a_mouse_reaches_the_content_first_and_every_place(
    console: FakeConsole, browser: Browser
) -> None:
    browser.sign_in(console.address, "root")
    browser.tab()
    assert browser.focused("a.skip")
    browser.enter()
    browser.wait_for("#content:focus")

    browser.open(f"{console.address}/wallboard")
    browser.wait_for("main#content")
    reached = set()
    for _ in range(60):
        browser.tab()
        if browser.focused(".top-bar .menu:not([open]) > summary"):
            browser.enter()
        if browser.focused("#content, #content *"):
            break
        reached.add(urlsplit(browser.driver.switch_to.active_element.get_attribute("href") or "").path)
    assert set(browser.places()) <= reached


def test_targets_are_large_enough_for_fingers(console: FakeConsole, browser: Browser) -> None:
    browser.sign_in(console.address, "minji")
    browser.be_a_tablet()
    browser.driver.refresh()
    browser.wait_for(".state-bar .state")
    small = browser.driver.execute_script(
        "return [...document.querySelectorAll('button, select, .top-bar a:not(.skip), summary')]"
        ".map((one) => [one.innerText, one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && box.height < 43.5).map(([text, box]) => `${text}: ${box.height}`)"
    )
    assert small == []
    assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= 1024
