"""A telephone that calls from anywhere as the settings describe it: a `[[telephones]]` table of hotline.toml."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

UserName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}$")]


class TelephoneSettings(BaseModel):
    """It proves by digest that it knows the password. `number` is who calls then; without one what it says of itself
    is not believed, and so is told nothing of what is owed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user: UserName
    password: Annotated[SecretStr, Field(min_length=8)]
    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,15}$")] | None = None


def fault_among(telephones: tuple[TelephoneSettings, ...]) -> str:
    """What is wrong among telephones that are fine each by itself; empty if nothing is."""
    users = [telephone.user for telephone in telephones]
    twice = next((user for user in users if users.count(user) > 1), None)
    return f"two telephones have the user {twice}" if twice else ""
