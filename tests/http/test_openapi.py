"""The calls are what their description says: generated requests, good and bad, never trip the house."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.support.clients import Caller, HouseUnderTest, borrowed_frame, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import caller_with
from tierslieu.http.wording import SENTENCES
from tierslieu.infra.settings import Settings

WITH_BODY, WITHOUT = 24, 12
"""Generated requests of one call: those that bring a body have more to get wrong."""
ROLES = ("member", "administrator", "kiosk")
VERBS = ("get", "post", "put", "patch", "delete")
SWEEP = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The description of all calls, as the house publishes it."""
    with borrowed_frame(Settings().upload_limit) as app:
        found: dict[str, Any] = app.openapi_schema.to_schema()
    return found


@lru_cache(maxsize=1)
def generated() -> Any:
    """The same, as the generator of requests reads it: once, since it looks at the whole of it."""
    return schemathesis.openapi.from_dict(document())


def operations() -> list[tuple[str, str]]:
    """Every operation: method and path."""
    return sorted(
        (verb.upper(), path) for path, verbs in document()["paths"].items() for verb in verbs if verb in VERBS
    )


NAMES = [f"{method} {path}" for method, path in operations()]


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One house for all generated requests."""
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("openapi")) as found:
        yield found


def test_the_house_publishes_it(house: HouseUnderTest) -> None:
    answer = house.client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == document()["paths"].keys()
    assert answer.json()["openapi"].startswith("3.1")


def described(method: str, path: str) -> dict[str, Any]:
    """One operation of the document."""
    found: dict[str, Any] = document()["paths"][path][method.lower()]
    return found


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, looked up when it is a reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["schemas"][name] if name else schema
    return found


def test_an_operation_says_what_it_does() -> None:
    for method, path in operations():
        found = described(method, path)
        assert found.get("description") or found.get("summary"), (method, path)
        assert found.get("tags"), (method, path)
        assert found["operationId"], (method, path)


def test_a_body_has_an_example() -> None:
    for method, path in operations():
        for kind, content in described(method, path).get("requestBody", {}).get("content", {}).items():
            schema = resolved(content.get("schema", {}))
            shown = content.get("example") or content.get("examples") or schema.get("example") or schema.get("examples")
            assert shown, f"{method} {path}: {kind} has no example"


def test_refusals_are_described_as_they_are() -> None:
    """Refusals are application/problem+json with a code: the document must not promise anything else."""
    for method, path in operations():
        for status, answer in described(method, path)["responses"].items():
            if status.startswith(("4", "5", "default")):
                kinds = set(answer.get("content", {}))
                assert kinds == {"application/problem+json"}, f"{method} {path}, {status}: {kinds}"


def test_operation_ids_are_unique() -> None:
    ids = [described(method, path)["operationId"] for method, path in operations()]
    assert len(ids) == len(set(ids))


def test_examples_of_the_document_are_accepted(house: HouseUnderTest) -> None:
    """What the document shows can be sent as it is: by who may, it is understood (not 400, 415 or 422 for its form)."""
    administrator, wrong = caller_with(house, "administrator"), []
    for method, path in operations():
        for content in described(method, path).get("requestBody", {}).get("content", {}).values():
            schema = resolved(content.get("schema", {}))
            for shown in schema.get("examples", [schema["example"]] if "example" in schema else []):
                answer = administrator._client.request(
                    method, _somewhere(path), json=shown, headers=administrator.headers
                )
                if answer.status_code in (400, 415) or answer.status_code >= 500:
                    wrong.append((method, path, answer.status_code, answer.text[:200]))
    assert wrong == []


def _somewhere(path: str) -> str:
    return path.replace("{id}", "0000000000001").replace("{key}", "p3d-1").replace("{sha256}", "0" * 64)


@pytest.mark.parametrize(("method", "path"), operations(), ids=NAMES)
def test_generated_requests(house: HouseUnderTest, method: str, path: str) -> None:
    operation = generated()[path][method]
    callers = [house.stranger, *(caller_with(house, role) for role in ROLES)]
    has_input = bool(described(method, path).get("parameters") or described(method, path).get("requestBody"))
    cases = operation.as_strategy(GenerationMode.POSITIVE)
    if has_input:
        cases = cases | operation.as_strategy(GenerationMode.NEGATIVE)

    @settings(SWEEP, max_examples=WITH_BODY if described(method, path).get("requestBody") else WITHOUT)
    @given(case=cases, caller=st.sampled_from(callers))
    def sweep(case: schemathesis.Case[Any], caller: Caller) -> None:
        judge(case, send(house, case, caller))

    sweep()


def send(house: HouseUnderTest, case: schemathesis.Case[Any], caller: Caller) -> httpx.Response:
    """A generated request as somebody."""
    sent = case.as_transport_kwargs(base_url=str(house.client.base_url))
    headers = {name: value for name, value in {**sent.pop("headers"), **caller.headers}.items() if value is not None}
    cookies = sent.pop("cookies", None) or {}
    if cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    data = sent.pop("data", None)
    if data is not None:
        sent["content" if isinstance(data, str | bytes) else "data"] = data
    return house.client.request(**sent, headers=headers, follow_redirects=False)


def judge(case: schemathesis.Case[Any], answer: httpx.Response) -> None:
    """Never a fault of ours; what is granted has its described form, what is refused is a problem with a known code."""
    assert answer.status_code < 500 or (answer.status_code == 503 and case.path == "/health/ready"), answer.text
    if answer.status_code < 400:
        case.validate_response(answer, checks=[content_type_conformance, response_schema_conformance])
        return
    if answer.status_code == 503:
        return
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in SENTENCES
    assert answer.json()["status"] == answer.status_code
