"""Health and figures: is the process alive, can it serve, what does it count."""

import ipaddress
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from sqlalchemy import select

from tierslieu.basics.errors import DomainError, NotFound
from tierslieu.http.guards import PUBLIC, house
from tierslieu.infra.house import House
from tierslieu.infra.jobs import waiting
from tierslieu.infra.statements import ONE, Query
from tierslieu.infra.transaction import Reader

AnyRequest = Request[Any, Any, State]
PING: Query[tuple[int]] = Query(select(ONE))
STUCK_AFTER = 60


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


class Ready(msgspec.Struct, frozen=True):
    """Whether each part answers: `ok`, `away`, or `off` when the installation does without.

    The database may also be `refusing`: it is read, but its disk is full, fails or is read-only; or `broken`: something
    stored cannot be read any more.
    """

    status: str
    database: str
    broker: str
    jobs: str


@get("/health/live", opt=PUBLIC, tags=["house"])
async def live() -> Alive:
    """The process answers."""
    return Alive()


@get("/health/ready", opt=PUBLIC, tags=["house"], responses={})
async def ready(request: AnyRequest) -> Response[Ready]:
    """Database, broker and job loop answer: 200; one does not: 503."""
    parts = await part_states(house(request))
    is_ready = not {"away", "refusing", "broken"} & set(parts.values())
    return Response(Ready("ok" if is_ready else "away", **parts), status_code=200 if is_ready else 503)


async def part_states(home: House) -> dict[str, str]:
    """Each part and how it is: the words of `Ready`."""
    return {
        "database": await _database(home),
        "broker": "off" if home.settings.mqtt.url == "off" else ("ok" if home.broker.is_up else "away"),
        "jobs": _jobs(home),
    }


async def _database(home: House) -> str:
    try:
        await home.db.read(ping)
    except DomainError:
        return "away"
    if home.db.engine.is_broken:
        return "broken"
    return "refusing" if home.db.engine.is_refused else "ok"


def ping(reader: Reader) -> int:
    """One round trip to the database."""
    row = reader.row(PING)
    return row[0] if row else 0


def _jobs(home: House) -> str:
    if home.jobs is None:
        return "off"
    return "ok" if home.clock.now() - home.jobs.last_turn < STUCK_AFTER else "away"


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Prometheus figures: with the token of the settings, else from this machine only."""
    home = house(request)
    if not _may_see(request, home.settings.metrics_token):
        raise NotFound("not_found")
    home.metrics.jobs_waiting.set(await home.db.read(waiting))
    return Response(home.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_see(request: AnyRequest, token: str) -> bool:
    if token:
        return request.headers.get("authorization") == f"Bearer {token}"
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a socket without an address of its own
        return False
