"""The OpenAPI document matches the API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.conftest import RunningApi

if TYPE_CHECKING:
    from schemathesis.schemas import APIOperation

pytestmark = pytest.mark.anyio

PATHS = {
    "/": {"get"},
    "/v1/auth/guest": {"post"},
    "/v1/auth/login": {"post"},
    "/v1/auth/claim": {"post"},
    "/v1/auth/refresh": {"post"},
    "/v1/auth/logout": {"post"},
    "/v1/auth/me": {"get", "delete"},
    "/v1/auth/ticket": {"post"},
    "/v1/auth/me/export": {"get"},
    "/v1/messages/submit": {"post"},
    "/v1/messages/conversation": {"get"},
    "/v1/messages/{message_id}/why": {"get"},
    "/v1/jobs/{job_id}": {"get"},
    "/v1/jobs/{job_id}/retry": {"post"},
    "/v1/jobs/{job_id}/events": {"get"},
    "/v1/agents": {"get", "post"},
    "/v1/agents/active": {"get"},
    "/v1/agents/{agent_id}": {"get"},
    "/v1/agents/{agent_id}/avatar": {"get"},
    "/v1/agents/{agent_id}/instructions": {"get", "put"},
    "/v1/agents/{agent_id}/live": {"get"},
    "/v1/agents/{agent_id}/memories": {"get", "post"},
    "/v1/agents/{agent_id}/memories/{fact_id}": {"delete", "patch"},
    "/v1/agents/{agent_id}/memories/{fact_id}/sources": {"get"},
    "/v1/agents/{agent_id}/profile": {"get"},
    "/v1/agents/{agent_id}/profile/hidden_subjects": {"post"},
    "/v1/agents/{agent_id}/profile/hidden_subjects/{subject_id}": {"delete"},
    "/v1/thoughts/latest": {"get"},
    "/static/expressions/{agent}/{file}": {"get"},
    "/v1/meta/ping": {"get"},
    "/v1/meta/version": {"get"},
    "/v1/meta/health": {"get"},
    "/v1/meta/queue": {"get"},
    "/v1/meta/llm": {"get"},
}


async def test_every_path_is_in_the_document_and_no_other(api: RunningApi) -> None:
    document = (await api.client().get("/openapi.json")).json()
    assert {path: set(item) for path, item in document["paths"].items()} == PATHS


async def test_the_document_is_encoded_once(api: RunningApi) -> None:
    first = await api.client().get("/openapi.json")
    assert first.json() == api.app.openapi()
    api.app.openapi_schema = {"another": True}
    assert (await api.client().get("/openapi.json")).content == first.content


async def test_every_error_is_declared_in_the_envelope(api: RunningApi) -> None:
    document = api.app.openapi()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            assert {"421", "500", "503"} <= set(responses)
            login = operation["operationId"].startswith("login")
            assert bool(operation.get("security")) is ("401" in responses and not login)
            for status, response in responses.items():
                if int(status) >= 400:
                    schema = response["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}


def key(address: str) -> dict[str, str]:
    """Return the headers of a new guest."""
    guest = httpx.post(f"{address}/v1/auth/guest").json()
    return {"Authorization": f"Bearer {guest['access_token']}"}


def operations(address: str) -> "Iterator[APIOperation[Any, Any, Any, Any]]":
    """Yield all operations but the one after which nobody is left to ask."""
    for result in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():
        assert isinstance(result, Ok)
        if result.ok().label != "DELETE /v1/auth/me":
            yield result.ok()


MIN_MALFORMED = 15
"""Operations with a parameter or a body; of the others no request can be malformed."""
FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def check_malformed(operation: "APIOperation[Any, Any, Any, Any]", headers: dict[str, str]) -> bool:
    """Check an operation; return whether any request for it can be malformed."""

    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @FEW
    def is_answered(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(headers=headers, timeout=20, checks=[not_a_server_error])

    try:
        is_answered()
    except (SkipTest, Unsatisfiable):
        return False
    return True


def check(operation: "APIOperation[Any, Any, Any, Any]", headers: dict[str, str]) -> None:
    # No schema can express what is a valid name, a common password or a text that can be seen.
    agent = "/v1/agents/{agent_id}"
    memories, subjects = f"{agent}/memories", f"{agent}/profile/hidden_subjects"
    beyond = {
        "/v1/auth/claim",
        "/v1/messages/submit",
        memories,
        f"{memories}/{{fact_id}}",
        subjects,
    }
    unsaid = positive_data_acceptance if operation.path in beyond else None

    @given(case=operation.as_strategy())
    @FEW
    def fits(case: "schemathesis.Case[Any]") -> None:
        left_out: Any = [unsaid] if unsaid else []
        case.call_and_validate(headers=headers, timeout=20, excluded_checks=left_out)

    fits()


def test_no_valid_request_causes_an_internal_error(served: str) -> None:
    for operation in operations(served):
        check(operation, key(served))


@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without a key"])
def test_no_malformed_request_causes_an_internal_error(served: str, *, has_key: bool) -> None:
    headers = key(served) if has_key else {}
    checked = [check_malformed(operation, headers) for operation in operations(served)]
    assert sum(checked) > MIN_MALFORMED
