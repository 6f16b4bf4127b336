"""Time: midnights, 29 February, use that prolongs, reminders told once, use that machines report."""

from typing import Any

from tests.fablab.benches import Fablab
from tests.people.qualifications.workshop import add_skill, give, newcomer, person
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.inside import read, run_jobs, write
from tierslieu.people.qualifications import actions, queries, reminding


def codes(house: HouseUnderTest, who: int, key: str) -> list[str]:
    return [reason.code for reason in read(house, queries.standing, who, key, house.clock.instant).missing]


def test_a_grant_ends_at_midnight_without_any_job(nugue: HouseUnderTest) -> None:
    add_skill(nugue, "tour", valid_months=12)
    who = newcomer(nugue)
    nugue.is_at("2028-02-29T15:00")
    give(nugue, who, "tour")
    for when, wanted in (("2029-02-28T23:59", []), ("2029-03-01T00:00", ["qualification_expired"])):
        nugue.is_at(when)
        assert codes(nugue, who, "tour") == wanted
    give(nugue, who, "tour")
    assert codes(nugue, who, "tour") == []
    assert [one.end_reason for one in read(nugue, queries.grants_of, who)] == [None, "replaced"]


def test_use_prolongs_and_rest_ends(nugue: HouseUnderTest) -> None:
    add_skill(nugue, "tour", unused_months=6)
    who = newcomer(nugue)
    nugue.is_at("2026-10-25T01:30")
    give(nugue, who, "tour")
    nugue.is_at("2027-03-01T10:00")
    write(nugue, actions.note_use, who, "tour", nugue.clock.instant)
    write(nugue, actions.note_use, who, "tour", at("2026-12-01T10:00"))
    nugue.is_at("2027-09-01T23:59")
    assert codes(nugue, who, "tour") == []
    nugue.is_at("2027-09-02T00:00")
    assert codes(nugue, who, "tour") == ["qualification_unused"]
    write(nugue, actions.note_use, who, "tour", nugue.clock.instant)
    assert codes(nugue, who, "tour") == ["qualification_unused"], "use does not bring back what has lapsed"
    give(nugue, who, "tour")
    assert codes(nugue, who, "tour") == []


def test_a_month_before_the_end_people_are_told_once(nugue: HouseUnderTest) -> None:
    add_skill(nugue, "tour", valid_months=12, unused_months=3)
    who = newcomer(nugue, email="nour@example.org")
    give(nugue, who, "tour")
    run_jobs(nugue)
    mail: Any = nugue.house.mail
    letters = mail.letters
    letters.clear()

    def told() -> int:
        write(nugue, reminding.remind, None)
        run_jobs(nugue)
        return sum(1 for one in letters if one.to == "nour@example.org" and "finit bientôt" in one.subject)

    nugue.is_at("2027-01-24T10:00")
    assert told() == 0
    nugue.is_at("2027-01-26T10:00")
    assert told() == 1
    assert told() == 1
    write(nugue, actions.note_use, who, "tour", nugue.clock.instant)
    nugue.is_at("2027-04-10T10:00")
    assert told() == 2, "another end, another word"
    nugue.is_at("2027-08-01T10:00")
    assert told() == 2, "what has ended is not announced"


def test_batches_cost_a_fixed_number_of_statements(nugue: HouseUnderTest) -> None:
    from tierslieu.infra.transaction import Reader

    people = [newcomer(nugue, f"N{number}") for number in range(12)]
    for who in people[::2]:
        give(nugue, who, "decoupe-laser")

    def count(reader: Reader, ids: list[int]) -> int:
        asked = 0
        former = reader._driver.fetch

        class Counting:
            dialect = reader._driver.dialect

            def fetch(self, *args: object) -> object:
                nonlocal asked
                asked += 1
                return former(*args)  # type: ignore[arg-type]

        other = Reader(Counting(), reader._texts, reader.now)  # type: ignore[arg-type]
        found = queries.standings(other, ids, "decoupe-laser", reader.now)
        assert [found[one].may_use_alone for one in ids] == [number % 2 == 0 for number in range(len(ids))]
        return asked

    assert read(nugue, count, people[:1]) == read(nugue, count, people) <= 5


def test_the_workshop_reports_use(nugue: HouseUnderTest) -> None:
    house, fablab = nugue, Fablab(nugue)
    sofia = person(house, "u05")
    before = _used(house, sofia)
    fablab.running()
    begun = _used(house, sofia)
    fablab.queue(house.sign_in(OTHER_MEMBER))
    queue = fablab.manager.get("/fablab/file").text
    assert queue.count("pas encore d’habilitation") == 1, "Thomas's job, not Sofia's"
    assert before is None
    assert begun == house.clock.instant


def _used(house: HouseUnderTest, who: int) -> int | None:
    found = [one for one in read(house, queries.grants_of, who) if one.used_at is not None]
    return found[0].used_at if found else None


def test_a_reserved_machine_was_used_when_somebody_came(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = sofia.reserve("laser-1", "2026-11-27T14:00", "2026-11-27T15:00").json()["reservations"][0]
    nugue.is_at("2026-11-27T14:05")
    claire = nugue.sign_in(RECEPTION)
    assert claire.post(f"/api/v1/reservations/{made['id']}/arrival").status_code == 204
    run_jobs(nugue)
    assert _used(nugue, person(nugue, "u05")) == at("2026-11-27T14:05")
