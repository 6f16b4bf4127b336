"""Short messages through a provider on HTTP: what is posted, what its answers mean, and its delivery reports."""

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.people.messages.telling import stored_of, tell, texts, with_phone
from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import run_jobs
from tests.support.postgres import free_port
from tierslieu.infra.mail import NotNow, Rejected
from tierslieu.infra.settings import SmsSettings, load
from tierslieu.infra.sms import HttpSms, ShortMessage, found_id
from tierslieu.people.messages.schemas import Notice

MESSAGE = ShortMessage("+33612345678", "Rappel", "abc-0")
SECRET = "report-secret"


class Provider:
    """What it was sent, and what it answers next."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], Any]] = []
        self.status, self.body = 200, b'{"messages": [{"id": "p-1"}]}'
        self.url = ""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider on a free loopback port."""
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.calls.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            self.send_response(told.status)
            self.send_header("location", told.url)
            self.send_header("content-length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def settings(url: str, **more: Any) -> SmsSettings:
    return SmsSettings(url=url, token="account", sender="LeNugue", id_field="messages.0.id", **more)


def test_the_provider_gets_what_the_settings_name() -> None:
    with provider() as told:
        chosen = settings(told.url, to_field="recipient", text_field="message", constants={"route": 7})
        assert asyncio.run(HttpSms(chosen).send(MESSAGE)) == "p-1"
    headers, body = told.calls[0]
    assert headers["authorization"] == "Bearer account"
    assert body == {
        "recipient": "+33612345678",
        "message": "Rappel",
        "from": "LeNugue",
        "reference": "abc-0",
        "route": 7,
    }


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        *((400, Rejected, "sms_refused"), (422, Rejected, "sms_refused"), (401, NotNow, "sms_no_login")),
        *((402, NotNow, "sms_no_login"), (404, NotNow, "sms_no_login"), (429, NotNow, "sms_away")),
        *((500, NotNow, "sms_away"), (503, NotNow, "sms_away"), (302, NotNow, "sms_away")),
    ],
)
def test_refusals(status: int, kind: type[Exception], code: str) -> None:
    with provider() as told:
        told.status = status
        with pytest.raises(kind, match=code):
            asyncio.run(HttpSms(settings(told.url)).send(MESSAGE))
    assert len(told.calls) == 1, "no second request of its own accord"


def test_a_provider_that_is_away() -> None:
    with pytest.raises(NotNow, match="sms_away"):
        asyncio.run(HttpSms(settings(f"http://127.0.0.1:{free_port()}/")).send(MESSAGE))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        *((b'{"messages": [{"id": 12}]}', "12"), (b'{"messages": []}', ""), (b"[1]", ""), (b"nonsense", "")),
        *((b"\xff", ""), (b'{"messages": [{"id": null}]}', ""), (b'{"messages": [{"id": {}}]}', "")),
    ],
)
def test_the_id_in_the_answer(body: bytes, found: str) -> None:
    assert found_id(body, "messages.0.id") == found


def test_settings_from_the_environment() -> None:
    found = load({"TIERSLIEU_SMS__URL": "https://sms.example/send", "TIERSLIEU_SMS__SENDER": "LeNugue"})
    assert (found.sms.sender, found.sms.url) == ("LeNugue", "https://sms.example/send")
    assert "secret" not in repr(SmsSettings(token="secret", report_secret="secret"))
    for wrong in ({"sender": "Une venue trop longue"}, {"url": "ftp://sms.example"}):
        with pytest.raises(ValueError, match="1 validation error"):
            SmsSettings.model_validate(wrong)


@pytest.fixture
def reporting(demo_url: str, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """A house whose operator reports."""
    with open_house(demo_url, tmp_path, sms=SmsSettings(report_secret=SECRET)) as house:
        yield house


def report(house: HouseUnderTest, body: dict[str, Any], **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.stranger.post("/api/v1/sms/reports", body, headers=named).status_code


def sent(house: HouseUnderTest) -> tuple[int, str]:
    """A short message that left: the person's id, and the reference that the operator knows."""
    person_id = with_phone(house, "+33612345678", sms=True)
    tell(house, person_id, Notice("essai", "Essai", "Un essai", "Un essai"))
    run_jobs(house)
    return person_id, texts(house)[-1].reference


def test_a_report_says_that_the_phone_got_it(reporting: HouseUnderTest) -> None:
    person_id, reference = sent(reporting)
    assert stored_of(reporting, person_id)[0].state == "sent"
    body = {"id": reference, "status": "delivered"}
    assert report(reporting, body, authorization=f"Bearer {SECRET}") == 204
    assert stored_of(reporting, person_id)[0].state == "delivered"
    assert report(reporting, {**body, "status": "failed"}, authorization=f"Bearer {SECRET}") == 204
    assert stored_of(reporting, person_id)[0].state == "delivered", "the first word counts"


def test_a_report_may_be_signed_and_name_our_reference(reporting: HouseUnderTest) -> None:
    person_id, reference = sent(reporting)
    body = json.dumps({"reference": reference, "status": "UNDELIV", "more": [1]}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-signature": signature}
    answer = reporting.client.post("/api/v1/sms/reports", content=body, headers=headers)
    assert answer.status_code == 204, answer.text
    one = stored_of(reporting, person_id)[0]
    assert (one.state, one.reason) == ("failed", "not_delivered")


def test_reports_about_nothing_are_taken_without_a_word(reporting: HouseUnderTest) -> None:
    person_id, reference = sent(reporting)
    proof = {"authorization": f"Bearer {SECRET}"}
    bodies: list[dict[str, Any]] = [
        *({"id": "unknown", "status": "delivered"}, {"status": "delivered"}, {"id": reference, "status": "sent"}),
        *({}, {"id": None, "status": None}, {"id": {"a": 1}, "status": ["delivered"]}),
    ]
    for body in bodies:
        assert report(reporting, body, **proof) == 204
    assert stored_of(reporting, person_id)[0].state == "sent"


def test_strangers_report_nothing(reporting: HouseUnderTest, sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    person_id, reference = sent(reporting)
    body = {"id": reference, "status": "failed"}
    for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer x"}, {"x_signature": "00"}):
        assert report(reporting, body, **headers) == 403
    assert stored_of(reporting, person_id)[0].state == "sent"
    proof = {"authorization": f"Bearer {SECRET}", "content-type": "application/json"}
    for nonsense in (b"", b"[]", b"nonsense", b"\xff", b"[" * 5000):
        answer = reporting.client.post("/api/v1/sms/reports", content=nonsense, headers=proof)
        assert answer.status_code == 422, nonsense
    with open_house(sqlite_templates.make("demo"), tmp_path) as house:
        assert report(house, body, authorization="Bearer ") == 403, "without a secret nobody reports"
