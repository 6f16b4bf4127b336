"""The count of minutes that tells an older copy of the database from the one that was here (seen.py says how)."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from tierslieu.basics.errors import DomainError
from tierslieu.infra import seen, state
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.infra.seen import Beat, Seen
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import Job
from tierslieu.infra.transaction import Reader

COUNT: Final = "infra.count_minutes"
WATCH_CLOCK: Final = "infra.watch_clock"
LOG = log("database")
j = columns(Job)
GIVEN_UP: Query[tuple[int]] = Query(select(func.count()).where(j.failed_at != 0))


async def begin(house: House) -> None:
    """Compare what is there with what was seen here, before anything else counts; note that the service runs."""
    before = await asyncio.to_thread(seen.last_seen, house.settings.data_dir)
    try:
        now, missing = await house.db.write(seen.count, secrets.token_hex(8), before)
    except DomainError as error:  # the disk takes nothing: what can be read is shown all the same
        LOG.error("minutes are not counted", code=error.code)
        return
    if missing is not None:
        LOG.error("database is not the one that was here", kind=missing.kind, since=missing.since, until=missing.until)
    await _note(house, now, is_open=True)


async def count(house: House, _payload: dict[str, Any]) -> None:
    """Count a minute in the database, then on the file: never the other way round."""
    now, _missing = await house.db.write(seen.count, secrets.token_hex(8))
    await _note(house, now, is_open=True)
    room = await asyncio.to_thread(state.disk, house.settings.data_dir)
    if not room.is_sound:
        LOG.warning("disk is nearly full", **room.facts)


class ClockSetBack(msgspec.Struct, frozen=True):
    """The computer's clock was put back `by` so many seconds: what was noted later than now happened before it."""

    by: int


async def watch_clock(house: House, _payload: dict[str, Any]) -> None:
    """Tell the house that the clock was put back, once."""
    by = house.clock.set_back()
    if by:
        LOG.error("clock was put back", seconds=by)
        await house.db.write(lambda tx: tx.announce(ClockSetBack(by)))


@asynccontextmanager
async def watched(house: House) -> AsyncIterator[None]:
    """Note in the end that the service ended well: with a database that is not whole it did not."""
    yield
    with contextlib.suppress(DomainError):
        last = await house.db.read(seen.beat)
        if last is not None and not house.db.engine.is_broken:
            await _note(house, last, is_open=False)


async def _note(house: House, now: Beat, *, is_open: bool) -> None:
    await asyncio.to_thread(seen.note, house.settings.data_dir, Seen(now, is_open))


def given_up(reader: Reader) -> int:
    """How many jobs were tried ten times in vain."""
    row = reader.row(GIVEN_UP)
    return row[0] if row else 0
