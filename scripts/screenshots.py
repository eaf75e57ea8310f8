"""Takes the pictures of the documentation: the console over the sample floor, in Debian's chromium.

    python scripts/screenshots.py [FOLDER]

Needs chromium, chromium-driver and fonts-noto-cjk. Writes {sign-in,desk,wallboard,hotline-file}-{en,zh}.png and a
dark desk, 1280 x 720.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.console.browser import Browser, FakeConsole


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, FakeConsole() as console, Browser(Path(profile)) as browser:
        for language in ("en", "zh"):
            browser.open(f"{console.address}/preferences?language={language}&theme=light&back=/sign-in")
            browser.picture(folder / f"sign-in-{language}.png")
        browser.sign_in(console.address, "minji")
        browser.press("ready")
        browser.wait_for(".state-bar .state-ready")
        console.tell("offer")
        browser.wait_for(".who.stage-offered")
        console.tell("connect")
        browser.wait_for(".who.stage-talking")
        for language in ("en", "zh"):
            browser.open(f"{console.address}/preferences?language={language}&back=/desk")
            browser.wait_for(".who.stage-talking .age:not(:empty)")
            browser.picture(folder / f"desk-{language}.png")
        browser.open(f"{console.address}/preferences?language=en&theme=dark&back=/desk")
        browser.wait_for(".who.stage-talking .age:not(:empty)")
        browser.picture(folder / "desk-dark-en.png")
        browser.sign_out()
        browser.sign_in(console.address, "sam")
        for language in ("en", "zh"):
            browser.open(f"{console.address}/preferences?language={language}&theme=light&back=/wallboard")
            browser.wait_for(".figure .age:not(:empty)")
            browser.picture(folder / f"wallboard-{language}.png")
            browser.open(f"{console.address}/hotline-file")
            browser.wait_for(".cm-line")
            browser.write_in_editor("station: sip:minji@127.0.0.1:5070", "station: minji")
            browser.press("check")
            browser.wait_for(".faults .card")
            browser.picture(folder / f"hotline-file-{language}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images"))
