"""HTML that pages are made of."""

from __future__ import annotations

from console.pages.html import Html, el, together


def test_text_is_escaped_and_markup_is_not() -> None:
    assert el("p", "<b>&", el("b", "ok"), title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;&amp;<b>ok</b></p>'
    assert el("input", name="a", required=True, value=None, disabled=False) == '<input name="a" required>'
    assert together("<", Html("<br>"), None) == "&lt;<br>"
