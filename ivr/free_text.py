"""Words about one contact, made fit to be read beside another's case. Pure."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Five digits or more, as numbers of telephones, cards and orders are written: with blanks, dots, hyphens, brackets.
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-]{0,2}\d){4,}")
_HIDDEN = "…"


def without_addresses(text: str) -> str:
    """The text without mail addresses, and without any number of five digits or more."""
    return _NUMBER.sub(_HIDDEN, _MAIL.sub(_HIDDEN, text))
