"""Debian's chromium without a screen, and the fake console as a program of its own, for tests and pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.select import Select
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
_PATIENCE_SECONDS = 40
_SETTLED = """
  const ends = (one) => one.effect.getTiming().iterations !== Infinity;
  const charts = [...document.querySelectorAll('.nicegui-echart')];
  return document.fonts.status === 'loaded' && charts.every((one) => one.querySelector('canvas, svg'))
    && !document.getAnimations().some((one) => one.playState === 'running' && ends(one));
"""
_AXE = """
  const done = arguments[arguments.length - 1];
  axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }).then(done);
"""


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
        if not self.address:
            self._process.communicate(timeout=20)
            raise AssertionError(
                "the fake console did not start; python -W error -m tests.console.fake_console says why"
            )
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

    def sign_in(self, address: str, user: str, password: str = PASSWORD) -> None:
        """Sign in with the form."""
        self.give_password(address, user, password)
        self.wait_for("main#content")

    def give_password(self, address: str, user: str, password: str) -> None:
        """Fill in the form of the sign-in."""
        self.open(f"{address}/sign-in")
        self.driver.find_element(By.NAME, "user").send_keys(user)
        self.driver.find_element(By.NAME, "password").send_keys(password, Keys.ENTER)

    def fill(self, **fields: str) -> None:
        """Write into the fields with these names, of the dialog where one is open; of a choice, choose."""
        inside = "dialog[open] " if self.driver.find_elements(By.CSS_SELECTOR, "dialog[open]") else ""
        for name, text in fields.items():
            field = self.wait_for(f"{inside}[name={name}]")
            if field.tag_name == "select":
                Select(field).select_by_value(text)
            else:
                field.clear()
                field.send_keys(text)

    def choose_moment(self, css: str, moment: str) -> None:
        """Set a field of date and time (`2026-03-02T10:00`); how one types into it depends on the machine's country."""
        write = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
        self.driver.execute_script(write, self.wait_for(css), moment)

    def upload(self, file: Path) -> None:
        """Choose a file; the control may be one that a page hides behind a prettier one."""
        there = expected_conditions.presence_of_element_located((By.CSS_SELECTOR, "input[type=file]"))
        self._patience().until(there).send_keys(str(file))

    def listen(self) -> None:
        """Play what the page lets one hear, until some of it was heard."""
        sound = self.wait_for("audio")
        self.driver.execute_script("arguments[0].muted = true; arguments[0].play()", sound)
        self._patience().until(lambda driver: driver.execute_script("return arguments[0].currentTime > 0", sound))

    def network(self, *, is_there: bool) -> None:
        """Pull the network cable, or put it back."""
        speed = {"offline": not is_there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", speed)

    def sign_out(self) -> None:
        """Press *sign out* in the menu of the person."""
        self.wait_for(".menu.me summary").click()
        self.wait_for(".top-bar form[action='/sign-out'] button").click()
        self.wait_for("input[name=password]")

    def wait_for(self, css: str) -> WebElement:
        """The first such element that can be seen, once there is one."""
        there = expected_conditions.visibility_of_any_elements_located((By.CSS_SELECTOR, css))
        seen: list[WebElement] = self._patience().until(there)
        return seen[0]

    def _patience(self) -> WebDriverWait[webdriver.Chrome]:
        """A part of the page that is drawn anew while we look at it is looked at again."""
        return WebDriverWait(self.driver, _PATIENCE_SECONDS, ignored_exceptions=[StaleElementReferenceException])

    def wait_gone(self, css: str) -> None:
        """Until there is no such element."""
        gone = expected_conditions.invisibility_of_element_located((By.CSS_SELECTOR, css))
        self._patience().until(gone)

    def wait_text(self, css: str, text: str) -> None:
        """Until the element says this."""
        said = expected_conditions.text_to_be_present_in_element((By.CSS_SELECTOR, css), text)
        self._patience().until(said)

    def press(self, do: str) -> None:
        """Press the control that asks for `do`."""
        self.wait_for(f"[data-do='{do}']").click()

    def key(self, letter: str) -> None:
        """Press Alt and a letter."""
        webdriver.ActionChains(self.driver).key_down(Keys.ALT).send_keys(letter).key_up(Keys.ALT).perform()

    def tab(self) -> None:
        """Press the tabulator key."""
        webdriver.ActionChains(self.driver).send_keys(Keys.TAB).perform()

    def enter(self) -> None:
        """Press Enter where the focus is."""
        webdriver.ActionChains(self.driver).send_keys(Keys.ENTER).perform()

    def focused(self, css: str) -> bool:
        """Whether what has the focus matches."""
        return bool(self.driver.execute_script("return document.activeElement.matches(arguments[0])", css))

    def be_a_tablet(self) -> None:
        """1024 x 768, touched by fingers."""
        size = {"width": 1024, "height": 768, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})

    def text(self, css: str) -> str:
        """What the element says."""
        return self.wait_for(css).text

    def write_in_editor(self, old: str, new: str) -> None:
        """Replace the text of a line in the page's CodeMirror, after its indentation, as a person typing would."""
        line = next(one for one in self.driver.find_elements(By.CSS_SELECTOR, ".cm-line") if old in one.text)
        line.click()
        keys = webdriver.ActionChains(self.driver).send_keys(Keys.HOME).key_down(Keys.SHIFT).send_keys(Keys.END)
        keys.key_up(Keys.SHIFT).send_keys(new).perform()

    def settle(self) -> None:
        """Until pictures are drawn and nothing moves."""
        self._patience().until(lambda driver: driver.execute_script(_SETTLED))

    def picture(self, path: Path) -> None:
        """A picture of what is seen."""
        self.driver.save_screenshot(str(path))

    def places(self) -> list[str]:
        """Where the bar at the top leads to; menus need not be open."""
        ways = self.driver.find_elements(By.CSS_SELECTOR, ".top-bar nav a")
        return [urlsplit(way.get_attribute("href") or "").path for way in ways]

    def faults_by_axe(self) -> list[str]:
        """What axe finds wrong with the page as it is shown now, by WCAG 2.1 A and AA: rule, and where."""
        if not self.driver.execute_script("return !!window.axe"):
            self.driver.execute_script((files("axe_core_python") / "axe.min.js").read_text("utf-8"))
        found = self.driver.execute_async_script(_AXE)
        return [
            f"{rule['id']}: {' '.join(map(str, node['target']))}\n    {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def appear(self, theme: str) -> None:
        """Light or dark, without asking the server."""
        self.driver.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)

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
