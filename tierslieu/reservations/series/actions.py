"""Making series, adding dates to them, giving dates back. What changes their hours or place is in changing.py."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from tierslieu.basics.errors import Invalid, Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.reservations import actions
from tierslieu.reservations.rules import Booking, reasons_against_cancelling
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.series import queries, rules
from tierslieu.reservations.series.events import SeriesTold
from tierslieu.reservations.series.judging import HOURS, Terms, is_out_of_hours, judge, window_of
from tierslieu.reservations.series.reconfirming import Manner, first_period
from tierslieu.reservations.series.schemas import Left, Occurrence, Outcome, Pick, Scope, StoredSeries
from tierslieu.reservations.series.storing import ADD, asker_of, locked, origin_of, put_date, save
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap


class NewSeries(msgspec.Struct, frozen=True):
    """What is to be repeated, for whom. `picks` are the dates to reserve now; None: every one that is free."""

    key: str
    first_day: date
    from_minutes: int
    to_minutes: int
    rule: rules.Rule
    person_id: int
    terms: Terms = Terms()
    title: str = ""
    picks: tuple[Pick, ...] | None = None


def make(tx: Tx, wish: NewSeries, manner: Manner) -> Outcome:
    """Store a series and reserve, in this one transaction, the dates picked that are free; the others stay listed.

    Raises Refused when the rule makes no series, or when not one date can be had; NotFound, Forbidden, Invalid.
    """
    reasons = reasons_against(wish)
    if reasons:
        raise Refused(reasons)
    asker = asker_of(tx, tx.by, wish.person_id)
    here = venue_for(tx, wish.person_id)
    resource = here.resource(wish.key)
    tx.rows(actions.ONE_AT_A_TIME, person=wish.person_id)
    days = rules.dates(wish.rule, wish.first_day)
    one = _stored(tx, wish, resource, first_period(tx, manner, resource, wish.person_id, wish.rule, days))
    tx.run(ADD, **msgspec.structs.asdict(one))
    for day in days:
        put_date(tx, one.id, day, "open", 0)
    left, first = take(tx, one, asker, _picks(here, wish, days), wish.terms, in_hours=wish.picks is None)
    if first:
        raise Refused(first)
    record_for(tx, "series.make", one.person_id, show(one.id))
    return Outcome(one.id, left)


def reasons_against(wish: NewSeries) -> tuple[Reason, ...]:
    """Why a wish makes no series; empty when it does."""
    if not wish.from_minutes < wish.to_minutes:
        return (Reason("ends_before_it_starts"),)
    return rules.reasons_against(wish.rule, wish.first_day)


def _stored(tx: Tx, wish: NewSeries, resource: ResourceFacts, kept_until: str) -> StoredSeries:
    return StoredSeries(
        tx.new_id(),
        wish.person_id,
        resource.id,
        wish.first_day.isoformat(),
        wish.from_minutes,
        wish.to_minutes,
        rules.write_rule(wish.rule),
        wish.terms.people,
        wish.title,
        "active",
        1,
        None,
        kept_until,
        0,
        0,
        tx.by.person_id,
        tx.now,
        tx.now,
    )


def _picks(here: VenueMap, wish: NewSeries, days: Sequence[date]) -> list[Pick]:
    if wish.picks is None:
        return [Pick(day, wish.key, rules.span_on(here.zone, day, wish.from_minutes, wish.to_minutes)) for day in days]
    require_days(wish.picks, days)
    return list(wish.picks)


def require_days(picks: Iterable[Pick], days: Iterable[date]) -> None:
    """Raise Invalid unless each picked date is one of the series, picked once, and there is one."""
    picked = [one.day for one in picks]
    if not picked or len(set(picked)) != len(picked) or not set(picked) <= set(days):
        raise Invalid("unknown_series_date", {"dates": "unknown_series_date"})


def take(
    tx: Tx, one: StoredSeries, asker: Asker, picks: Sequence[Pick], terms: Terms, *, in_hours: bool = False
) -> tuple[list[Left], tuple[Reason, ...]]:
    """Reserve the dates that can be had. Answers the others with why, and why not the first when none can be had.

    `in_hours`: nobody named these dates one by one, so that none is had while the house is closed.
    """
    here = venue_for(tx, one.person_id)
    resources = {pick.key: here.resource(pick.key) for pick in picks}
    window = window_of(pick.span for pick in picks)
    bench = judge(tx, asker, resources.values(), window, terms)
    left: list[Left] = []
    made: list[int] = []
    refused: tuple[Reason, ...] = ()
    for pick in sorted(picks, key=lambda each: each.span):
        before, answer = bench.scene, bench.ask(resources[pick.key], pick.span)
        if isinstance(answer, Booking) and in_hours and is_out_of_hours(answer):
            bench.keep(before)
            answer = tuple(Reason(code) for code in answer.passed if code in HOURS)
        if isinstance(answer, Booking):
            made.append(_reserve(tx, one, pick, terms))
        else:
            refused = refused or answer
            left.append(Left(pick.day.isoformat(), [reason.code for reason in answer]))
    _announce(tx, one, "made", made)
    return left, () if made else refused


def _announce(tx: Tx, one: StoredSeries, what: str, ids: Sequence[int]) -> None:
    """Several dates at once are told in one letter; a date alone is told like any reservation."""
    if len(ids) > 1:
        tx.announce(SeriesTold(one.id, one.version, what, tuple(ids)))


def _reserve(tx: Tx, one: StoredSeries, pick: Pick, terms: Terms) -> int:
    wish = actions.Request(
        (pick.key,),
        pick.span,
        terms.people,
        one.person_id,
        terms.exception,
        accepted=terms.accepted,
        title=one.title,
        series_id=one.id,
    )
    made = actions.reserve(tx, wish).reservations[0]
    put_date(tx, one.id, pick.day, "kept", read(made.id))
    return read(made.id)


def add(tx: Tx, series_id: int, picks: Sequence[Pick], terms: Terms, version: int | None = None) -> Outcome:
    """Reserve dates of a series that are not reserved now: those refused before, given back or released.

    Raises Refused when not one of them can be had, Invalid for dates that are none of the series or reserved now.
    """
    one, asker = locked(tx, series_id, version)
    free = [each.day for each in queries.occurrences(tx, one.id) if not each.is_alive]
    require_days(picks, free)
    left, refused = take(tx, one, asker, picks, msgspec.structs.replace(terms, people=one.people))
    if refused:
        raise Refused(refused)
    save(tx, one, state="active")
    record_for(tx, "series.add", one.person_id, show(one.id))
    return Outcome(one.id, left)


def drop(tx: Tx, series_id: int, day: date) -> None:
    """Do without a date that could not be had: it is no longer to be treated. Raises Invalid, NotFound."""
    one, _asker = locked(tx, series_id)
    found = [each for each in queries.occurrences(tx, one.id) if each.day == day and each.state == "open"]
    if not found:
        raise Invalid("unknown_series_date", {"dates": "unknown_series_date"})
    put_date(tx, one.id, day, "dropped", 0)
    save(tx, one)


def cancel(tx: Tx, series_id: int, scope: Scope, day: date | None = None, version: int | None = None) -> Outcome:
    """Give dates back. Each is asked for its own delay: those that it is too late to cancel stay, and are listed.

    Raises Refused when not one of them can be cancelled.
    """
    one, asker = locked(tx, series_id, version)
    here = venue_for(tx, one.person_id)
    meant = in_scope(queries.occurrences(tx, one.id), scope, day, tx.now)
    left: list[Left] = []
    gone: list[int] = []
    refused: tuple[Reason, ...] = ()
    for each in meant:
        found = each.reservation
        if found is not None and each.is_alive:
            minutes = here.by_id[found.resource_id].cancel_minutes
            reasons = reasons_against_cancelling(found.starts_at, found.state, minutes, tx.now, asker.has_authority)
            if reasons:
                refused = refused or reasons
                left.append(Left(each.day.isoformat(), [reason.code for reason in reasons]))
                continue
            actions.cancel(tx, found.id)
            gone.append(found.id)
        put_date(tx, one.id, each.day, "dropped", origin_of(found))
    if refused and len(left) == len(meant):
        raise Refused(refused)
    _announce(tx, one, "cancelled", gone)
    save(tx, one, **_after_cancelling(one, scope, day, is_whole=not left))
    record_for(tx, "series.cancel", one.person_id, show(one.id), scope=scope)
    return Outcome(one.id, left)


def _after_cancelling(one: StoredSeries, scope: Scope, day: date | None, *, is_whole: bool) -> dict[str, Any]:
    if scope == "one" or not is_whole:
        return {}
    quiet = {"kept_until": "", "asked_at": 0, "deadline": 0}
    if scope == "all" or day is None or day.isoformat() <= one.first_day:
        return {"state": "ended", **quiet}
    shorter = rules.write_rule(rules.until_before(rules.read_rule(one.rule), day))
    return {"rule": shorter, **(quiet if one.kept_until >= day.isoformat() else {})}


def in_scope(found: Sequence[Occurrence], scope: Scope, day: date | None, now: int) -> list[Occurrence]:
    """The dates that an act means: one, or those from it on (or all) that are still to come.

    Raises Invalid when the date is none of the series.
    """
    if scope != "all" and day not in [each.day for each in found]:
        raise Invalid("unknown_series_date", {"day": "unknown_series_date"})
    if scope == "one":
        return [each for each in found if each.day == day]
    ahead = [each for each in found if each.reservation is None or each.reservation.starts_at > now]
    ahead = [each for each in ahead if each.is_alive or each.state == "open"]
    return [each for each in ahead if scope == "all" or day is None or each.day >= day]
