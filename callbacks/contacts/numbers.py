"""Telephone numbers as people are known by: E.164, or an extension as it is."""

from __future__ import annotations

import re

import phonenumbers

_WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "private", "restricted", "withheld"})
_EXTENSION = re.compile(r"[0-9]{2,6}")
_PUNCTUATION = re.compile(r"[\s().\-/]")


def normal_number(given: str, country: str) -> str:
    """`010-1234-5678` in KR becomes `+821012345678`; `1005` and `alice` stay; a withheld number becomes empty.

    Only what is a valid number of the country (or, with a plus, of any) is rewritten.
    """
    number = given.strip()
    if number.lower() in _WITHHELD:
        return ""
    bare = _PUNCTUATION.sub("", number)
    try:
        parsed = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.is_valid_number(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return bare


def is_number(normal: str) -> bool:
    """Whether a number in its normal form can be somebody's: E.164, or an extension of two to six digits."""
    if _EXTENSION.fullmatch(normal):
        return True
    try:
        return normal.startswith("+") and phonenumbers.is_valid_number(phonenumbers.parse(normal))
    except phonenumbers.NumberParseException:
        return False
