"""The API's page, drawn from its OpenAPI description by us: nothing is fetched from elsewhere."""

from __future__ import annotations

from typing import Any

from console.pages.frame_view import head
from console.pages.html import Html, el, together

_INTRO = """\
Sign in with POST /api/v1/sessions and send the token as “Authorization: Bearer TOKEN”; or make a token of the API for a
program on the page Tokens.
Every POST may carry the header “Idempotency-Key” with a text of your choice: the same request under the same key is
carried out once, and for 24 hours the first answer is given again.
Lists come in pages: “next” of an answer is the “cursor” of the following one.
Faults come as application/problem+json and name the field that is wrong.
"""


def api_page(openapi: dict[str, Any], theme: str) -> str:
    """The whole page: the operations subject by subject."""
    schemas = openapi.get("components", {}).get("schemas", {})
    told = {tag["name"]: tag["description"] for tag in openapi.get("tags", ())}
    subjects: dict[str, list[Html]] = {}
    for path, verbs in openapi["paths"].items():
        for verb, operation in verbs.items():
            subject = str(operation.get("tags", [""])[0])
            subjects.setdefault(subject, []).append(_operation(path, verb, operation, schemas))
    ways = [el("li", el("a", subject, href=f"#{subject}")) for subject in subjects]
    sections = [_subject(name, told.get(name, ""), found) for name, found in subjects.items()]
    link = el("a", "/api/openapi.json", href="/api/openapi.json")
    body = el(
        "main",
        el("h1", f"{openapi['info']['title']} API"),
        el("p", _INTRO),
        el("p", "Machine-readable: ", link),
        el("nav", el("ul", *ways, class_="row wrap"), aria_label="Subjects"),
        *sections,
        class_="api",
    )
    title = el("title", f"API · {openapi['info']['title']}")
    page = el("html", el("head", el("meta", charset="utf-8"), title, head()), el("body", body), lang="en",
              data_theme=theme)  # fmt: skip
    return f"<!doctype html>{page}"


def _subject(name: str, told: str, operations: list[Html]) -> Html:
    return el("section", el("h2", name), el("p", told), *operations, id=name, class_="stack")


def _operation(path: str, verb: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Html:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = schemas.get(_named(body), {})
    asked = [
        (one["name"], one["schema"], one.get("required", False))
        for one in operation.get("parameters", ())
        if one["in"] == "query"
    ]
    asked += [(name, kind, name in shape.get("required", ())) for name, kind in shape.get("properties", {}).items()]
    rows = [_asked(name, kind, required) for name, kind, required in asked]
    codes = sorted(operation["responses"])
    answers = ", ".join(code for code in codes if code < "400")
    faults = ", ".join(code for code in codes if code >= "400")
    return together(
        el("section", el("h3", el("code", f"{verb.upper()} {path}")), el("p", operation.get("description", "")),
           el("ul", *rows) if rows else None, el("p", f"→ {answers}; faults {faults}", class_="muted"), class_="panel")
    )  # fmt: skip


def _asked(name: str, kind: dict[str, Any], required: bool) -> Html:
    needed = el("span", "needed", class_="chip") if required else None
    return el("li", el("code", name), f" {_type(kind)} ", needed)


def _named(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return _named(schema) or " ".join(filter(None, (str(schema.get("type", "")), str(schema.get("format", "")))))
