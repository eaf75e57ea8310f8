"""One line of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.identity.users import Action, Role

EVERYONE = frozenset(Role)
LEADERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})
#: An agent for themselves, and an admin for them.
OWN = frozenset({Role.AGENT, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Row:
    """A route as it is called, who may, and the action that it asks for: a token may that has a scope with it."""

    method: str
    path: str
    roles: frozenset[Role]
    action: Action
    places: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    query: str = ""
    #: Its answer does not end by itself.
    endless: bool = False
    #: A route for pages, which the OpenAPI does not describe, stands beside the API's; its body is a form.
    beside: bool = False

    def address(self, names: Mapping[str, str]) -> str:
        """Where it is called; `names` are what stands for things of the sample book."""
        places = {key: names.get(place, place) for key, place in self.places.items()}
        return f"{'' if self.beside else '/api/v1'}{self.path.format(**places)}{self.query}"

    def __str__(self) -> str:
        return f"{self.method} {self.path.format(**self.places)}{self.query}"


@dataclass(frozen=True, slots=True)
class Sight:
    """A page, and who may see it."""

    path: str
    roles: frozenset[Role]
