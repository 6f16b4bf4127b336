"""A house under test, called over HTTP in the same process, with a clock that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.basics.zone import Zone
from tierslieu.demo.people import PASSWORD
from tierslieu.infra.house import House
from tierslieu.infra.settings import MqttSettings, Settings

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

    def patch(self, path: str, body: Any = None) -> httpx.Response:
        """PATCH JSON as this person."""
        return self._client.patch(path, json=body, headers=self.headers)

    def delete(self, path: str) -> httpx.Response:
        """DELETE as this person."""
        return self._client.delete(path, headers=self.headers)

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
        """A caller with a session of that person."""
        answer = self.client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return Caller(self.client, answer.json()["token"])

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
        self.client.blocking_portal.call(jobs.run_due)

    def is_at(self, text: str) -> None:
        """Move the clock to a wall clock time of the venue."""
        self.clock.instant = at(text)


@contextmanager
def open_house(url: str, folder: Path, **settings: Any) -> Iterator[HouseUnderTest]:
    """The service over a database, without broker, on Tuesday morning."""
    clock = SetClock(at(TUESDAY_MORNING))
    chosen = Settings(data_dir=folder, database_url=url, demo=True, mqtt=MqttSettings(url="off"), **settings)
    app = create_app(chosen, clock)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield HouseUnderTest(client, clock)
