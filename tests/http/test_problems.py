"""What goes wrong is told once, the same way: problem+json with a stable code for programs, a page for people."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.support.browsers import Browser
from tests.support.clients import HouseUnderTest
from tierslieu.http.middleware import Edge
from tierslieu.http.wording import SENTENCES

BIG = 151_000_001
ISO = "2026-11-24T10:00:00+01:00"


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """The problem of an answer, its shape checked (RFC 9457)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= found.keys()
    assert found["status"] == status
    assert found["code"] in SENTENCES, f"{found['code']} has no sentence"
    assert str(found["type"]).startswith("/aide/messages#")
    assert str(found["detail"]).strip()
    assert "(" + str(found["code"]) + ")" not in str(found["detail"]), "the sentence of the code could not be filled in"
    return found


def page(answer: httpx.Response, status: int) -> str:
    """The text of an error page."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1" in answer.text
    assert "Traceback" not in answer.text
    return answer.text


def test_unknown_address(quick_nugue: HouseUnderTest) -> None:
    assert problem(quick_nugue.client.get("/api/v1/nothing"), 404)["code"] == "not_found"
    page(quick_nugue.client.get("/nothing"), 404)
    page(quick_nugue.client.get("/é/%00/%ff"), 404)


def test_wrong_method(quick_nugue: HouseUnderTest) -> None:
    answer = quick_nugue.client.put("/api/v1/resources")
    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]
    page(quick_nugue.client.delete("/reserver"), 405)


@pytest.mark.parametrize("path", ["/", "/reserver", "/health/live", "/api/v1/resources"])
def test_head_answers_like_get_without_a_body(quick_nugue: HouseUnderTest, path: str) -> None:
    """RFC 9110, 9.1: GET and HEAD are for every resource; monitors and proxies ask with HEAD."""
    answer = quick_nugue.client.head(path)
    assert answer.status_code == 200
    assert answer.content == b""


def test_head_ends_at_once_and_the_server_still_knows_of_it(quick_nugue: HouseUnderTest) -> None:
    """Else it waits for the body that was announced, or for the end of a stream, with the next request behind it."""
    asked: list[Any] = []
    told: list[Any] = []

    async def stream(scope: Any, _receive: Any, send: Any) -> None:
        asked.append(scope["method"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        told.append("the stream goes on")
        await send({"type": "http.response.body", "body": b"ok", "more_body": True})

    async def tell(message: Any) -> None:
        told.append((message["type"], message.get("body"), message.get("more_body")))

    async def nothing(*_given: Any) -> Any: ...

    scope: Any = {"type": "http", "method": "HEAD", "path": "/", "query_string": b"", "headers": []}
    edge = Edge(stream, quick_nugue.house, lambda _reader, _secret: None, nothing)
    asyncio.run(edge(scope, nothing, tell))
    assert (asked, scope["method"]) == (["GET"], "HEAD")
    ended = [("http.response.start", None, None), ("http.response.body", b"", False)]
    assert told == [*ended, "the stream goes on"]


def test_too_large(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in()
    answer = sofia.get("/api/v1/me")
    assert answer.status_code == 200
    headers = {**sofia.headers, "content-length": str(BIG), "content-type": "application/json"}
    assert (
        problem(quick_nugue.client.post("/api/v1/reservations", content=b"{}", headers=headers), 413)["code"]
        == "too_large"
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", "image/png", ""])
def test_a_body_that_is_not_json(quick_nugue: HouseUnderTest, kind: str) -> None:
    body = json.dumps({"resources": ["D01"], "starts_at": ISO, "ends_at": ISO.replace("10", "11", 1)})
    headers = {**quick_nugue.sign_in().headers, "content-type": kind}
    problem(quick_nugue.client.post("/api/v1/reservations", content=body, headers=headers), 415)


def test_nobody_is_signed_in(quick_nugue: HouseUnderTest) -> None:
    assert problem(quick_nugue.client.get("/api/v1/me"), 401)["code"] == "sign_in_first"
    led = quick_nugue.client.get("/mes-reservations", follow_redirects=False)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/connexion?next=")
    page(quick_nugue.client.post("/reservations", data={"resource": "D01"}), 401)


def test_somebody_may_not(quick_nugue: HouseUnderTest) -> None:
    assert problem(quick_nugue.sign_in().post("/api/v1/closures", {}), 403)["code"] == "not_allowed"


def test_a_refusal_says_every_reason(quick_nugue: HouseUnderTest) -> None:
    answer = quick_nugue.sign_in().reserve("visio-1", "2026-11-24T07:05", "2026-11-24T07:10", people=40)
    found = problem(answer, 422)
    reasons = found["reasons"]
    assert isinstance(reasons, list)
    assert len(reasons) >= 2
    for reason in reasons:
        assert reason["code"] in SENTENCES
        assert reason["text"]
        assert all(remedy["text"] and remedy["href"] for remedy in reason["remedies"])
    assert found["code"] == reasons[0]["code"]


def test_an_unreadable_body_names_its_fields(quick_nugue: HouseUnderTest) -> None:
    answer = quick_nugue.sign_in().post("/api/v1/reservations", {"resources": ["D01"], "starts_at": "yesterday"})
    fields = problem(answer, 400)["fields"]
    assert isinstance(fields, dict)
    assert {"starts_at", "ends_at"} <= fields.keys()


def test_a_fault_of_ours_tells_nothing_of_it(quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def break_down(*_args: object, **_more: object) -> object:
        raise ZeroDivisionError("a detail of the inside")

    monkeypatch.setattr(quick_nugue.house.db, "read", break_down)
    answer = quick_nugue.client.get("/api/v1/resources")
    assert problem(answer, 500)["code"] == "internal"
    assert "inside" not in answer.text
    text = page(quick_nugue.client.get("/reserver"), 500)
    assert "inside" not in text
    assert "ZeroDivisionError" not in text


def test_a_wrong_form_comes_back_with_what_was_typed(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    browser.sign_in()
    browser.get("/reserver?resource=D01&date=2026-11-24&from=10:00&to=11:00")
    wish = {"resource": "D01", "date": "2026-11-24", "from": "10:00", "to": "25:61"}
    answer = browser.submit("/reservations", wish)
    text = page(answer, 422)
    assert 'name="resource"' in text
    assert "10:00" in text
