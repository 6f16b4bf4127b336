"""Staff hear that a zone is nearly full each time it comes to be so, by badges, counts or corrections."""

from sqlalchemy import select

from tests.access.doors import person_id, plain, submit
from tests.access.presence.crowds import happen, make_place, passage
from tests.support.clients import OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access.presence.corrections import Correction, correct
from tierslieu.access.presence.counting import Visitors, arrive_group, count_visitors, leave_group
from tierslieu.access.presence.queries import visits
from tierslieu.access.presence.rules import Who
from tierslieu.infra.statements import Query, columns
from tierslieu.people.messages.tables import Message

m = columns(Message)
LETTERS: Query[tuple[str]] = Query(select(m.subject).where(m.kind == "zone_nearly_full").order_by(m.id))


def letters(house: HouseUnderTest) -> list[str]:
    """What was written to the desk so far."""
    run_jobs(house)
    return [plain(subject).removeprefix("Presque plein : ") for (subject,) in house.read(lambda tx: tx.rows(LETTERS))]


def test_whoever_takes_the_last_places(nugue: HouseUnderTest) -> None:
    house = nugue
    place = make_place(house, capacity=100, hall=30, lab=2)

    def visitors(number: int, people: int, direction: str = "in") -> Visitors:
        return Visitors(scan_id=f"{number:032x}", zone_id=place.hall.id, people=people, direction=direction)

    # counted without names: the second count crosses, the third changes nothing more
    house.write(count_visitors, visitors(1, 26))
    assert letters(house) == []
    house.write(count_visitors, visitors(2, 1))
    assert letters(house) == ["Hall"]
    house.write(count_visitors, visitors(3, 2))
    house.write(happen, passage(Who(person_id(house)), house.clock.instant, "in", place.hall.id, 1))
    assert letters(house) == ["Hall"]
    # out and in around the limit: once an hour
    house.write(count_visitors, visitors(4, 5, "out"))
    house.write(count_visitors, visitors(5, 3))
    assert letters(house) == ["Hall"]
    house.write(count_visitors, visitors(6, 20, "out"))
    house.clock.instant += 3600
    house.write(arrive_group, visitors(7, 19))
    assert letters(house) == ["Hall", "Hall"]
    house.write(leave_group, house.read(visits)[0].id)
    # staff put somebody right, and count heads: the laboratory, then the whole site
    house.write(correct, Who(person_id(house)), Correction(place.lab.id, "seen"))
    house.write(correct, Who(person_id(house, OTHER_MEMBER)), Correction(place.lab.id, "seen"))
    assert letters(house)[2:] == ["Labo"]
    desk = house.sign_in(RECEPTION)
    assert (
        submit(desk, "/presence", "/presence/recompte", zone=place.site.key, counted="95", scan_id="d" * 32).status_code
        == 303
    )
    assert letters(house)[3:] == ["Le lieu"]


def test_who_comes_in_for_others_who_left_uncounted_takes_no_place(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    place = make_place(house, hall=10)
    for number, people, direction in ((1, 4, "out"), (2, 9, "in"), (3, 4, "in")):
        one = Visitors(
            scan_id=f"{number:032x}", zone_id=place.hall.id, people=people, direction=direction, is_kept=True
        )
        house.write(count_visitors, one)
        assert letters(house) == (["Hall"] if number == 3 else [])
