"""The API's page, drawn from its OpenAPI description by us: nothing is fetched from elsewhere."""

from __future__ import annotations

from typing import Any

from console.pages.frame_view import head
from console.pages.html import Html, el, together


def api_page(openapi: dict[str, Any], theme: str) -> str:
    """The whole page."""
    sections = [
        _operation(path, verb, operation, openapi.get("components", {}).get("schemas", {}))
        for path, verbs in openapi["paths"].items()
        for verb, operation in verbs.items()
    ]
    intro = (
        "Sign in with POST /api/v1/sessions and send the token as “Authorization: Bearer TOKEN”. "
        "Faults come as application/problem+json. Machine-readable: "
    )
    link = el("a", "/api/openapi.json", href="/api/openapi.json")
    body = el("main", el("h1", f"{openapi['info']['title']} API"), el("p", intro, link), *sections, class_="api")
    title = el("title", f"API · {openapi['info']['title']}")
    page = el("html", el("head", el("meta", charset="utf-8"), title, head()), el("body", body), lang="en",
              data_theme=theme)  # fmt: skip
    return f"<!doctype html>{page}"


def _operation(path: str, verb: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Html:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fields = schemas.get(str(body.get("$ref", "")).rpartition("/")[2], {}).get("properties", {})
    codes = ", ".join(operation["responses"])
    rows = [el("li", el("code", name), f" {_type(kind)}") for name, kind in fields.items()]
    return together(
        el("section", el("h2", el("code", f"{verb.upper()} {path}")), el("p", operation.get("description", "")),
           el("ul", *rows) if rows else None, el("p", f"→ {codes}", class_="muted"), class_="panel")
    )  # fmt: skip


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return name or " ".join(filter(None, (str(schema.get("type", "")), str(schema.get("format", "")))))
