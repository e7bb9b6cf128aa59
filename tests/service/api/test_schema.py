"""Property tests of the whole API as every role: no 5xx, no answer that its own OpenAPI document does not describe."""

import os

import pytest
import schemathesis
from beishen.service.office.permission import permissions
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

# `.ci/run` asks for more (BEISHEN_FUZZ).
EXAMPLES = 12 if "BEISHEN_FUZZ" in os.environ else 3
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance)


@pytest.mark.parametrize("role", [*permissions().roles, ""])
def test_every_operation_as_every_role(desk, filed, role: str) -> None:  # type: ignore[no-untyped-def]
    filed()
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", desk.app)
    client = desk.client(role)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.path.startswith("/v1"):
            continue
        tried += 1

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def answered(case) -> None:  # type: ignore[no-untyped-def]
            case.call_and_validate(session=client, checks=CHECKS)

        answered()
    assert tried >= 30
