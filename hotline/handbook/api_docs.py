"""The handbook's page about the API, made from its description (OpenAPI 3.1); pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_INTRODUCTION = """\
# API

Made from the description that the hotline itself serves at `/api/openapi.json`; `/api/docs` shows it with forms to try.
Everything is JSON, times are RFC 3339 with an offset, lists come by pages (`limit`, and as `cursor`
what `next` of the page before said). A program brings a token of the console's page *API tokens*:

```text
curl -H "Authorization: Bearer hlt_…" https://hotline.example.net/api/v1/wallboard
```

A POST may carry an `Idempotency-Key` of your choice: the same request under the same key is carried out once. Faults
are RFC 9457 problems with `title`, `detail`, and where we know one a `remedy`.
"""
#: What may answer any operation; told once.
_FAULTS = """\
| fault | meaning |
|---|---|
"""
_REF = "#/components/schemas/"


def api_page(openapi: Mapping[str, Any]) -> str:
    """The page in Markdown: the operations by subject, then the shapes they speak of."""
    return "\n".join((_INTRODUCTION, *_faults(openapi), *_operations(openapi), *_shapes(openapi))).rstrip() + "\n"


def _faults(openapi: Mapping[str, Any]) -> Iterator[str]:
    told = {
        status: response["description"]
        for _, _, one in _each(openapi)
        for status, response in one["responses"].items()
        if status >= "400"
    }
    yield _FAULTS + "\n".join(f"| {status} | {_cell(what)} |" for status, what in sorted(told.items())) + "\n"


def _operations(openapi: Mapping[str, Any]) -> Iterator[str]:
    for tag in openapi["tags"]:
        yield f"## {tag['name']}\n\n{tag['description']}.\n"
        for path, verb, one in _each(openapi):
            if one["tags"][0] == tag["name"]:
                yield from _operation(path, verb, one)


def _operation(path: str, verb: str, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {verb.upper()} {path}\n"
    if told := one.get("description"):
        yield f"{_flat(told)}\n"
    asked = [each for each in one.get("parameters", ()) if each["in"] != "header"]
    if asked:
        yield "| parameter | type | meaning |\n|---|---|---|"
        for each in asked:
            kind = _type(each["schema"])
            needed = "" if each["required"] else f", default {_code(each['schema'].get('default'))}"
            optional = needed if "default" in each["schema"] else "" if each["required"] else ", optional"
            yield f"| `{each['name']}` | {kind}{optional} | {_cell(each.get('description', ''))} |"
        yield ""
    if body := one.get("requestBody"):
        yield f"Body: {_content(body)}.\n"
    answers = [
        f"{status}: {_content(response) or 'no content'}"
        for status, response in sorted(one["responses"].items())
        if status < "400"
    ]
    faults = ", ".join(status for status in sorted(one["responses"]) if status >= "400")
    yield f"Answers {'; '.join(answers)}. Faults: {faults or 'none'}.\n"


def _shapes(openapi: Mapping[str, Any]) -> Iterator[str]:
    yield "## Shapes\n"
    for name, schema in sorted(openapi["components"]["schemas"].items()):
        yield f"### {name}\n"
        if told := schema.get("description"):
            yield f"{_flat(told)}\n"
        if values := schema.get("enum"):
            yield f"One of {', '.join(_code(value) for value in values)}.\n"
        if fields := schema.get("properties"):
            needed = schema.get("required", ())
            yield "| field | type | meaning |\n|---|---|---|"
            for field, kind in fields.items():
                optional = "" if field in needed else ", optional"
                yield f"| `{field}` | {_type(kind)}{optional} | {_cell(kind.get('description', ''))} |"
            yield ""


def _each(openapi: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Every operation that has a subject: path, method in small letters, and what is said of it."""
    return [
        (path, verb, one)
        for path, verbs in sorted(openapi["paths"].items())
        for verb, one in sorted(verbs.items())
        if one.get("tags")
    ]


def _content(holder: Mapping[str, Any]) -> str:
    kinds = holder.get("content", {})
    told = [
        _type(kind["schema"]) if media == "application/json" else f"`{media}`" for media, kind in sorted(kinds.items())
    ]
    return " or ".join(told)


def _type(schema: Mapping[str, Any]) -> str:
    """What a value is, in few words; a shape is a link to where it is described."""
    if ref := schema.get("$ref"):
        name = str(ref).removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_type(option) for option in options)
    if values := schema.get("enum"):
        return " or ".join(_code(value) for value in values)
    if "const" in schema:
        return _code(schema["const"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else f"list of {_tuple(schema)}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _tuple(schema: Mapping[str, Any]) -> str:
    parts: Sequence[Mapping[str, Any]] = schema.get("prefixItems", ())
    return ", ".join(_type(part) for part in parts) or "anything"


def _code(value: object) -> str:
    return f"`{value}`"


def _flat(text: str) -> str:
    """Paragraphs stay, lines within them are joined."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
