"""The API keeps what its description says: schemathesis makes requests from the description, good ones and bad ones,
the same in every run, and looks at what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.web.idempotency import HEADER
from tests.console.sample_api import sample_api

pytestmark = pytest.mark.long

Operation = APIOperation[Any, Any, Any, Any]
Made = Case[Any]

ALWAYS = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_schema_conformance, response_headers_conformance),
]
#: The stream has no end; signing out would end the session of all that follow.
LEFT_OUT = ("GET /api/v1/events", "DELETE /api/v1/sessions")
#: Checking a password takes long on purpose.
SLOW = "POST /api/v1/sessions"
#: An empty list of states is no parameter at all, and so no bad request.
LISTS = ("GET /api/v1/problems", "GET /api/v1/promises")


@dataclass(frozen=True, slots=True)
class Contract:
    """The description of a running API, and the token of an admin."""

    schema: BaseSchema
    token: str

    @property
    def operations(self) -> list[Operation]:
        """Those that can be called again and again."""
        found = [result.ok() for result in self.schema.get_all_operations() if isinstance(result, Ok)]
        return [operation for operation in found if operation.label not in LEFT_OUT]

    def ask(self, case: Made) -> Response:
        """What is answered to the admin. Keys have tests of their own: those that are made here are a letter or two,
        and soon used twice."""
        case.headers.pop(HEADER, None)
        return case.call(headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    async def built() -> Contract:
        async with sample_api(tmp_path) as api:
            return Contract(schemathesis.openapi.from_asgi("/api/openapi.json", api.app), await api.token("root"))

    return asyncio.run(built())


def broken(
    operations: list[Operation],
    mode: GenerationMode,
    look: Callable[[Made], None],
    most: int,
) -> dict[str, str]:
    """The operations of which an example does not stand up to `look`, and why."""
    found: dict[str, str] = {}
    for operation in operations:

        @settings(
            max_examples=2 if operation.label == SLOW else most,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Made) -> None:
            look(case)

        try:
            holds()
        except (AssertionError, BaseExceptionGroup) as fault:
            parts = fault.exceptions if isinstance(fault, BaseExceptionGroup) else (fault,)
            found[operation.label] = "; ".join(map(str, parts))
    return found


def test_good_requests_are_answered_as_described(contract: Contract) -> None:
    def look(case: Made) -> None:
        answer = contract.ask(case)
        # What no schema can say (which fields go together, what a cursor is) we refuse ourselves, and say where.
        ours = [positive_data_acceptance] if answer.status_code != 422 else []
        case.validate_response(answer, checks=[*ALWAYS, *ours])
        assert answer.status_code != 422 or "where" in answer.json(), answer.json()

    assert broken(contract.operations, GenerationMode.POSITIVE, look, 6) == {}


def test_bad_requests_are_refused_as_described(contract: Contract) -> None:
    def look(case: Made) -> None:
        answer = contract.ask(case)
        is_told = case.operation.label in LISTS or answer.status_code == 413  # too large to be looked at
        refused = [] if is_told else [negative_data_rejection]
        case.validate_response(answer, checks=[*ALWAYS, *refused])

    with_parameters = [one for one in contract.operations if one.body or one.query or one.path_parameters]
    assert broken(with_parameters, GenerationMode.NEGATIVE, look, 6) == {}


def test_no_operation_but_the_sign_in_can_do_without_a_token(contract: Contract) -> None:
    def look(case: Made) -> None:
        case.validate_response(contract.ask(case), checks=[ignored_auth])

    guarded = [one for one in contract.operations if one.label != SLOW]
    assert len(guarded) > 60
    assert broken(guarded, GenerationMode.POSITIVE, look, 1) == {}
