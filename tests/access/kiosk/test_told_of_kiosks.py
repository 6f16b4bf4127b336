"""A kiosk that is silent, or cannot do its work, is told to staff once a day in opening hours; so is its return."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.access.doors import kiosk, plain
from tests.support.clients import Caller, HouseUnderTest
from tests.support.inside import mailbox, run_jobs, stop_jobs
from tierslieu.access.kiosk.watching import BELIEVED_AFTER, EVERY
from tierslieu.access.zones.queries import opened_around, site
from tierslieu.basics.hours import Period
from tierslieu.basics.spans import HOUR, MINUTE, Span
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.closures.actions import close
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.venue.opening import set_hours
from tierslieu.venue.queries import venue

OWN = "Vestiaire"


@dataclass
class Hall:
    """A kiosk in a house, and the letters that were written about it since the last look."""

    house: HouseUnderTest
    door: Caller

    def tell(self, **more: Any) -> None:
        """The kiosk tells how it is, a moment after what came before."""
        self.house.clock.instant += 1
        facts = {"page": "x", "rev": 1, "snapshot_at": self.house.clock.instant, **more}
        assert self.door.post("/api/v1/kiosk/health", facts).status_code == 200

    def letters(self) -> set[str]:
        """Look twice, as time does it; the subjects of what was written."""
        self.house.clock.instant += EVERY
        run_jobs(self.house)
        self.house.clock.instant += BELIEVED_AFTER
        return self.sent()

    def sent(self) -> set[str]:
        run_jobs(self.house)
        letters = mailbox(self.house)
        found = {(plain(one.subject).split(" :")[0], one.text) for one in letters if OWN in one.subject}
        letters.clear()
        self.texts = " ".join(text for _subject, text in found)
        return {subject for subject, _text in found}


@pytest.fixture
def hall(quick_nugue: HouseUnderTest) -> Hall:
    stop_jobs(quick_nugue)
    return Hall(quick_nugue, kiosk(quick_nugue, OWN))


def hours(reader: Reader) -> Span:
    """The opening of the day."""
    whole = site(reader)
    assert whole is not None
    spans = opened_around(reader, whole, reader.now)[0]
    return next(span for span in spans if span.end > reader.now)


def test_a_silent_kiosk_is_told_once_a_day_and_so_is_its_return(hall: Hall) -> None:
    house = hall.house
    opening = house.read(hours)
    hall.tell()
    house.clock.instant = opening.start - HOUR
    assert hall.letters() == set(), "switched off at night"
    house.clock.instant = opening.start
    assert hall.letters() == set(), "it has some minutes in the morning"
    house.clock.instant = opening.start + 20 * MINUTE
    run_jobs(house)
    hall.tell()
    house.clock.instant += BELIEVED_AFTER
    assert hall.sent() == set(), "the service itself was away: at the second look it is there"
    house.clock.instant += 20 * MINUTE
    assert hall.letters() == {"Borne à voir"}
    assert "ne donne plus de nouvelles" in hall.texts
    assert hall.letters() == set(), "once a day"
    hall.tell()
    assert hall.letters() == {"Borne de nouveau là"}
    hall.tell()
    assert hall.letters() == set(), "and its return once"
    house.clock.instant += 24 * HOUR
    assert hall.letters() == {"Borne à voir"}, "the next day again"


def test_what_a_kiosk_cannot_do_is_told_while_it_is_open(hall: Hall) -> None:
    house = hall.house
    opening = house.read(hours)
    house.clock.instant = opening.start + HOUR
    hall.tell(has_camera=False)
    assert hall.letters() == set(), "a scanner may be all it has: a camera that never read is not missed"
    hall.tell()
    hall.tell(has_camera=False, is_durable=False)
    assert hall.letters() == {"Borne à voir"}
    assert all(words in hall.texts for words in ("ne peut rien garder", "caméra ne lit plus"))
    hall.tell(has_camera=False, is_durable=False, snapshot_at=house.clock.instant - 25 * HOUR)
    assert hall.letters() == {"Borne à voir"}
    assert "liste des badges a plus d’un jour" in hall.texts
    house.is_at("2026-11-25T11:00")
    hall.door = kiosk(house, OWN)
    house.clock.instant += 1
    hall.tell(has_camera=False)
    assert hall.letters() == set(), "another tablet in its place, with a scanner"
    house.is_at("2026-11-29T11:00")
    assert hall.letters() == set(), "the house is closed on Sundays"


def test_a_house_that_staff_closed_misses_no_kiosk(hall: Hall) -> None:
    house = hall.house
    opening = house.read(hours)
    hall.tell()
    house.write(close, Closing("", Span(opening.start, opening.start + 2 * HOUR), "Travaux", displace=True))
    house.clock.instant = opening.start + HOUR
    assert hall.letters() == set()
    house.clock.instant = opening.start + 2 * HOUR
    assert hall.letters() == set(), "it has some minutes to begin"
    house.clock.instant += 10 * MINUTE
    assert hall.letters() == {"Borne à voir"}


def test_an_evening_past_midnight_is_one_day(hall: Hall) -> None:
    house = hall.house
    house.is_at("2026-11-24T18:00")
    house.write(_by_night)
    hall.tell()
    house.is_at("2026-11-24T23:50")
    assert hall.letters() == {"Borne à voir"}
    house.is_at("2026-11-25T00:20")
    assert hall.letters() == set()
    house.is_at("2026-11-25T18:20")
    assert hall.letters() == {"Borne à voir"}


def _by_night(tx: Tx) -> None:
    """All is open from six in the evening until half past two."""
    for space in sorted(venue(tx).spaces):
        set_hours(
            tx, space, tuple((day, Period(18 * 60, 26 * 60 + 30)) for day in range(7)), None, closes_on_holidays=False
        )
