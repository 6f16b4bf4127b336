"""Confirming a weekly series again: asking its person, keeping what follows, or giving it back to others."""

import hashlib
import hmac
from datetime import date, timedelta
from typing import Any, Final

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.reservations import actions as core
from tierslieu.reservations.series import queries
from tierslieu.reservations.series.events import SeriesTold
from tierslieu.reservations.series.reconfirming import Manner, last_asked_day, manner_of, next_period
from tierslieu.reservations.series.schemas import StoredSeries
from tierslieu.reservations.series.storing import locked, save
from tierslieu.venue.queries import venue

ASK, RELEASE = "reservations.series.ask", "reservations.series.release"
SIGNED: Final = 32
QUIET: Final = {"asked_at": 0, "deadline": 0}


async def ask(house: House, _payload: object) -> None:
    """The repeated job: ask the people whose confirmed period ends soon."""
    await house.db.write(ask_in, manner_of(house.settings.series))


def ask_in(tx: Tx, manner: Manner) -> int:
    """Ask about each series that is due, once for each period. Returns how many people are asked."""
    zone = venue(tx).zone
    count = 0
    for one in queries.to_ask(tx, last_asked_day(zone.date(tx.now), manner)) if manner.weeks else []:
        tx.rows(core.ONE_AT_A_TIME, person=one.person_id)
        one = queries.stored(tx, one.id)
        if one.asked_at or not one.kept_until or one.state != "active":
            continue
        if not queries.following(tx, one, date.max):
            save(tx, one, kept_until="")
        elif not queries.following(tx, one, next_period(one.kept_until, manner)):
            save(tx, one, kept_until=next_period(one.kept_until, manner).isoformat())
        else:
            _ask(tx, one, zone, manner)
            count += 1
    return count


def _ask(tx: Tx, one: StoredSeries, zone: Zone, manner: Manner) -> None:
    deadline = zone.day(zone.date(tx.now) + timedelta(days=manner.answer_days)).end
    asked = save(tx, one, asked_at=tx.now, deadline=deadline)
    ids = tuple(each.id for each in queries.following(tx, one, next_period(one.kept_until, manner)))
    tx.announce(SeriesTold(one.id, asked.version, "asked", ids))
    tx.later(RELEASE, {"id": one.id, "kept_until": one.kept_until}, at=deadline)


def keep(tx: Tx, series_id: int, manner: Manner) -> None:
    """Keep the period that follows: for oneself, or at the desk for somebody. Raises Refused when nothing is asked."""
    one, _asker = locked(tx, series_id)
    _keep(tx, one, manner)
    record_for(tx, "series.keep", one.person_id, show(one.id))


def give_up(tx: Tx, series_id: int, manner: Manner) -> None:
    """Do without the period that follows: it is free at once. Raises Refused when nothing is asked."""
    one, _asker = locked(tx, series_id)
    _release(tx, one, manner)
    record_for(tx, "series.give_up", one.person_id, show(one.id))


def answer_by_link(tx: Tx, token: str, secret: bytes, manner: Manner, is_kept: bool) -> None:
    """The answer of who holds the link of the letter. Raises NotFound for a link that we did not make, Refused for
    one whose question is answered or past."""
    series_id, kept_until = read_link(secret, token)
    tx.rows(core.ONE_AT_A_TIME, person=queries.stored(tx, series_id).person_id)
    one = queries.stored(tx, series_id)
    if one.kept_until != kept_until:
        raise Refused((Reason("series_not_asked"),))
    if is_kept:
        _keep(tx, one, manner)
    else:
        _release(tx, one, manner)


def _keep(tx: Tx, one: StoredSeries, manner: Manner) -> None:
    _require_asked(one)
    ids = tuple(each.id for each in queries.following(tx, one, next_period(one.kept_until, manner)))
    kept = save(tx, one, kept_until=next_period(one.kept_until, manner).isoformat(), **QUIET)
    tx.announce(SeriesTold(one.id, kept.version, "kept", ids))


def _release(tx: Tx, one: StoredSeries, manner: Manner) -> None:
    """Give back the dates of the following period that did not begin; those after it are asked about in their turn."""
    _require_asked(one)
    last = next_period(one.kept_until, manner)
    found = [each for each in queries.following(tx, one, last) if each.starts_at > tx.now]
    gone = [each for each in found if core.end(tx, each, "series")]
    quiet = save(tx, one, kept_until=last.isoformat(), **QUIET)
    if gone:
        tx.announce(SeriesTold(one.id, quiet.version, "released", tuple(each.id for each in gone)))


def _require_asked(one: StoredSeries) -> None:
    if not one.asked_at or not one.kept_until:
        raise Refused((Reason("series_not_asked"),))


async def release(house: House, payload: dict[str, Any]) -> None:
    """The job of the deadline: without an answer, what follows is free for others."""
    await house.db.write(release_in, payload["id"], payload["kept_until"], manner_of(house.settings.series))


def release_in(tx: Tx, series_id: int, kept_until: str, manner: Manner) -> bool:
    """Release a series whose person did not answer in time. False when they did, or when it changed meanwhile."""
    tx.rows(core.ONE_AT_A_TIME, person=queries.stored(tx, series_id).person_id)
    one = queries.stored(tx, series_id)
    if one.kept_until != kept_until or not one.asked_at or one.deadline > tx.now:
        return False
    _release(tx, one, manner)
    return True


def link_token(secret: bytes, series_id: int, kept_until: str) -> str:
    """What the letter's link carries: which series, which period, signed. It answers this one question only."""
    return f"{show(series_id)}{kept_until.replace('-', '')}{_signature(secret, series_id, kept_until)}"


def read_link(secret: bytes, token: str) -> tuple[int, str]:
    """The series and the last confirmed day of a token. Raises NotFound for one that we did not make."""
    try:
        series_id, kept_until = read(token[:13]), date.fromisoformat(token[13:21]).isoformat()
    except Exception:
        raise NotFound("bad_series_link") from None
    signature = _signature(secret, series_id, kept_until).encode()
    if not hmac.compare_digest(signature, token[21:].encode("utf-8", "surrogatepass")):
        raise NotFound("bad_series_link")
    return series_id, kept_until


def _signature(secret: bytes, series_id: int, kept_until: str) -> str:
    return hmac.new(secret, f"series:{series_id}:{kept_until}".encode(), hashlib.sha256).hexdigest()[:SIGNED]
