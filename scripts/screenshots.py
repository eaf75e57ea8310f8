"""Takes the pictures of the documentation: every page of the console over the sample floor, in Debian's chromium.

    python scripts/screenshots.py [FOLDER]

Needs chromium, chromium-driver and fonts-noto-cjk. Writes PAGE-{en,zh}.png for every page that the bar at the top leads
to, for the pages in front of the sign-in, and a dark desk and wallboard; 1280 x 720.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.console.browser import Browser, FakeConsole

LANGUAGES = ("en", "zh")
DOORS = {"sign-in": "/sign-in", "status": "/status", "complain": "/complain", "api": "/api/docs"}
#: What a page shows once it has all that it fetches by itself.
SETTLED = {
    "/desk": ".who.stage-talking .age:not(:empty)",
    "/wallboard": ".figure .age:not(:empty)",
    "/hotline-file": "#content .good, #content .card",
}


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, FakeConsole() as console, Browser(Path(profile)) as browser:
        taker = Taker(folder, console, browser)
        for language in LANGUAGES:
            taker.prefer(language, "light")
            for name, path in DOORS.items():
                taker.take(name, path, language)
        browser.sign_in(console.address, "minji")
        browser.press("ready")
        browser.wait_for(".state-bar .state-ready")
        console.tell("offer")
        browser.wait_for(".who.stage-offered")
        console.tell("connect")
        browser.wait_for(".who.stage-talking")
        taker.rounds(("/desk", "/practice"))
        browser.sign_out()
        browser.sign_in(console.address, "root")
        taker.rounds()


class Taker:
    """Goes to pages and takes a picture of each."""

    def __init__(self, folder: Path, console: FakeConsole, browser: Browser) -> None:
        self._folder = folder
        self._address = console.address
        self._browser = browser

    def prefer(self, language: str, theme: str) -> None:
        """From now on."""
        self._browser.open(f"{self._address}/preferences?language={language}&theme={theme}&back=/status")

    def rounds(self, only: tuple[str, ...] = ()) -> None:
        """All that the bar leads to, or `only` these, in each language; what people look at all day also dark."""
        places = [path for path in self._browser.places() if path in only or not only]
        for language, theme in (*((language, "light") for language in LANGUAGES), ("en", "dark")):
            self.prefer(language, theme)
            for path in places:
                if theme == "light":
                    self.take(path.strip("/").replace("/", "-"), path, language)
                elif path in ("/desk", "/wallboard"):
                    self.take(f"{path.strip('/')}-dark", path, language)

    def take(self, name: str, path: str, language: str) -> None:
        """One picture, when all is there."""
        self._browser.open(f"{self._address}{path}")
        self._browser.wait_for(SETTLED.get(path, "main"))
        self._browser.settle()
        self._browser.picture(self._folder / f"{name}-{language}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images"))
