"""A lively fictional day: people come and go, machines work, so that no screen of the demonstration is empty.

Everything passes through the same actions as the real house. The day's clock starts on the next opening
morning, so that a Sunday visitor sees a Tuesday.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

from litestar.datastructures import UploadFile

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.demo import queue, requests, series, waiting
from tierslieu.fablab import actions as fablab
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.depositing import deposit
from tierslieu.fablab.queue import starting
from tierslieu.fablab.requests.asking import ask
from tierslieu.fablab.requests.schemas import Ask
from tierslieu.infra.house import House
from tierslieu.infra.statements import insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.reservations import actions, queries
from tierslieu.reservations.actions import Request
from tierslieu.venue.queries import venue

SAMPLES = Path(__file__).parent / "samples"
MORNING_MINUTES = 10 * 60 + 10
BEAT_SECONDS = 12.0
OPEN_DAYS = (1, 2, 3, 4)
"""Tuesday to Friday: everything is open in the morning."""
TODAY = (
    ("u06", "D04", "08:30", "13:00"),
    ("u05", "D01", "09:00", "12:00"),
    ("u13", "visio-1", "09:30", "11:00"),
    ("u07", "coworking", "10:00", "13:00"),
    ("u14", "D07", "10:00", "12:30"),
    ("u03", "poste-informatique", "10:00", "11:00"),
    ("u18", "bureau-1", "11:00", "12:00"),
    ("u17", "coworking", "13:30", "17:00"),
    ("u15", "visio-1", "14:00", "15:30"),
    ("u19", "grande-salle", "14:00", "17:00"),
    ("u20", "D02", "14:00", "18:00"),
    ("u09", "bureau-1", "16:00", "17:00"),
)
TOMORROW = (
    ("u13", "visio-1", "09:00", "12:00"),
    ("u06", "D04", "08:30", "19:00"),
    ("u05", "bureau-1", "14:00", "16:00"),
    ("u17", "grande-salle-jardin", "10:00", "12:00"),
)
JOBS = (
    ("u05", "cube-20mm.gcode", "p3d-1"),
    ("u18", "petit-cube.gcode", "p3d-3"),
    ("u11", "vase.gcode", None),
    ("u05", "petit-cube.gcode", None),
)
ASKER = "u17"
LATE_COMERS = (("u14", "D08"), ("u07", "D09"), ("u20", "D10"), ("u15", "D11"))
PUT = insert_or_nothing(HouseValue)


def next_morning(now: datetime, zone: Zone) -> int:
    """Seconds to add to the computer's clock so that the day begins: today when it is an opening day, else the next."""
    day = now.astimezone(zone.info).date()
    while day.weekday() not in OPEN_DAYS:
        day += timedelta(days=1)
    return zone.instant(day, MORNING_MINUTES) - int(now.timestamp())


def offset(zone_name: str) -> int:
    """The clock offset of the fictional day, from now."""
    return next_morning(datetime.now(UTC), Zone(zone_name))


@asynccontextmanager
async def lively_day(house: House) -> AsyncIterator[None]:
    """Fill the day, then let something happen every few seconds."""
    if await house.db.write(begin, by=desk(house)):
        await ask_for_the_hall(house)
        await series.begin(house, desk(house))
        await waiting.begin(house, desk(house))
        await fill_workshop(house)
    task = asyncio.create_task(play(house))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def workshop(house: House) -> AsyncIterator[None]:
    """A queue and a few requests, once, for who only looks at the FabLab: nothing moves by itself."""
    if await house.db.write(_is_first):
        await fill_workshop(house)
    yield


def _is_first(tx: Tx) -> bool:
    return bool(tx.run(PUT, name="demo_workshop", value="1"))


async def fill_workshop(house: House) -> None:
    """What people sent and asked for, and the order in which it is made."""
    await queue_jobs(house)
    await requests.begin(house)
    await queue.arrange(house)


def desk(house: House) -> Actor:
    """The reception of the demonstration: it acts for everyone."""
    return Actor(None, "demo", frozenset({actions.FOR_OTHERS, fablab.RUN}), house.settings.venue_name)


def begin(tx: Tx) -> bool:
    """The reservations of today and tomorrow, once a day; those who came already are checked in."""
    here = venue(tx)
    today = here.zone.date(tx.now)
    if not tx.run(PUT, name=f"demo_day_{today}", value="1"):
        return False
    for person, key, start, end in TODAY:
        _reserve(tx, person, key, today, (start, end))
    for person, key, start, end in TOMORROW:
        _reserve(tx, person, key, today + timedelta(days=1), (start, end))
    for one in queries.expected(tx, here.zone.day(today)):
        if one.starts_at <= tx.now and one.state == "confirmed":
            actions.check_in_by_desk(tx, one.id)
    return True


def _reserve(tx: Tx, person: str, key: str, day: date, hours: tuple[str, str]) -> None:
    """A reservation for a person of the file, unless somebody was quicker (the demonstration is open to all)."""
    zone, found = venue(tx).zone, by_key(tx, person)
    span = Span(*(zone.instant(day, int(text[:2]) * 60 + int(text[3:])) for text in hours))
    taken = queries.busy(tx, venue(tx).resource(key).units, span)
    is_free = any(not claims for claims in taken.values())
    if found is not None and (is_free if key == "coworking" else not any(taken.values())):
        actions.reserve(tx, Request((key,), span, 1, found.id, "arranged"))


async def ask_for_the_hall(house: House) -> None:
    """A request that waits for the desk's answer: half of the hall, in three days."""
    found = await house.db.read(by_key, ASKER)
    if found is not None:
        who = Actor(found.id, None, frozenset(), found.first_name)
        with contextlib.suppress(DomainError):
            await house.db.write(_ask_for_the_hall, found.id, by=who)


def _ask_for_the_hall(tx: Tx, person_id: int) -> None:
    zone = venue(tx).zone
    day = zone.date(tx.now) + timedelta(days=3)
    span = Span(zone.instant(day, 14 * 60), zone.instant(day, 17 * 60))
    actions.reserve(tx, Request(("grande-salle-cour",), span, 20, person_id))


async def queue_jobs(house: House) -> None:
    """A few files in the queue."""
    for person, name, machine in JOBS:
        with contextlib.suppress(DomainError):
            await queue_job(house, person, name, machine)


async def queue_job(house: House, person: str, name: str, machine: str | None) -> None:
    """One file sent by a person of the file."""
    found = await house.db.read(by_key, person)
    if found is None:
        return
    who = Actor(found.id, None, frozenset(), found.first_name)
    upload = UploadFile("text/plain", name, (SAMPLES / name).read_bytes())
    file_id = await deposit(house, who, upload)
    await house.db.write(ask, Ask(file=show(file_id), machine=machine), file_id, by=who)


async def play(house: House) -> None:
    """Act after act, for ever. What the rules refuse is simply not played."""
    acts: Iterator[Callable[[House, int], Awaitable[None]]] = cycle((arrive, serve_machines, come_late, serve_machines))
    number = 0
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        number += 1
        with contextlib.suppress(DomainError):
            await next(acts)(house, number)


async def arrive(house: House, _number: int) -> None:
    """The next expected person comes."""
    await house.db.write(_arrive, by=desk(house))


def _arrive(tx: Tx) -> None:
    here = venue(tx)
    for one in queries.expected(tx, here.zone.day(here.zone.date(tx.now))):
        if one.state == "confirmed" and one.starts_at <= tx.now + 30 * 60:
            actions.check_in_by_desk(tx, one.id)
            return


async def come_late(house: House, number: int) -> None:
    """Somebody reserves a desk for the next two hours."""
    person, key = LATE_COMERS[number % len(LATE_COMERS)]
    await house.db.write(_come_late, person, key, by=desk(house))


def _come_late(tx: Tx, person: str, key: str) -> None:
    zone = venue(tx).zone
    minutes = zone.minutes(tx.now) // 30 * 30
    hours = tuple(f"{at // 60:02d}:{at % 60:02d}" for at in (minutes, min(minutes + 120, 19 * 60)))
    _reserve(tx, person, key, zone.date(tx.now), (hours[0], hours[1]))


async def serve_machines(house: House, number: int) -> None:
    """Staff empty what is to be checked, and start the next job on a machine that is ready."""
    for key in ("p3d-1", "p3d-3"):
        with contextlib.suppress(DomainError):
            await house.db.write(starting.confirm_clear, key, "good", by=desk(house))
        with contextlib.suppress(DomainError):
            await house.db.write(_start_next, key, by=desk(house))
    if await house.db.read(_is_queue_short):
        person, name, machine = JOBS[number % len(JOBS)]
        await queue_job(house, person, name, machine)


def _start_next(tx: Tx, key: str) -> None:
    machine = fablab_queries.machine(tx, key)
    proposed = starting.next_for(tx, machine)
    if proposed is not None:
        starting.dispatch(tx, proposed.id, key, is_seen=True)


def _is_queue_short(reader: Reader) -> bool:
    return len(fablab_queries.waiting(reader)) < 2
