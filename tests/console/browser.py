"""Debian's chromium without a screen, and the fake console as a program of its own, for tests and pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from tests.console.people import PASSWORD

_ROOT = Path(__file__).resolve().parent.parent.parent
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,720",
)
_PATIENCE_SECONDS = 20


class FakeConsole:
    """`tests.console.fake_console`, running; `address` is where it listens."""

    def __enter__(self) -> FakeConsole:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.console.fake_console"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "the fake console did not start"
        return self

    def tell(self, line: str) -> None:
        """Make something happen on the floor."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def __exit__(self, *_: object) -> None:
        self._process.communicate("stop\n", timeout=20)


class Browser:
    """One browser with a fresh profile."""

    def __init__(self, profile: Path, language: str = "en") -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*_FLAGS, f"--user-data-dir={profile}", f"--lang={language}", f"--accept-lang={language}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        size = {"width": 1280, "height": 720, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.driver.quit()

    def open(self, address: str) -> None:
        """Go to a page."""
        self.driver.get(address)

    def sign_in(self, address: str, user: str) -> None:
        """Sign in with the form."""
        self.open(f"{address}/sign-in")
        self.driver.find_element(By.NAME, "user").send_keys(user)
        self.driver.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)
        self.wait_for("main#content")

    def sign_out(self) -> None:
        """Press *sign out*."""
        self.wait_for(".top-bar form[action='/sign-out'] button").click()
        self.wait_for("input[name=password]")

    def wait_for(self, css: str) -> WebElement:
        """The element, once it can be seen."""
        there = expected_conditions.visibility_of_element_located((By.CSS_SELECTOR, css))
        return WebDriverWait(self.driver, _PATIENCE_SECONDS).until(there)

    def wait_gone(self, css: str) -> None:
        """Until there is no such element."""
        gone = expected_conditions.invisibility_of_element_located((By.CSS_SELECTOR, css))
        WebDriverWait(self.driver, _PATIENCE_SECONDS).until(gone)

    def wait_text(self, css: str, text: str) -> None:
        """Until the element says this."""
        said = expected_conditions.text_to_be_present_in_element((By.CSS_SELECTOR, css), text)
        WebDriverWait(self.driver, _PATIENCE_SECONDS).until(said)

    def press(self, do: str) -> None:
        """Press the control that asks for `do`."""
        self.wait_for(f"[data-do='{do}']").click()

    def key(self, letter: str) -> None:
        """Press Alt and a letter."""
        webdriver.ActionChains(self.driver).key_down(Keys.ALT).send_keys(letter).key_up(Keys.ALT).perform()

    def text(self, css: str) -> str:
        """What the element says."""
        return self.wait_for(css).text

    def write_in_editor(self, old: str, new: str) -> None:
        """Replace text in the page's CodeMirror as a person typing would."""
        line = next(one for one in self.driver.find_elements(By.CSS_SELECTOR, ".cm-line") if old in one.text)
        line.click()
        keys = webdriver.ActionChains(self.driver).send_keys(Keys.HOME).key_down(Keys.SHIFT).send_keys(Keys.END)
        keys.key_up(Keys.SHIFT).send_keys("    " + new).perform()

    def picture(self, path: Path) -> None:
        """A picture of what is seen."""
        self.driver.save_screenshot(str(path))

    def hosts_asked(self) -> set[str]:
        """Every host that any page has sent a request to, or opened a web socket to, so far."""
        hosts: set[str] = set()
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
            elif message["method"] == "Network.webSocketCreated":
                address = message["params"]["url"]
            else:
                continue
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "ws", "wss"):
                hosts.add(parts.hostname or "")
        return hosts

    def complaints(self) -> list[str]:
        """What the browser itself complained of: errors in scripts, refused loads."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] == "SEVERE"]

    def _log(self, kind: str) -> list[dict[str, str]]:
        answer: dict[str, list[dict[str, str]]] = self.driver.execute("getLog", {"type": kind})
        return answer["value"]
