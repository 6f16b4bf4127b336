"""Every write of /api/v1 can be sent again: what the description shows is sent twice under one key to each of them."""

from collections.abc import Iterator

import pytest

from tests.http.test_openapi import _somewhere, described, operations, resolved
from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import caller_with

WRITES = [(method, path) for method, path in operations() if method != "GET" and path.startswith("/api/v1/")]


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One house for all calls."""
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("again")) as found:
        yield found


def shown(method: str, path: str) -> object:
    """The example of a call's body, None when it takes none."""
    for content in described(method, path).get("requestBody", {}).get("content", {}).values():
        if "example" in content:
            return content["example"]
        for example in resolved(content.get("schema", {})).get("examples", []):
            return example
    return None


def test_the_same_call_has_the_same_answer(house: HouseUnderTest) -> None:
    """Accepted ones are answered from what was kept; none of them trips over what it kept."""
    administrator = caller_with(house, "administrator")
    headers, wrong, replayed = administrator.headers, [], 0
    for number, (method, path) in enumerate(WRITES):
        if path.startswith("/api/v1/sessions"):  # who signed out is nobody any more
            continue
        sent = {**headers, "idempotency-key": f"key-{number}"}
        body = shown(method, path)
        first, again = (
            house.client.request(method, _somewhere(path), json=body, headers=sent, follow_redirects=False)
            for _ in range(2)
        )
        is_replay = again.headers.get("idempotency-replayed") == "true"
        replayed += is_replay
        if first.is_success and (again.status_code != first.status_code or again.text != first.text):
            wrong.append((method, path, first.status_code, again.status_code, again.text[:200]))
        if first.status_code >= 500 or again.status_code >= 500 or (is_replay and not first.is_success):
            wrong.append((method, path, first.status_code, again.status_code, again.text[:200]))
    assert wrong == []
    assert replayed >= 5


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[" ".join(one) for one in WRITES])
def test_the_description_says_so(method: str, path: str) -> None:
    assert "idempotency-key" in [one["name"] for one in described(method, path)["parameters"]]
