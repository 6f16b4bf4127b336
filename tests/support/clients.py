"""A house under test, called over HTTP in the same process, with a clock that the test moves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import bindparam, update

from tierslieu.app import frame, furnish
from tierslieu.basics.clock import SetClock
from tierslieu.basics.zone import Zone
from tierslieu.demo.people import PASSWORD
from tierslieu.features import FEATURES
from tierslieu.infra.house import House
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.signin.factors import next_code
from tierslieu.people.signin.queries import account, totp_of
from tierslieu.people.signin.tables import Authenticator

FORGET_STEP: Query[Any] = Query(
    update(table_of(Authenticator)).where(columns(Authenticator).person_id == bindparam("person")).values(last_step=0)
)
SHOWN = re.compile(r"taper est (\d{3})\s(\d{3})")
PARIS = Zone("Europe/Paris")
TUESDAY_MORNING = "2026-11-24T08:00"
MEMBER, OTHER_MEMBER = "sofia.moreau@example.org", "thomas.girard@example.org"
RECEPTION, FAB_MANAGER, ADMINISTRATOR = "claire@example.org", "lucie@example.org", "ines@example.org"


def at(text: str) -> int:
    """The instant of a wall clock text in the venue's zone, for instance "2026-11-24T09:30"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=PARIS.info).timestamp())


def iso(text: str) -> str:
    """The same as programs send it, with its offset from UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS.info).isoformat()


class Caller:
    """A program (or browser) of one person: httpx with the house's address and a bearer token."""

    def __init__(self, client: TestClient[Litestar], token: str = "") -> None:
        self._client = client
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """GET as this person."""
        return self._client.get(path, headers={**self.headers, **kwargs.pop("headers", {})}, **kwargs)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        """POST JSON as this person."""
        return self._client.post(path, json=body, headers={**self.headers, **kwargs.pop("headers", {})}, **kwargs)

    def patch(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        """PATCH JSON as this person."""
        return self._client.patch(path, json=body, headers={**self.headers, **kwargs.pop("headers", {})}, **kwargs)

    def put(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        """PUT JSON as this person."""
        return self._client.put(path, json=body, headers={**self.headers, **kwargs.pop("headers", {})}, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> httpx.Response:
        """DELETE as this person."""
        return self._client.delete(path, headers={**self.headers, **kwargs.pop("headers", {})}, **kwargs)

    def reserve(self, resource: str | list[str], start: str, end: str, **more: Any) -> httpx.Response:
        """Reserve between two wall clock times of the venue."""
        resources = [resource] if isinstance(resource, str) else resource
        body = {"resources": resources, "starts_at": iso(start), "ends_at": iso(end), **more}
        return self.post("/api/v1/reservations", body)


class HouseUnderTest:
    """The service in this process."""

    def __init__(self, client: TestClient[Litestar], clock: SetClock) -> None:
        self.client = client
        self.clock = clock
        self.house: House = client.app.state.house
        self.stranger = Caller(client)

    def sign_in(self, email: str = MEMBER) -> Caller:
        """A caller with a session of that person, staff with their second factor."""
        wish = {"email": email, "password": PASSWORD}
        code = self.code_of(email)
        answer = self.client.post("/api/v1/sessions", json={**wish, "code": code} if code else wish)
        assert answer.status_code == 201, answer.text
        return Caller(self.client, answer.json()["token"])

    def code_of(self, email: str) -> str:
        """The code that this person's authenticator shows, "" without. Used ones are good again: tests are fast."""
        found: str = self.write(_fresh_code, email)
        return found

    def read(self, query: Any, *args: Any) -> Any:
        """Ask the house's own database."""
        return self.client.blocking_portal.call(lambda: self.house.db.read(query, *args))

    def write(self, action: Any, *args: Any) -> Any:
        """Change the house's own database, as the system."""
        return self.client.blocking_portal.call(lambda: self.house.db.write(action, *args))

    def run_jobs(self) -> None:
        """Run everything that is due now."""
        jobs = self.house.jobs
        assert jobs is not None
        while self.client.blocking_portal.call(jobs.run_due):
            pass

    def is_at(self, text: str) -> None:
        """Move the clock to a wall clock time of the venue."""
        self.clock.instant = at(text)


def shown_code(text: str) -> str:
    """The code of the demonstration that a page shows."""
    found = SHOWN.search(text)
    assert found is not None, text
    return found[1] + found[2]


def _fresh_code(tx: Tx, email: str) -> str:
    person = account(tx, email)
    totp = totp_of(tx, person.id) if person else None
    if person is None or totp is None or not totp.confirmed_at:
        return ""
    tx.run(FORGET_STEP, person=person.id)
    return next_code(tx, person.id)


FRAMES: dict[int, list[Litestar]] = {}
"""Frames that no house stands in now, by their limit of uploads: making one takes longer than most tests."""


@contextmanager
def borrowed_frame(upload_limit: int) -> Iterator[Litestar]:
    """The product's routes, to be furnished; given back when the house in them is closed."""
    spare = FRAMES.setdefault(upload_limit, [])
    app = spare.pop() if spare else frame(FEATURES, upload_limit)
    yield app
    spare.append(app)


@contextmanager
def open_house(url: str, folder: Path, **settings: Any) -> Iterator[HouseUnderTest]:
    """The service over a database, without broker, on Tuesday morning."""
    clock = SetClock(at(TUESDAY_MORNING))
    chosen = Settings(data_dir=folder, database_url=url, demo=True, mqtt=MqttSettings(url="off"), **settings)
    with (
        borrowed_frame(chosen.upload_limit) as app,
        TestClient(furnish(app, chosen, clock), raise_server_exceptions=False) as client,
    ):
        yield HouseUnderTest(client, clock)
