"""What may be written to a log: never a whole telephone number or mail address."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\+?\d{5,}")


def mask_number(number: str) -> str:
    """`+821012345678` becomes `+82*******78`: country and tail, enough to tell two callers apart."""
    if len(number) < 6:
        return number
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def mask_numbers(text: str) -> str:
    """The text with every run of five or more digits masked."""
    return _NUMBER.sub(lambda found: mask_number(found.group()), text)


def mask_address(address: str) -> str:
    """A number as `mask_number` gives it; `jane.doe@example.org` becomes `j*******@example.org`."""
    person, at, host = address.partition("@")
    if not at:
        return mask_number(address)
    return f"{person[:1]}{'*' * max(1, len(person) - 1)}@{host}"
