"""What the description of the API (OpenAPI) says of every operation, whichever room it comes from: how faults look, and
that what changes something may carry an idempotency key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from console.api.routing import NO_KEY, PREFIX, TAGS
from console.web.idempotency import HEADER, REPLAYED

_PROBLEM = "application/problem+json"
_NAME = "ProblemDocument"
_REF = f"#/components/schemas/{_NAME}"
_FAULTS = {
    "400": "The request cannot be read",
    "401": "Nobody is signed in",
    "403": "The role, or the token, does not allow it",
    "404": "There is no such thing",
    "409": "The state of things does not allow it, or the same request is being carried out just now",
    "413": "The request is too large",
    "422": "The request has faults, which are named, or its key was used for another one",
    "429": "Too many failures; `Retry-After` says for how many seconds",
    "500": "The hotline has a fault",
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": _NAME,
    "description": "What is wrong (RFC 9457), where, and what helps.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Not found"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "examples": ["there is no such case"]},
        "where": {"type": "string", "examples": ["case 1"]},
        "remedy": {"type": "string"},
        "faults": {
            "type": "array",
            "description": "Of a 422: each field that is wrong.",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {
                    "where": {"type": "string", "examples": ["body.text"]},
                    "what": {"type": "string"},
                    "line": {"type": "integer"},
                    "remedy": {"type": "string"},
                },
            },
        },
        "nearest": {
            "type": "array",
            "description": "Of a window that cannot be promised: those near it that can.",
            "items": {
                "type": "object",
                "required": ["opens", "due"],
                "properties": {
                    "opens": {"type": "string", "format": "date-time"},
                    "due": {"type": "string", "format": "date-time"},
                },
            },
        },
        "theirs": {"type": "string", "description": "Of a version published meanwhile: what it changed."},
        "yours": {"type": "string", "description": "Beside it: what the request would have changed."},
    },
}
_KEY: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A text of your choice, for example a UUID. The same request under the same key is carried out once:"
    f" for 24 hours the first answer is given again, with `{REPLAYED}: true`. Another request under it is a 422. What"
    " was refused changed nothing, and may be tried again under its key.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": r"^[!#-\[\]-~]+$"},
}
_UNKEYED = "Its answer holds a secret and is kept for nobody: a key is ignored."


def described(openapi: dict[str, Any]) -> dict[str, Any]:
    """The same description, complete. What is not under `/api/v1` is left as it is."""
    schemas = openapi.setdefault("components", {}).setdefault("schemas", {})
    schemas[_NAME] = _SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    openapi["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
    for path, verb, operation in operations(openapi):
        if path.startswith(PREFIX):
            _describe(path, verb, operation)
    return openapi


def operations(openapi: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation: path, method in small letters, and what is said of it."""
    return [(path, verb, one) for path, verbs in openapi["paths"].items() for verb, one in verbs.items()]


def methods_at(openapi: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The methods with which there is something at this path."""
    return tuple(
        sorted({verb.upper() for template, verb, _ in operations(openapi) if _matches(template).fullmatch(path)})
    )


def unkeyed(openapi: Mapping[str, Any]) -> Callable[[str], bool]:
    """Whether a POST to a path takes no idempotency key, for its answer holds a secret."""
    secret = [_matches(path) for path, verb, one in operations(openapi) if verb == "post" and one.get(NO_KEY)]
    return lambda path: any(pattern.fullmatch(path) for pattern in secret)


def _matches(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", template)))


def _describe(path: str, verb: str, operation: dict[str, Any]) -> None:
    changes = verb != "get"
    kinds = {"400", "401", "403", "422", "429", "500"}
    kinds |= {"404"} if "{" in path or changes else set()
    kinds |= {"409", "413"} if changes else set()
    for status in sorted(kinds):
        fault = {"description": _FAULTS[status], "content": {_PROBLEM: {"schema": {"$ref": _REF}}}}
        operation["responses"][status] = fault
    if verb == "post" and operation.get(NO_KEY):
        operation["description"] = f"{operation.get('description', '')}\n\n{_UNKEYED}".strip()
    elif verb == "post":
        operation.setdefault("parameters", []).append(_KEY)
