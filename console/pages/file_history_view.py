"""The published versions: who, why, when, and what each changed."""

from __future__ import annotations

from collections.abc import Sequence

from config.versions import Version
from console.pages.desk_view import Showing
from console.pages.file_diff_view import patch
from console.pages.html import Html, at, button, el

#: So many are shown at first.
SHOWN = 30


def history(
    showing: Showing, versions: Sequence[Version], opened: int, diff: str, may_publish: bool, all_: bool
) -> Html:
    """Newest first; `opened` shows what it changed, which is `diff`."""
    listed = versions if all_ else versions[:SHOWN]
    rows = [_version(showing, version, version.number == opened, diff, may_publish, versions[0]) for version in listed]
    words = showing.words
    more = (
        button(words("file.all_versions", count=len(versions)), "all-versions") if len(listed) < len(versions) else None
    )
    return el("div", el("ol", *rows, class_="cards versions"), more, class_="stack")


def _version(showing: Showing, version: Version, opened: bool, diff: str, may_publish: bool, newest: Version) -> Html:
    words, number = showing.words, str(version.number)
    back = el(
        "button",
        words("file.back_to_this"),
        type="button",
        class_="button quiet",
        data_opens="roll-back",
        data_item=number,
        data_version=words("file.version", version=number),
    )
    return el(
        "li",
        el(
            "div",
            el("strong", words("file.version", version=number)),
            el("span", words("file.in_force"), class_="chip ok") if version is newest else None,
            el("span", at(version.published_at, showing.site.zone, showing.now), class_="muted"),
            el("span", version.author.removeprefix("user:"), class_="muted"),
            class_="row wrap baseline",
        ),
        el("p", version.reason),
        el(
            "div",
            el(
                "button",
                words("file.what_changed"),
                type="button",
                class_="button quiet",
                data_do="version",
                data_item=number,
                aria_expanded="true" if opened else "false",
            ),
            back if may_publish and version is not newest and version.text != newest.text else None,
            class_="row",
        ),
        patch(words, diff) if opened else None,
        class_="card",
    )
