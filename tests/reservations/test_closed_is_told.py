"""What a closure takes says why: in the refusal, on the day, on the first page. What is reserved stays « occupé »."""

from tests.support.browsers import Browser
from tests.support.clients import RECEPTION, HouseUnderTest, at
from tests.support.inside import write
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.reservations.availability import Closed, Facts
from tierslieu.reservations.closed import closed_because, closed_spans
from tierslieu.reservations.closures.actions import close
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.venue.queries import venue

DAY = "/reserver?date=2026-11-25&resource=visio-1"


def shut(house: HouseUnderTest, place: str, start: str, end: str, reason: str) -> None:
    write(house, close, Closing(place, Span(at(start), at(end)), reason))


def test_a_closed_room_says_why_and_what_else_there_is(nugue: HouseUnderTest) -> None:
    shut(nugue, "resource:visio-1", "2026-11-25T10:00", "2026-11-25T12:00", "Peinture <fraîche>")
    sofia = nugue.sign_in()
    refused = sofia.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    assert refused.status_code == 409
    (reason,) = refused.json()["reasons"]
    assert (reason["code"], "Peinture <fraîche>" in reason["text"]) == ("out_of_use", True), reason
    assert {"next_free", "wait", "see_closures"} <= {one["kind"] for one in reason["remedies"]}
    page = Browser(nugue).get(f"{DAY}&from=10:00&to=11:00").text
    assert "Indisponible à ce moment-là" in page
    assert "Peinture &lt;fraîche&gt;" in page
    assert 'href="/fermetures"' in page


def test_the_day_tells_closed_time_from_taken_time(quick_nugue: HouseUnderTest) -> None:
    shut(quick_nugue, "resource:visio-1", "2026-11-25T10:00", "2026-11-25T12:00", "Peinture")
    taken = quick_nugue.sign_in().reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00")
    assert taken.status_code == 201
    stranger = Browser(quick_nugue)
    page = stranger.get(DAY).text
    assert page.count("Peinture") == 1
    assert "Occupé" in page
    again = quick_nugue.sign_in(RECEPTION).reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00")
    assert "slot_taken" in {one["code"] for one in again.json()["reasons"]}
    assert "fermé à partir du" in stranger.get("/").text


def test_a_pool_is_closed_only_when_all_of_it_is(quick_nugue: HouseUnderTest) -> None:
    here = quick_nugue.read(venue)
    pool = next(one for one in here.resources if one.pick == "one" and len(one.units) > 1)
    day = Zone("Europe/Paris").day(here.zone.date(at("2026-11-25T12:00")))
    part = Span(day.start + 36_000, day.start + 43_200)
    first, *others = pool.units
    some = Facts(here, {}, closed={first: [Closed(part, "Une lampe")]})
    every = Facts(here, {}, closed={unit: [Closed(part, "Ménage")] for unit in pool.units})
    assert (closed_because(some, pool, part), closed_spans(some, pool, day)) == (None, [])
    assert closed_spans(every, pool, day) == [Closed(part, "Ménage")]
    assert others
