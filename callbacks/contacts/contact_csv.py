"""Contacts from a table of comma-separated values: what each line says, and what is wrong with it.

The first line names the columns: `number` and any of `other_numbers` (separated by blanks or semicolons), `name`,
`tier`, `language`, `notes`, `do_not_call` (yes or no), `channel` (phone, mail or text) and `mail`, in any order. An
empty cell says nothing: what is known already stays.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from callbacks.contacts.numbers import is_number, normal_number
from callbacks.model import Channel, Contact
from config.hotline_file import HotlineFile

COLUMNS = ("number", "other_numbers", "name", "tier", "language", "notes", "do_not_call", "channel", "mail")
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST = {"name": 200, "notes": 4000, "mail": 254}


def is_mail(text: str) -> bool:
    """Whether it can be a mail address."""
    return _MAIL.fullmatch(text) is not None and len(text) <= _LONGEST["mail"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a line cannot be used, and what to do. No word of the line itself is in it but what is wrong."""

    line: int
    what: str
    remedy: str


class ContactChanges(TypedDict, total=False):
    """Fields of `Contact` that a line speaks of."""

    name: str
    tier: str
    language: str
    notes: str
    do_not_call: bool
    channel: Channel
    mail: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a line says."""

    line: int
    numbers: tuple[str, ...]
    changes: ContactChanges

    def applied(self, contact: Contact) -> Contact:
        """The contact with what the line says; numbers that are new come after those known."""
        number, *others = dict.fromkeys((*contact.numbers, *self.numbers))
        return replace(contact, number=number, other_numbers=tuple(others), **self.changes)


def read_contacts_csv(text: str, file: HotlineFile) -> tuple[list[ContactRow], list[RowFault]]:
    """Every line that can be used, and every fault, in the order of the lines. Lines count from 1, the header's."""
    text = text.removeprefix("\ufeff")
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [name.strip().lower() for name in next(reader, [])]
    faults = list(_header_faults(columns))
    rows: list[ContactRow] = []
    if faults:
        return rows, faults
    lines_of: dict[str, int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        line = reader.line_num
        try:
            row = _row(line, columns, cells, file, lines_of)
        except _WrongCell as wrong:
            faults.append(RowFault(line, wrong.what, wrong.remedy))
            continue
        rows.append(row)
        lines_of |= dict.fromkeys(row.numbers, line)
    return rows, faults


class _WrongCell(Exception):
    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def _header_faults(columns: list[str]) -> Iterator[RowFault]:
    known = ", ".join(COLUMNS)
    if "number" not in columns:
        yield RowFault(1, "no column is called `number`", f"the first line names the columns: {known}")
    for name in columns:
        if name not in COLUMNS:
            yield RowFault(1, f"the column `{name}` is not known", f"use {known}")
        elif columns.count(name) > 1:
            yield RowFault(1, f"the column `{name}` is there twice", "leave one out")


def _row(line: int, columns: list[str], cells: list[str], file: HotlineFile, lines_of: Mapping[str, int]) -> ContactRow:
    if len(cells) > len(columns):
        raise _WrongCell("there are more cells than columns", "put cells that contain the separator in quotes")
    said = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    given = [said.pop("number", ""), *re.split(r"[;,\s]+", said.pop("other_numbers", ""))]
    if not given[0]:
        raise _WrongCell("there is no number", "a contact is known by a telephone number")
    numbers = tuple(dict.fromkeys(_number(number, file.hotline.country) for number in given if number))
    for number in numbers:
        if number in lines_of:
            raise _WrongCell(f"the number is in line {lines_of[number]} already", "one line for each contact")
    return ContactRow(line, numbers, _changes(said, file))


def _number(given: str, country: str) -> str:
    number = normal_number(given, country)
    if not is_number(number):
        raise _WrongCell("this is no telephone number", f"write it as in {country}, or as +COUNTRY NUMBER")
    return number


def _changes(said: Mapping[str, str], file: HotlineFile) -> ContactChanges:
    for name, longest in _LONGEST.items():
        if len(said.get(name, "")) > longest:
            raise _WrongCell(f"`{name}` is longer than {longest} characters", "shorten it")
    changes = ContactChanges()
    if "name" in said:
        changes["name"] = said["name"]
    if "notes" in said:
        changes["notes"] = said["notes"]
    if "tier" in said:
        changes["tier"] = _one_of("tier", said["tier"], file.tiers)
    if "language" in said:
        changes["language"] = _one_of("language", said["language"], file.languages)
    if "channel" in said:
        changes["channel"] = Channel(_one_of("channel", said["channel"].lower(), tuple(Channel)))
    if "do_not_call" in said:
        changes["do_not_call"] = _TRUTH[_one_of("do_not_call", said["do_not_call"].lower(), _TRUTH)]
    if "mail" in said:
        if not _MAIL.fullmatch(said["mail"]):
            raise _WrongCell("this is no mail address", "write it as NAME@HOST")
        changes["mail"] = said["mail"]
    return changes


def _one_of(name: str, cell: str, known: Collection[str]) -> str:
    if cell not in known:
        raise _WrongCell(f"no {name} is called `{cell}`", f"use {', '.join(known)}")
    return cell
