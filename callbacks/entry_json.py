"""Entries as JSON values and back. Reading checks every field, so a damaged ledger is noticed, not guessed at."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue, TypeAdapter

from callbacks.entries import Entry

_ADAPTER: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


def entry_to_json(entry: Entry) -> dict[str, JsonValue]:
    """The entry as a JSON object; times as ISO 8601."""
    written: dict[str, JsonValue] = _ADAPTER.dump_python(entry, mode="json")
    return written


def entry_from_json(written: dict[str, JsonValue]) -> Entry:
    """The entry again. Raises `pydantic.ValidationError` when it is not one."""
    return _ADAPTER.validate_python(written)
