"""Closures against many reservations: distinct offers, all or nothing, the instant of lapse, places of staff."""

from collections import Counter
from itertools import pairwise

import pytest
from sqlalchemy import select

from tests.reservations.closures.closing import close, offers, people, reserve, span
from tests.support.clients import FAB_MANAGER, Caller, HouseUnderTest, at, iso
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, stop_jobs, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read as id_of
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.tables import Message
from tierslieu.reservations import queries
from tierslieu.reservations.actions import Request
from tierslieu.reservations.actions import reserve as reserve_now
from tierslieu.reservations.closures import actions
from tierslieu.reservations.closures import queries as closures
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.reservations.offers import actions as answers
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.queries import venue

KINDS: Query[tuple[str]] = Query(select(columns(Message).kind))
DESKS = ("D01", "D02", "D03", "D04", "D05", "D06")


def claims(reader: Reader) -> list[tuple[int, int, int, str, int]]:
    here = venue(reader)
    units = sorted({unit for one in here.resources for unit in one.units})
    day = here.zone.day(here.zone.date(at("2026-11-25T08:00")))
    return queries.claims(reader, units, day)


def december(reader: Reader) -> list[tuple[int, int, int, str, int]]:
    month = Span(at("2026-12-01T00:00"), at("2026-12-31T00:00"))
    return queries.claims(reader, venue(reader).by_key["visio-1"].units, month)


def states(house: HouseUnderTest, ids: list[int]) -> list[str]:
    found: list[Stored] = read(house, queries.stored_among, ids)
    return [one.state for one in found]


def test_thirty_reservations_are_displaced_at_once_and_nobody_is_offered_the_same_time(nugue: HouseUnderTest) -> None:
    some = people(nugue, 10)
    for hour in (9, 11, 13):
        for who, desk in zip(some, (*DESKS, "visio-1", "bureau-1", "coworking", "coworking"), strict=True):
            reserve(nugue, who, desk, span(f"{hour:02d}:00", f"{hour + 1:02d}:00"))
    made = close(nugue, "", span("08:00", "20:00"))
    assert len(made.displaced) == 30
    assert set(states(nugue, list(made.displaced))) == {"cancelled"}
    rows = read(nugue, closures.displaced_by, made.closure.id)
    assert len(rows) == 30, "everybody is told something"
    found = offers(nugue, made.closure.id)
    held = [one for one in read(nugue, _all_claims) if one[3] == "hold"]
    assert len(held) == len(found), "each offer holds a time of its own: the database lets none be held twice"
    assert all(one.starts_at >= at("2026-11-25T20:00") or one.ends_at <= at("2026-11-25T08:00") for one in found)
    run_jobs(nugue)
    told = nugue.read(_told_kinds)
    assert told["reservation_displaced"] == 30, "each of them once, by letter or on the list of calls"
    assert "reservation_cancelled" not in told
    kinds = {cause for *_rest, cause, _id in read(nugue, claims)}
    assert kinds == {"closure", "maintenance"}, "and the machine of the demonstration that is out of service"


def _all_claims(reader: Reader) -> list[tuple[int, int, int, str, int]]:
    units = sorted({unit for one in venue(reader).resources for unit in one.units})
    return queries.claims(reader, units, span("00:00", "23:59")._replace(end=at("2026-12-20T00:00")))


def _told_kinds(reader: Reader) -> Counter[str]:
    return Counter(kind for (kind,) in reader.rows(KINDS))


def test_a_crash_in_the_middle_leaves_all_or_nothing(nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    some = people(nugue, 3)
    for who, desk in zip(some, DESKS, strict=False):
        reserve(nugue, who, desk, span("10:00", "11:00"))
    before, closed = read(nugue, claims), read(nugue, closures.to_come)

    def broken(tx: Tx) -> None:
        actions.close(tx, Closing("space:coworking", span("09:00", "12:00"), "Travaux"))
        raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError):
        write(nugue, broken)
    assert read(nugue, claims) == before
    assert read(nugue, closures.to_come) == closed


def test_who_has_any_desk_keeps_one_and_hears_nothing(quick_nugue: HouseUnderTest) -> None:
    (who,) = people(quick_nugue, 1)
    wanted = span("10:00", "11:00")
    reserve(quick_nugue, who, "coworking", wanted)
    taken = next(claim[0] for claim in read(quick_nugue, claims))
    key = read(quick_nugue, lambda reader: venue(reader).units[taken].key)
    made = close(quick_nugue, f"resource:{key}", wanted)
    assert (made.displaced, made.kept) == ((), 1)
    now = {cause: unit for unit, _start, _end, cause, _id in read(quick_nugue, claims)}
    assert now["closure"] == taken
    assert now["reservation"] != taken


def test_an_answer_at_the_very_instant_of_lapse_comes_too_late(nugue: HouseUnderTest) -> None:
    (who,) = people(nugue, 1)
    reserve(nugue, who, "visio-1", span("10:00", "11:00"))
    made = close(nugue, "resource:visio-1", span("09:00", "12:00"))
    (offer,) = offers(nugue, made.closure.id)
    nugue.clock.instant = offer.until_at
    with pytest.raises((Conflict, Refused)):
        write(nugue, _accepted_by, who.id, offer.id)
    run_jobs(nugue)
    assert not [one for one in read(nugue, claims) if one[3] == "hold"]
    (now,) = offers(nugue, made.closure.id)
    assert now.state == "lapsed"


def _accepted_by(tx: Tx, person_id: int, offer_id: int) -> None:
    tx.by = Actor(person_id=person_id, permissions=frozenset({"reservations.make"}))
    answers.accept(tx, offer_id)


def test_what_is_held_for_somebody_and_closed_too_is_replaced_by_something_else(quick_nugue: HouseUnderTest) -> None:
    (who,) = people(quick_nugue, 1)
    reserve(quick_nugue, who, "visio-1", span("10:00", "11:00"))
    first = close(quick_nugue, "resource:visio-1", span("09:00", "12:00"))
    (held,) = offers(quick_nugue, first.closure.id)
    here = read(quick_nugue, venue)
    second = close(quick_nugue, f"resource:{here.by_id[held.resource_id].key}", held.span)
    assert second.displaced == ()
    (now,) = offers(quick_nugue, first.closure.id)
    assert (now.id, now.state) != (held.id, "open")
    assert now.state == "open"
    assert (now.resource_id, now.span) != (held.resource_id, held.span)


def test_closures_may_overlap_and_lifting_one_leaves_the_other(quick_nugue: HouseUnderTest) -> None:
    room = close(quick_nugue, "resource:visio-1", span("09:00", "12:00"))
    close(quick_nugue, "", span("10:00", "14:00"))
    write(quick_nugue, actions.lift, room.closure.id)
    run_jobs(quick_nugue)
    unit = read(quick_nugue, lambda reader: venue(reader).resource("visio-1").units[0])
    mine = [(start, end) for at_, start, end, _cause, _id in read(quick_nugue, claims) if at_ == unit]
    assert mine[0][0] == at("2026-11-25T10:00")
    assert mine[-1][1] == at("2026-11-25T14:00")
    assert all(left[1] == right[0] for left, right in pairwise(mine)), "no hole between"
    (who,) = people(quick_nugue, 1)
    reserve(quick_nugue, who, "visio-1", span("09:00", "10:00"))
    with pytest.raises(Refused):
        reserve(quick_nugue, who, "visio-1", span("13:00", "14:00"))


def test_shortening_frees_the_rest_and_refuses_nonsense(quick_nugue: HouseUnderTest) -> None:
    made = close(quick_nugue, "resource:visio-1", span("09:00", "12:00"))
    for until in (at("2026-11-25T12:00"), at("2026-11-25T09:00")):
        with pytest.raises(Refused):
            write(quick_nugue, actions.shorten, made.closure.id, until)
    write(quick_nugue, actions.shorten, made.closure.id, at("2026-11-25T10:00"))
    (who,) = people(quick_nugue, 1)
    reserve(quick_nugue, who, "visio-1", span("10:00", "12:00"))
    quick_nugue.clock.instant = at("2026-11-25T10:00")
    with pytest.raises(Refused):
        write(quick_nugue, actions.lift, made.closure.id)


def test_staff_of_a_place_close_what_is_theirs_and_nothing_else(quick_nugue: HouseUnderTest) -> None:
    keeper = Caller(quick_nugue.client, someone(quick_nugue, "site_administrator@site:oasis").token)
    body = {"starts_at": iso("2026-11-25T09:00"), "ends_at": iso("2026-11-25T12:00"), "reason": "Travaux"}
    elsewhere = read(
        quick_nugue, lambda reader: next(one for one in venue(reader).spaces.values() if one.site != "oasis")
    )
    inside = read(
        quick_nugue,
        lambda reader: next(one for one in venue(reader).resources if one.space.site == "oasis" and not one.parts),
    )
    assert keeper.post("/api/v1/closures", {**body, "resource": inside.key}).status_code == 201
    assert keeper.post("/api/v1/closures", {**body, "site": "oasis"}).status_code == 201
    assert keeper.post("/api/v1/closures", {**body, "space": elsewhere.key}).status_code == 403
    assert keeper.post("/api/v1/closures", body).status_code == 403, "the whole house"
    member = Caller(quick_nugue.client, someone(quick_nugue, "member").token)
    assert member.post("/api/v1/closures", {**body, "resource": "visio-1"}).status_code == 403
    assert {one["place"] for one in shown(quick_nugue)} == {f"resource:{inside.key}", "site:oasis"}


def test_refusals_are_plain(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in("claire@example.org")
    (who,) = people(quick_nugue, 1)
    reserve(quick_nugue, who, "visio-1", span("10:00", "11:00"))
    body = {"starts_at": iso("2026-11-25T09:00"), "ends_at": iso("2026-11-25T12:00"), "reason": "Travaux"}

    def codes(**more: object) -> tuple[int, list[str]]:
        answer = desk.post("/api/v1/closures", {**body, **more})
        told = answer.json()
        return answer.status_code, [one["code"] for one in told.get("reasons", [])] or [told.get("code", "")]

    assert codes(resource="visio-1") == (409, ["slot_taken"])
    assert codes(resource="visio-1", ends_at=iso("2026-11-25T08:00"))[1] == ["ends_before_it_starts"]
    assert codes(resource="visio-1", starts_at=iso("2026-11-20T08:00"), ends_at=iso("2026-11-20T09:00"))[1] == [
        "in_the_past"
    ]
    assert codes(resource="nothing")[0] == 404
    assert codes(space="nothing")[0] == 404
    assert codes(resource="visio-1", ends_at=iso("2028-11-25T12:00"), displace=True)[1] == ["too_long_closed"]
    assert codes(resource="visio-1", space="fablab")[0] in (400, 422)


def shown(house: HouseUnderTest) -> list[dict[str, str]]:
    """What anybody is told of closures, but those of the demonstration."""
    found = house.stranger.get("/api/v1/closures").json()
    return [one for one in found if one["place"] not in ("resource:camera-1", "resource:cnc-1")]


def test_a_broken_machine_closes_and_who_had_reserved_it_is_told(quick_nugue: HouseUnderTest) -> None:
    lucie = quick_nugue.sign_in(FAB_MANAGER)
    (who,) = people(quick_nugue, 1)
    given = {"person": show(who.id), "exception": "beside"}
    made = lucie.reserve("laser-1", "2026-11-25T10:00", "2026-11-25T11:00", **given)
    assert made.status_code == 201, made.text
    wrong = lucie.post("/api/v1/fablab/machines/laser-1/out", {"note": "Lentille sale", "until": "hier"})
    assert wrong.status_code in (400, 422)
    out = lucie.post("/api/v1/fablab/machines/laser-1/out", {"note": "Lentille sale", "until": "2026-11-26"})
    assert out.status_code == 204, out.text
    (closed,) = shown(quick_nugue)
    assert (closed["place"], closed["kind"], closed["reason"]) == ("resource:laser-1", "maintenance", "Lentille sale")
    (row,) = read(quick_nugue, closures.displaced_by, id_of(closed["id"]))
    assert (row.person_id, row.because) == (who.id, "maintenance")
    assert row.offer_id is None, "they lack the qualification: nothing can be kept without somebody of the team"
    run_jobs(quick_nugue)
    assert quick_nugue.read(_told_kinds)["reservation_displaced"] == 1
    assert lucie.post("/api/v1/fablab/machines/laser-1/back").status_code == 204
    assert shown(quick_nugue) == []


def test_a_long_closure_displaces_hundreds_in_several_goes(quick_nugue: HouseUnderTest) -> None:
    house, (who,) = quick_nugue, people(quick_nugue, 1)
    stop_jobs(house)
    days = [at(f"2026-12-{day:02}T08:00") for day in range(1, 18)]
    wanted = [Span(day + step * 1800, day + (step + 1) * 1800) for day in days for step in range(20)][:320]

    def book(tx: Tx) -> list[int]:
        tx.by = Actor(who.id, permissions=frozenset({"reservations.make", "reservations.manage"}))
        wishes = (Request(("visio-1",), each, 1, who.id, exception="arranged") for each in wanted)
        return [id_of(reserve_now(tx, wish).reservations[0].id) for wish in wishes]

    booked = write(house, book)
    done = close(house, "resource:visio-1", Span(at("2026-12-01T00:00"), at("2026-12-31T00:00")))
    assert (sorted(done.displaced), done.kept) == (sorted(booked), 0)
    assert Counter(states(house, booked)) == {"cancelled": 300, "confirmed": 20}
    run_jobs(house)
    assert set(states(house, booked)) == {"cancelled"}
    assert len(read(house, closures.displaced_by, done.closure.id)) == 320
    assert {cause for *_when, cause, _id in read(house, december)} <= {"closure", "hold"}
