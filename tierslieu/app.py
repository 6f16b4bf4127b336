"""The composition root: `create_app(settings)` builds every long-lived object; nothing else does."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from sqlalchemy import bindparam, select

from tierslieu import __version__
from tierslieu.basics.actor import Actor
from tierslieu.basics.clock import Clock, SystemClock
from tierslieu.basics.errors import DomainError
from tierslieu.basics.zone import Zone
from tierslieu.features import FEATURES
from tierslieu.http import assets, health, openapi, problems, templates, words
from tierslieu.http.guards import EVERYONE, KEY, require_permission
from tierslieu.http.idempotency import Repeatable
from tierslieu.http.middleware import Edge
from tierslieu.http.turns import Turns
from tierslieu.infra.broker import Broker
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.feature import Companion, Feature
from tierslieu.infra.files import Files
from tierslieu.infra.house import House
from tierslieu.infra.job_loop import JobLoop
from tierslieu.infra.jobs import Registry
from tierslieu.infra.live import Live
from tierslieu.infra.mail import mail_for
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.settings import Settings
from tierslieu.infra.sms import sms_for
from tierslieu.infra.statements import Query, columns, insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.bus import DEVICES, accounts_moved, start_broker
from tierslieu.people.roles.rules import permissions_by_role
from tierslieu.people.signin.actions import note_use
from tierslieu.people.signin.keeping import keep
from tierslieu.people.signin.resolving import resolver

v = columns(HouseValue)
SECRET: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
PUT_SECRET = insert_or_nothing(HouseValue)
"""The secret that signs form tokens: made once, shared by all processes of one database."""


def build_house(settings: Settings, clock: Clock | None = None) -> House:
    """The long-lived objects, not started yet."""
    the_clock = clock or SystemClock(settings.clock_offset)
    metrics = Metrics()
    return House(
        settings=settings,
        clock=the_clock,
        zone=Zone(settings.zone),
        db=Database(engine_for(settings.database), the_clock),
        live=Live(),
        mail=mail_for(settings.mail, is_demo=settings.demo),
        sms=sms_for(settings.sms, is_demo=settings.demo),
        broker=Broker(metrics, ca_file=settings.mqtt.ca_file),
        files=Files(settings.data_dir / "files"),
        metrics=metrics,
    )


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    features: Sequence[Feature] = FEATURES,
    *,
    companions: Sequence[Companion] = (),
    reload: bool = False,
) -> Litestar:
    """The whole service as an ASGI application. Companions open after the house and close before it."""
    return furnish(frame(features, settings.upload_limit), settings, clock, companions=companions, reload=reload)


def frame(features: Sequence[Feature], upload_limit: int) -> Litestar:
    """The routes of the features, without a house behind them: it serves nothing before it is furnished."""
    app = Litestar(
        route_handlers=[*_house_routes(), *(c for feature in features for c in feature.controllers)],
        guards=[require_permission],
        exception_handlers={
            DomainError: problems.on_domain_error,
            HTTPException: problems.on_http_error,
            UnicodeDecodeError: problems.on_unreadable,
            RecursionError: problems.on_unreadable,
            Exception: problems.on_bug,
        },
        lifespan=[_open_house],
        openapi_config=openapi.config(__version__),
        request_max_body_size=upload_limit + 1_000_000,
        on_app_init=[_without_default_logging],
        pdb_on_exception=False,
    )
    _require_named_permissions(app)
    openapi.describe_calls(app)
    app.state = State({"features": tuple(features), "routes": app.asgi_handler})
    return app


def furnish(
    app: Litestar,
    settings: Settings,
    clock: Clock | None = None,
    *,
    companions: Sequence[Companion] = (),
    reload: bool = False,
) -> Litestar:
    """A frame with a new house behind it, to be opened by the application's lifespan.

    A frame serves one house at a time; when that one is closed, it may be furnished anew.
    """
    house, features, routes = build_house(settings, clock), app.state.features, app.state.routes
    _declare(house, features)

    async def touch(who: Actor) -> None:
        await house.db.write(note_use, who)

    kept = {"features": features, "routes": routes, "companions": tuple(companions)}
    app.state = State({**_shared(house, reload=reload), **kept})
    resolve = resolver(permissions_by_role(feature.permissions for feature in features))
    app.asgi_handler = Turns(Edge(Repeatable(routes), house, resolve, touch))
    return app


def _declare(house: House, features: Sequence[Feature]) -> None:
    """What all features declare, gathered where edges find it."""
    house.personal = tuple(item for feature in features for item in feature.personal)
    house.retentions = tuple(item for feature in features for item in feature.retentions)
    house.finders = tuple(item for feature in features for item in feature.finders)
    house.permissions = {name: roles for feature in features for name, roles in feature.permissions.items()}
    house.places = tuple(item for feature in features for item in feature.places)
    sections = [item for feature in features for item in feature.sections]
    house.sections = tuple(sorted(sections, key=lambda one: one.order))
    details = [item for feature in features for item in feature.details]
    house.details = tuple(sorted(details, key=lambda one: one.order))
    parts = [item for feature in features for item in feature.machine_parts]
    house.machine_parts = tuple(sorted(parts, key=lambda one: one.order))
    printables = [item for feature in features for item in feature.printables]
    house.printables = tuple(sorted(printables, key=lambda one: one.order))
    house.counts = tuple(item for feature in features for item in feature.counts)
    house.letter_lines = tuple(item for feature in features for item in feature.letter_lines)


def _without_default_logging(config: AppConfig) -> AppConfig:
    config.logging_config = None
    return config


def _house_routes() -> list[Any]:
    return [
        health.live,
        health.ready,
        health.metrics,
        assets.static_file,
        assets.service_worker,
        assets.favicon,
    ]


def _shared(house: House, *, reload: bool) -> dict[str, Any]:
    return {"house": house, "keep_form": keep, **_look(assets.web_folder(), house.zone, reload=reload)}


@lru_cache(maxsize=8)
def _look(folder: Path, zone: Zone, *, reload: bool) -> dict[str, Any]:
    """What pages are made of. It knows no house, so those of one process share it: templates are slow to compile."""
    parts = assets.Assets(folder / "dist")
    spoken = words.catalogues(zone)
    made = templates.environments(folder / "templates", parts, spoken, reload=reload)
    return {"assets": parts, "words": spoken, "templates": made}


def _require_named_permissions(app: Litestar) -> None:
    """Refuse to start with a route that names no permission: forgetting must not open a door.

    The framework's own routes (the OpenAPI document, the answer to OPTIONS) say nothing secret: public.
    """
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            is_frameworks_own = handler.fn.__module__.startswith("litestar.")
            if is_frameworks_own:
                handler.opt.setdefault(KEY, EVERYONE)
            if KEY not in handler.opt:
                raise RuntimeError(f"{route.path} names no permission")


@asynccontextmanager
async def _open_house(app: Litestar) -> AsyncIterator[None]:
    """Start the parts in order, stop them in the other."""
    house: House = app.state.house
    features: Sequence[Feature] = app.state.features
    registry = Registry(features)
    house.db.listeners = registry.kinds_for
    await house.db.start()
    house.secret = (await house.db.write(_secret)).encode()
    house.jobs = jobs = JobLoop(house, registry)
    house.db.on_commit = _after_commit(house, jobs)
    await house.db.engine.listen(lambda topic: house.live.publish([topic]))
    for feature in features:
        for begin in feature.on_start:
            await begin(house)
    ways = [item for one in features for item in one.intakes] + [item for one in features for item in one.inboxes]
    broker = await start_broker(house, ways)
    jobs.start()
    try:
        async with AsyncExitStack() as stack:
            for companion in (*(one for feature in features for one in feature.companions), *app.state.companions):
                await stack.enter_async_context(companion(house))
            yield
    finally:
        house.live.close()
        await jobs.stop()
        await house.broker.stop()
        if broker is not None:
            await broker.stop()
        await house.db.stop()


def _after_commit(house: House, jobs: JobLoop) -> Any:
    is_alone = house.db.engine.dialect == "sqlite"

    def after(topics: set[str], has_jobs: bool) -> None:
        if is_alone:
            house.live.publish(topics)
        if DEVICES in topics:
            accounts_moved(house)
        if has_jobs:
            jobs.wake()

    return after


def _secret(tx: Tx) -> str:
    tx.run(PUT_SECRET, name="form_secret", value=secrets.token_urlsafe(32))
    row = tx.row(SECRET, name="form_secret")
    return row[0] if row else ""
