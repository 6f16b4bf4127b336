"""Filling a database with the scene: the venue by its own actions, the masses by bulk statements."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from sqlmodel import SQLModel

from devices.badges import codec as badges
from devices.badges.decide import Rule
from tests.bench import scene
from tests.bench.scene import Row, VenueIds
from tierslieu.access.tables import Badge, Kiosk
from tierslieu.access.zones.actions import ZoneFacts, add_zone
from tierslieu.basics.clock import SetClock
from tierslieu.basics.digest import hashed
from tierslieu.basics.hours import Period
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.statements import Query, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.migrations import migrate
from tierslieu.migrations.guards import no_overlap
from tierslieu.people.devices.tables import Device
from tierslieu.people.persons import names
from tierslieu.people.persons.tables import Person, PersonWord
from tierslieu.people.roles.tables import RoleGrant
from tierslieu.people.signin.tables import Session
from tierslieu.reservations.tables import Claim, Reservation
from tierslieu.venue import actions
from tierslieu.venue.actions import NewResource, NewSite, NewSpace

KIOSKS = ("kiosk-1", "kiosk-2", "kiosk-3")
ADD_KIOSK: Query[Any] = Query(insert_into(Kiosk))
KIOSK_ROW = {
    "code_sha256": None,
    "code_until": 0,
    "enrolled_at": scene.NOW,
    "resource_id": 0,
    "shows_names": 0,
}
TRIGGERS = ("claim_no_overlap_insert", "claim_no_overlap_update")


class Load(NamedTuple):
    """Rows for one table; each row has a value for each of the table's columns, in their order."""

    table: type[SQLModel]
    rows: Iterable[Row]

    @property
    def name(self) -> str:
        """The table's name."""
        return table_of(self.table).name

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(table_of(self.table).c.keys())


def fill(url: str, count: int) -> None:
    """Migrate an empty database and put the scene with `count` reservations into it."""
    migrate(url)
    ids = asyncio.run(_venue(url))
    loads = [
        Load(Person, people()),
        Load(PersonWord, words_of_people()),
        Load(RoleGrant, roles()),
        Load(Session, sessions()),
        Load(Device, devices()),
        Load(Badge, cards()),
        Load(Reservation, scene.reservations(count, ids)),
        Load(Claim, scene.claims(count, ids)),
    ]
    if url.startswith("sqlite:///"):
        into_sqlite(Path(url.removeprefix("sqlite:///")), loads)
    else:
        asyncio.run(into_postgresql(url, loads))


async def _venue(url: str) -> VenueIds:
    db = Database(engine_for(url), SetClock(scene.NOW))
    await db.start()
    try:
        return await db.write(open_venue)
    finally:
        await db.stop()


def open_venue(tx: Tx) -> VenueIds:
    """Sixty desks, of which fifty are listed, a hall with a seat for each visitor, many rooms; open every day."""
    actions.set_zone(tx, scene.PARIS.name)
    site = actions.open_site(tx, NewSite("bench", "Banc d’essai", "main", 100))
    always = tuple((weekday, Period(scene.OPENS, scene.CLOSES)) for weekday in range(7))
    space = actions.open_space(tx, site, NewSpace("coworking", "Coworking", 100, always, closes_on_holidays=False))
    units: dict[str, int] = {}
    desks = [actions.offer(tx, space, _desk(place, key), units) for place, key in enumerate(scene.DESKS)]
    seats = tuple(f"seat-{number}" for number in range(scene.VISITORS))
    hall = actions.offer(tx, space, _hall(seats), units)
    rooms = [actions.offer(tx, space, _room(place, key), units) for place, key in enumerate(scene.ROOMS)]
    _stand_kiosks(tx, space)
    return VenueIds(
        desks,
        [units[key] for key in scene.DESKS],
        hall,
        [units[key] for key in seats],
        rooms,
        [units[key] for key in scene.ROOMS],
    )


def devices() -> Iterator[Row]:
    """The kiosks, each with its secret."""
    for number, name in enumerate(KIOSKS):
        yield (name, "kiosk", name, hashed(scene.token("kiosk", number)), scene.NOW, 0, "", "", "", 0)


def _stand_kiosks(tx: Tx, space: int) -> None:
    """Kiosks in front of a zone of the site, both counted against what they hold."""
    many = 2 * scene.VISITORS
    add_zone(tx, "site", ZoneFacts("Tout le site", is_site=1, capacity=many), (Rule("anyone"),))
    rules = (Rule("reservation", when="always"), Rule("role", "receptionist", "always"))
    zone = add_zone(tx, "coworking", ZoneFacts("Coworking", space_id=space, capacity=many), rules)
    for name in KIOSKS:
        tx.run(ADD_KIOSK, key=name, name=name, **KIOSK_ROW, zone_id=zone.id)


def _desk(place: int, key: str) -> NewResource:
    return NewResource(key, f"Poste {key}", "desk", is_listed=place < scene.LISTED, hourly_cents=200, position=place)


def _room(place: int, key: str) -> NewResource:
    return NewResource(
        key, f"Salle {key}", "room", capacity=8, is_listed=False, hourly_cents=500, position=1000 + place
    )


def _hall(seats: tuple[str, ...]) -> NewResource:
    return NewResource(
        scene.HALL, "Grande salle", "room", pick="one", unit_keys=seats, is_bookable=False, is_listed=False
    )


def people() -> Iterator[Row]:
    """Everybody in town; a third of them have an address."""
    yield _file(scene.STAFF_ID, "Claire", "Accueil", None)
    for number in range(scene.TOWN):
        email = f"person-{number}@example.org" if number % 3 == 0 else None
        yield _file(scene.person_id(number), *scene.names_of(number), email)


def _file(id_: int, first: str, last: str, email: str | None) -> Row:
    """A row of `person` in the order of its columns."""
    return (
        *(id_, None, first, last, email, None),
        *(None, None, "fr", 1, scene.NOW, None, scene.NOW, None, 0, names.sort_name(first, last)),
    )


def words_of_people() -> Iterator[Row]:
    """What everybody is found by."""
    for number in range(scene.TOWN):
        first, last = scene.names_of(number)
        place = names.sort_name(first, last)
        for word in names.rows(first, last):
            yield (word, place, scene.person_id(number))


def roles() -> Iterator[Row]:
    """Everybody with a session is a member, one works at the desk."""
    yield (scene.STAFF_ID, scene.STAFF_ID, "receptionist", "", None, scene.NOW, None)
    for number in range(scene.PEOPLE):
        id_ = scene.person_id(number)
        yield (id_, id_, "member", "", None, scene.NOW, None)


def sessions() -> Iterator[Row]:
    """One session each, used a moment ago and good for the whole run."""
    staff = (scene.NOW, scene.NOW, scene.NOW + 30 * 86_400, "browser", "password", 2, "", scene.NOW)
    yield (hashed(scene.token("staff", 0)), scene.STAFF_ID, *staff)
    for number in range(scene.PEOPLE):
        secret = hashed(scene.token("person", number))
        when = (scene.NOW, scene.NOW, scene.NOW + 30 * 86_400)
        yield (secret, scene.person_id(number), *when, "browser", "password", 1, "", scene.NOW)


def cards() -> Iterator[Row]:
    """A card for each visitor."""
    for visitor in range(scene.VISITORS):
        number = badges.card_number(badges.FIRST_STEM + visitor)
        secret = badges.stored(scene.badge_secret(visitor))
        who = scene.visitor_id(visitor)
        issued = (scene.NOW, None, None, None)
        yield (scene.FIRST_BADGE + visitor, who, "card", number, secret, "active", *issued, "", "", 0, 0)


def into_sqlite(path: Path, loads: Iterable[Load]) -> None:
    """Bulk insert into a file that nobody else uses. The guard against overlaps steps aside meanwhile."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=DELETE", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER {trigger}")
        for load in loads:
            marks = ", ".join("?" * len(load.columns))
            names = ", ".join(load.columns)
            connection.executemany(f"INSERT INTO {load.name} ({names}) VALUES ({marks})", load.rows)
        for statement in no_overlap("sqlite"):
            connection.execute(statement)
        connection.execute("COMMIT")


async def into_postgresql(url: str, loads: Iterable[Load]) -> None:
    """The same by COPY; the exclusion constraint is built once, after."""
    connection = await asyncpg.connect(url, command_timeout=1800)
    try:
        await connection.execute("SET maintenance_work_mem = '512MB'")
        await connection.execute("ALTER TABLE claim DROP CONSTRAINT claim_no_overlap")
        for load in loads:
            await connection.copy_records_to_table(load.name, records=load.rows, columns=load.columns)
        for statement in no_overlap("postgresql"):
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
