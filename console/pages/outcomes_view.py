"""What ratings look like: agents made comparable, and matters by how they ended. Pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callbacks.aftercare.adjusted_ratings import AgentRating
from console.book.ratings import CategoryRating
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Html, el, select, together

PATH = "/ratings"
DAYS = (30, 90, 365)


def head(show: Showing, days: int) -> Html:
    """The page's name, and how far back it looks."""
    words = show.words
    spans = {str(count): words("ratings.days", count=count) for count in DAYS}
    return el(
        "div",
        book.page_head(words("ratings.page")),
        book.filters(show, PATH, select("days", words("ratings.span"), spans, str(days))),
        class_="stack",
    )


def agents(show: Showing, found: Sequence[AgentRating], people: Mapping[str, str]) -> Html:
    """Each agent's rating, and what it would be with an average mix of matters and waits."""
    words = show.words
    heading = el("h2", words("ratings.agents"))
    if not found:
        return together(heading, book.nothing(words("ratings.none"), words("ratings.none_hint")))
    columns = [words(f"ratings.{name}") for name in ("agent", "adjusted", "mean", "effect", "count")]
    rows = [
        (
            people.get(one.agent, one.agent),
            together(_meter(show, one.adjusted), " ", el("b", f"{one.adjusted:.2f}")),
            f"{one.mean:.2f}",
            f"{one.adjusted - one.mean:+.2f}".replace("-", "\N{MINUS SIGN}"),
            str(one.ratings),
        )
        for one in found
    ]
    hint = el("p", words("ratings.adjusted_hint"), class_="hint")
    return together(heading, hint, book.listing(words("ratings.agents"), columns, rows))


def categories(show: Showing, found: Sequence[CategoryRating]) -> Html:
    """The matters, the worst rated first."""
    words = show.words
    heading = el("h2", words("ratings.categories"))
    if not found:
        return together(heading, el("p", words("ratings.none_hint"), class_="muted"))
    columns = [words(f"ratings.{name}") for name in ("category", "mean", "count", "wait", "solved")]
    rows = [
        (
            show.site.title(one.category, words.language),
            together(_meter(show, one.mean), " ", f"{one.mean:.2f}") if one.mean is not None else "–",
            str(one.ratings),
            words("ratings.minutes", count=f"{one.wait / 60:.1f}") if one.wait is not None else "–",
            words("ratings.of", solved=one.solved, asked=one.asked) if one.asked else "–",
        )
        for one in found
    ]
    hint = el("p", words("ratings.categories_hint"), class_="hint")
    return together(heading, hint, book.listing(words("ratings.categories"), columns, rows))


def _meter(show: Showing, value: float) -> Html:
    text = show.words("ratings.value", value=f"{value:.1f}")
    return el(
        "meter", text, min="1", max="5", low="2.5", high="3.5", optimum="5", value=f"{value:.2f}", aria_label=text
    )
