"""What requests of the API are made of: bodies and parameters with bounds, so that nothing endless comes in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

#: PostgreSQL keeps no text with the character NUL.
TEXT = "^[^\u0000]*$"
#: What ids, names of agents and numbers of calls are made of.
_ID = r"^[A-Za-z0-9][A-Za-z0-9@+._:-]*$"


class Body(BaseModel):
    """What a request may carry: nothing unknown, no text without a bound."""

    model_config = ConfigDict(extra="forbid")


Short = Annotated[str, Field(max_length=200, pattern=TEXT)]
Long = Annotated[str, Field(max_length=4000, pattern=TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=_ID)]
#: One thing, named in the address.
Id = Annotated[str, Path(min_length=1, max_length=64, pattern=_ID)]
#: One thing, named as a condition.
Which = Annotated[str | None, Query(min_length=1, max_length=64, pattern=_ID)]
#: Words to search for.
Words = Annotated[str, Query(max_length=200, pattern=TEXT)]


def source_of(request: Request) -> str:
    """Where the request comes from, for counting failures. uvicorn puts a trusted proxy's word here."""
    return request.client.host if request.client else "unknown"
