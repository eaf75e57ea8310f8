"""What the prompts look like: pure functions from views to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.pages.desk_view import Showing
from console.pages.html import Html, at, button, chip, el, field, select, together
from console.workshop.prompt_studio import ClipView, PieceView, Show, Source, chosen
from prompts.takes import Loudness, Take
from prompts.template import Gap, parse

_SOURCES = {Source.VOICE: "", Source.PERSON: "ok", Source.NOBODY: "bad"}


def assets() -> Html:
    """What the page's head loads."""
    style = el("link", rel="stylesheet", href="/assets/prompts.css")
    scripts = [el("script", src=f"/assets/{name}.js", defer=True) for name in ("sounds", "prompts")]
    return together(style, *scripts)


def head(show: Showing, languages: Sequence[str], language: str, pieces: Sequence[PieceView], shown: Show) -> Html:
    """Which language, what is looked for, and how much there is of each kind."""
    words = show.words
    tabs = [_tab(show, one, one == language) for one in languages]
    kinds = {kind.value: f"{words(f'prompts_show.{kind}')} ({len(chosen(pieces, kind, ''))})" for kind in Show}
    search = el(
        "form",
        field("words", words("prompts.search"), kind="search", maxlength="100", data_typed=True),
        select("show", words("prompts.show"), kinds, shown),
        button(words("prompts.look"), "look"),
        class_="row end wrap",
    )
    choice = el("nav", *tabs, class_="tabs", aria_label=words("prompts.language"))
    return el("div", el("div", el("h1", words("prompts.title")), choice, class_="stack"), search,
              class_="row spread wrap end")  # fmt: skip


def _tab(show: Showing, language: str, is_here: bool) -> Html:
    text, way = show.words.named("speech", language), f"/prompts?language={language}"
    return el("a", text, href=way, aria_current="page" if is_here else None)


def repertoire(show: Showing, pieces: Sequence[PieceView], chosen_id: str) -> Html:
    """Every piece that is looked at, its moods together."""
    words = show.words
    if not pieces:
        return el(
            "div",
            el("p", words("prompts.nothing"), class_="big"),
            el("p", words("prompts.nothing_hint")),
            class_="empty",
        )
    by_id: dict[str, list[PieceView]] = {}
    for view in pieces:
        by_id.setdefault(view.piece.id, []).append(view)
    rows: list[Html] = []
    family = ""
    for moods in by_id.values():
        view = moods[0]
        if view.piece.family != family:
            family = view.piece.family
            rows.append(el("li", el("h2", words(f"prompts_family.{family}")), class_="family"))
        is_here = "true" if view.piece.id == chosen_id else None
        excerpt = el("span", view.piece.text[:90], class_="muted excerpt")
        row = el("button", el("strong", view.piece.id), _marks(show, moods), excerpt, type="button",
                 data_do="choose", data_item=view.piece.id, aria_current=is_here)  # fmt: skip
        rows.append(el("li", row))
    return el("ul", *rows)


def _marks(show: Showing, pieces: Sequence[PieceView]) -> Html:
    words, clips = show.words, [clip for piece in pieces for clip in piece.clips]
    marks = [
        chip(words("prompts.draft"), "warn") if any(clip.draft for clip in clips) else None,
        chip(words("prompts.missing"), "bad") if any(clip.is_missing for clip in clips) else None,
        chip(words("prompts.wrong"), "bad") if any(clip.wrong_words for clip in clips) else None,
        chip(words("prompts.too_long"), "warn") if any(piece.longest for piece in pieces) else None,
        chip(words("prompts.person"), "ok") if any(clip.source is Source.PERSON for clip in clips) else None,
    ]
    return el("span", *marks, class_="marks")


def piece(show: Showing, moods: Sequence[PieceView]) -> Html:
    """One piece: every wording, every sound."""
    words = show.words
    if not moods:
        return el("p", words("prompts.choose"), class_="muted")
    first = moods[0].piece
    is_told = first.heard_when and words.language == "en"  # the catalogue is written in English
    when = el("p", words("prompts.when"), " ", first.heard_when, class_="muted") if is_told else None
    title = el("div", el("h2", first.id), when, class_="row baseline wrap")
    refresh = el("button", data_do="recorded", type="button", class_="unseen", tabindex="-1", aria_hidden="true")
    hint = el("p", words("prompts.hint"), class_="muted")
    return together(title, refresh, *(_wording(show, view) for view in moods), hint)


def _wording(show: Showing, view: PieceView) -> Html:
    words = show.words
    mood = el("h3", words.named("mood", view.piece.mood)) if view.piece.mood else None
    text = [
        el("span", f"{{{part.slot}}}", class_="slot") if isinstance(part, Gap) else part.text
        for part in parse(view.piece.text)
    ]
    whole = el("p", *text, class_="wording")
    long = None
    if view.longest is not None:
        long = el("p", words("prompts.takes", seconds=f"{view.longest:.0f}"), class_="notice warn")
    return el("section", mood, whole, long, el("ul", *(_clip(show, clip) for clip in view.clips), class_="cards"))


def _clip(show: Showing, clip: ClipView) -> Html:
    words = show.words
    length = el("span", f"{clip.seconds:.1f} s", class_="muted number") if clip.seconds is not None else None
    facts = el("div", chip(words(f"prompts_source.{clip.source}"), _SOURCES[clip.source]), length,
               _listen(show, f"/sounds/prompts/{clip.name}") if clip.source is not Source.NOBODY else None,
               class_="row")  # fmt: skip
    wrong = el("p", words("prompts.says", text=clip.wrong_words), class_="notice warn") if clip.wrong_words else None
    return el(
        "li",
        el("div", el("p", clip.text, class_="said"), facts, class_="row spread wrap"),
        wrong,
        _approved(show, clip.approved) if clip.approved is not None else None,
        _draft(show, clip, clip.draft) if clip.draft is not None else None,
        _controls(show, clip),
        el("p", role="alert", class_="fault", data_fault_of=clip.name, hidden=True),
        class_="card",
    )


def _controls(show: Showing, clip: ClipView) -> Html:
    words = show.words
    record = el("button", words("prompts.record"), type="button", class_="button small", data_record=clip.name,
                data_stop=words("prompts.stop"), data_refused=words("prompts.no_microphone"),
                data_lost=words("prompts.lost"))  # fmt: skip
    entry = el("input", type="file", accept="audio/*", class_="unseen", data_upload=clip.name)
    upload = el("label", entry, el("span", words("prompts.upload")), class_="button small")
    revert = button(words("prompts.revert"), "revert", item=clip.name, kind="small quiet")
    return el("div", record, upload, revert if clip.source is Source.PERSON else None, class_="row wrap")


def _draft(show: Showing, clip: ClipView, take: Take) -> Html:
    words = show.words
    facts = el("p", words("prompts.draft_by", who=take.by), " ", at(take.at, show.site.zone, show.now))
    levels = f"{words('prompts.before')} {_loudness(take.before)} → {_loudness(take.after)}"
    approve = button(words("prompts.approve"), "approve", item=clip.name, kind="small main")
    discard = button(words("prompts.discard"), "discard", item=clip.name, kind="small quiet")
    listen = _listen(show, f"/sounds/drafts/{clip.name}")
    return el(
        "div",
        el("div", chip(words("prompts.draft"), "warn"), facts, listen, class_="row wrap"),
        el("p", levels, class_="muted number"),
        el("p", words("prompts.own"), class_="hint"),
        el("div", approve, discard, class_="row"),
        class_="draft",
    )


def _approved(show: Showing, take: Take) -> Html:
    words = show.words
    when = at(take.approved_at, show.site.zone, show.now) if take.approved_at is not None else ""
    who = words("prompts.approved_by", who=take.by, by=take.approved_by)
    return el("p", who, " ", when, " · ", _loudness(take.before), " → ", _loudness(take.after), class_="muted number")


def _loudness(loudness: Loudness) -> str:
    return f"{loudness.seconds:.1f} s, {loudness.level:.0f} dBFS"


def _listen(show: Showing, address: str) -> Html:
    label = show.words("prompts.listen")
    return el("button", "▶", type="button", class_="button play", data_sounds=address, aria_label=label, title=label)
