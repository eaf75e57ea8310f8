"""One trunk as the settings describe it: a `[[trunks]]` table of hotline.toml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

#: The name of the trunk that `trunk_host` and its like describe.
MAIN_TRUNK = "main"

TrunkName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class TrunkSettings(BaseModel):
    """A telephone provider or PBX. Without `port` the name service is asked for it (SRV), and 5060 is the last resort.
    `failover` names the trunks that take over, in this order, where this one cannot be reached or answers 503."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: TrunkName
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: str | None = None
    password: SecretStr | None = None
    register_here: bool = Field(default=False, alias="register")
    transport: Literal["udp", "tcp"] = "udp"
    outbound_proxy: str | None = None  # host or host:port that everything for this trunk is sent to
    caller_identity: bool = False  # say in P-Asserted-Identity who calls
    failover: tuple[TrunkName, ...] = ()

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.register_here and not (self.user and self.password):
            raise ValueError("register needs user and password")
        return self


def fault_between(trunks: tuple[TrunkSettings, ...]) -> str:
    """What is wrong among trunks that are fine each by itself; empty if nothing is."""
    names = [trunk.name for trunk in trunks]
    for name in names:
        if names.count(name) > 1:
            return f"two trunks are named {name}; {MAIN_TRUNK} is the one of trunk_host"
    for trunk in trunks:
        for name in trunk.failover:
            if name not in names:
                return f"trunk {trunk.name} fails over to {name}, which is none of: {', '.join(names)}"
    return ""
