"""The handbook's page about the API says what the API says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hotline.handbook.api_docs import api_page
from tests.hotline import handbook_api
from tests.hotline.handbook_pages import ROOT
from tests.hotline.test_handbook_links import PAGES

_MENTIONED = re.compile(r"/api/v1(/[a-z][a-z/{}-]*[a-z}])")
_TOLD = re.compile(r"^### [A-Z]+ /api/v1(/\S+)$", re.MULTILINE)

SMALL: dict[str, Any] = {
    "tags": [{"name": "calls", "description": "Calls | records"}],
    "paths": {
        "/healthz": {"get": {"responses": {}}},
        "/api/v1/calls/{call}": {
            "get": {
                "tags": ["calls"],
                "description": "One call.\nIts record.",
                "parameters": [
                    {"name": "call", "in": "path", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "limit",
                        "in": "query",
                        "required": False,
                        "description": "a | b",
                        "schema": {"type": "integer", "default": 50},
                    },
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cdr"}}}},
                    "404": {"description": "There is no such thing"},
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Cdr": {
                "required": ["start"],
                "properties": {
                    "start": {"type": "string", "format": "date-time"},
                    "queue": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
            },
            "Verb": {"enum": ["CONNECT", "ABANDON"]},
        }
    },
}


async def test_the_page_is_not_stale() -> None:
    fresh = await handbook_api.made()
    assert handbook_api.PAGE.read_text("utf-8") == fresh, "write it anew: python -m tests.hotline.handbook_api"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_address_of_the_api_that_is_named_is_there(page: Path) -> None:
    there = set(_TOLD.findall(handbook_api.PAGE.read_text("utf-8")))
    assert len(there) > 30
    assert set(_MENTIONED.findall(page.read_text("utf-8"))) - there == set()


def test_an_operation_is_told_with_its_parameters_answers_and_faults() -> None:
    page = api_page(SMALL)
    assert "### GET /api/v1/calls/{call}\n\nOne call. Its record.\n" in page
    assert "| `call` | string |  |" in page
    assert "| `limit` | integer, default `50` | a \\| b |" in page
    assert "Answers 200: [Cdr](#cdr). Faults: 404." in page
    assert "healthz" not in page


def test_a_shape_is_told_with_its_fields_or_values() -> None:
    page = api_page(SMALL)
    assert "| `start` | string (date-time) |  |" in page
    assert "| `queue` | string or null, optional |  |" in page
    assert "One of `CONNECT`, `ABANDON`." in page
