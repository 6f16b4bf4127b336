"""Is the process alive, can it serve, what does it count: and who may look at the figures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import Receive, Send

from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import stop_jobs
from tierslieu.basics.errors import Unavailable
from tierslieu.infra.metrics import Metrics

TOKEN = "a-token-of-the-settings"
PATIENCE = 500
"""How often to ask: the first turn of the job loop takes a moment."""


@pytest.fixture
def guarded(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """A house whose figures ask for a token."""
    with open_house(sqlite_templates.make("demo"), tmp_path, metrics_token=TOKEN) as house:
        yield house


def from_address(house: HouseUnderTest, address: str) -> TestClient[Litestar]:
    """The caller of this house, at another network address."""
    inner = house.client.app.asgi_handler

    async def moved(scope: Any, receive: Receive, send: Send) -> None:
        is_placed = "placed" in scope
        await inner(scope if is_placed else {**scope, "client": (address, 50000), "placed": True}, receive, send)

    house.client.app.asgi_handler = moved
    return house.client


def test_the_process_answers(nugue: HouseUnderTest) -> None:
    answer = nugue.client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_the_house_is_ready(nugue: HouseUnderTest) -> None:
    answers = (nugue.client.get("/health/ready") for _ in range(PATIENCE))
    answer = next(answer for answer in answers if answer.status_code == 200)
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "off", "jobs": "ok"}


def test_without_database_the_process_lives_and_is_not_ready(
    quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_args: object, **_more: object) -> object:
        raise Unavailable("database_away")

    monkeypatch.setattr(quick_nugue.house.db.engine, "read", away)
    assert quick_nugue.client.get("/health/live").status_code == 200
    answer = quick_nugue.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"


def test_a_database_that_is_away_is_told_as_such(quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed-in people must not be sent to the sign-in page: their session is fine, the database is not."""
    sofia = quick_nugue.sign_in()

    async def away(*_args: object, **_more: object) -> object:
        raise Unavailable("database_away")

    monkeypatch.setattr(quick_nugue.house.db.engine, "read", away)
    answer = sofia.get("/api/v1/me")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_away"
    assert answer.headers["retry-after"].isdigit()
    assert sofia.get("/mes-reservations", follow_redirects=False).status_code == 503


def test_a_fault_while_somebody_is_recognised_is_told_like_any_other(
    quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    sofia = quick_nugue.sign_in()

    async def broken(*_args: object, **_more: object) -> object:
        raise RuntimeError("the driver stumbled")

    monkeypatch.setattr(quick_nugue.house.db.engine, "read", broken)
    answer = sofia.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "x-content-type-options" in answer.headers


def test_a_job_loop_that_stopped_is_seen(quick_nugue: HouseUnderTest) -> None:
    stop_jobs(quick_nugue)
    quick_nugue.clock.instant += 3600
    answer = quick_nugue.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["jobs"] == "away"


def test_figures_are_for_this_machine_only(quick_nugue: HouseUnderTest) -> None:
    assert from_address(quick_nugue, "127.0.0.1").get("/metrics").status_code == 200
    assert from_address(quick_nugue, "::1").get("/metrics").status_code == 200
    for address in ("192.0.2.7", "10.0.0.1", "2001:db8::1"):
        assert from_address(quick_nugue, address).get("/metrics").status_code == 404


def test_a_strange_address_is_not_this_machine(quick_nugue: HouseUnderTest) -> None:
    assert from_address(quick_nugue, "testclient").get("/metrics").status_code == 404


def test_figures_with_the_token(guarded: HouseUnderTest) -> None:
    far = from_address(guarded, "192.0.2.7")
    assert far.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in ({}, {"authorization": "Bearer "}, {"authorization": TOKEN}, {"authorization": f"Bearer {TOKEN}x"}):
        assert far.get("/metrics", headers=wrong).status_code == 404


def test_figures_hold_no_person(guarded: HouseUnderTest) -> None:
    sofia = guarded.sign_in()
    sofia.reserve("D01", "2026-11-24T10:00", "2026-11-24T11:00")
    text = guarded.client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    assert "tierslieu_requests_total" in text
    assert "sofia" not in text.lower()
    assert "/api" not in text


def test_every_figure_says_what_it_is() -> None:
    text = Metrics().text().decode()
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert named
    assert all(name.startswith("tierslieu_") for name in named)
