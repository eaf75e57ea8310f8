"""What is written to contacts, by mail or text message: templates in `texts/LANGUAGE.letters.yaml`, filled in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cache
from typing import cast

from ruamel.yaml import YAML

from prompts.texts import TEXTS


class Template(StrEnum):
    """Every letter there is. `FIELDS` says what fills it in."""

    PROMISE_MADE = "promise-made"
    FIX_PROMISED = "fix-promised"
    WORKAROUND = "workaround"
    REMINDER = "reminder"
    RENEGOTIATED = "renegotiated"
    FIXED = "fixed"
    FIX_PROMISED_NO_CALL = "fix-promised-no-call"
    FIXED_NO_CALL = "fixed-no-call"
    BROKEN = "broken"
    PROGRESS = "progress"
    FOLLOW_UP = "follow-up"
    STATUS_CODE = "status-code"


_WINDOW = frozenset({"reference", "opens", "due"})
_REFERENCE = frozenset({"reference"})

#: What `write` has to be given. `opens` and `due` are moments as ISO 8601, and are read as one: {when}.
FIELDS: Mapping[Template, frozenset[str]] = {
    Template.PROMISE_MADE: _WINDOW,
    Template.FIX_PROMISED: _REFERENCE,
    Template.WORKAROUND: frozenset({"reference", "workaround"}),
    Template.REMINDER: _WINDOW,
    Template.RENEGOTIATED: _WINDOW,
    Template.FIXED: _WINDOW,
    Template.FIX_PROMISED_NO_CALL: _REFERENCE,
    Template.FIXED_NO_CALL: _REFERENCE,
    Template.BROKEN: _REFERENCE,
    Template.PROGRESS: _REFERENCE,
    Template.FOLLOW_UP: _REFERENCE,
    Template.STATUS_CODE: frozenset({"reference", "code"}),
}
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: our name, the zone of the times, and the address of the public status page, if there is one."""

    name: str
    zone: tzinfo
    status_page: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in its language. `text` is the whole of a mail, `short` fits a text message."""

    language: str
    subject: str
    text: str
    short: str


@dataclass(frozen=True, slots=True)
class _Language:
    letters: Mapping[str, Mapping[str, str]]
    patterns: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


def write(template: Template, fields: Mapping[str, str], language: str, sender: Sender) -> Letter:
    """Fill the template in. A language that has no letters is written to in English.

    Raises ValueError where the fields are not the template's.
    """
    if fields.keys() != FIELDS[template]:
        raise ValueError(f"{template} takes {sorted(FIELDS[template])}, not {sorted(fields)}")
    tongue = language if has_letters(language) else FALLBACK_LANGUAGE
    words = _read(tongue)
    filled = {**fields, "name": sender.name}
    if "opens" in fields:
        opens, due = (datetime.fromisoformat(fields[end]).astimezone(sender.zone) for end in ("opens", "due"))
        filled["when"] = _window(opens, due, words)
    letter = words.letters[template]
    said = letter["text"].format_map(filled)
    where = words.patterns["where"].format(page=sender.status_page) if sender.status_page else ""
    paragraphs = (words.patterns["greeting"], said, where, words.patterns["farewell"].format(name=sender.name))
    return Letter(
        language=tongue,
        subject=letter["subject"].format_map(filled),
        text="\n\n".join(part for part in paragraphs if part) + "\n",
        short=" ".join(part for part in (f"{sender.name}:", said, where) if part),
    )


def has_letters(language: str) -> bool:
    """Whether letters can be written in the language."""
    return (TEXTS / f"{language}.letters.yaml").exists()


def templates(language: str) -> Mapping[str, Mapping[str, str]]:
    """Subject and text of each letter, as they stand in the language's file."""
    return _read(language).letters


@cache
def _read(language: str) -> _Language:
    tree = YAML(typ="safe").load(TEXTS / f"{language}.letters.yaml")
    patterns = cast("dict[str, str]", tree["patterns"])
    return _Language(tree["letters"], patterns, tuple(tree["weekdays"]), tuple(tree["months"]))


def _window(opens: datetime, due: datetime, words: _Language) -> str:
    """A letter is read some time after it was written: it names the date, never "tomorrow"."""
    zone = opens.tzname() or ""
    if opens.date() == due.date():
        ends = f"{due:%H:%M}"
    else:
        ends = words.patterns["moment"].format(day=_day(due, words), time=f"{due:%H:%M}")
    starts = words.patterns["moment"].format(day=_day(opens, words), time=f"{opens:%H:%M}")
    return words.patterns["window"].format(opens=starts, due=ends, zone=zone)


def _day(moment: datetime, words: _Language) -> str:
    return words.patterns["day"].format(
        weekday=words.weekdays[moment.weekday()],
        day=moment.day,
        month=words.months[moment.month - 1],
        year=moment.year,
    )
