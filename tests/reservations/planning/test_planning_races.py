"""Two people at the planning at once, and the paper that leaves each morning."""

import asyncio
from typing import Any

from tests.support.clients import HouseUnderTest, at, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.basics.ids import read as id_of
from tierslieu.basics.spans import HOUR, Span
from tierslieu.infra.transaction import Tx
from tierslieu.reservations import actions, queries
from tierslieu.reservations.planning.actions import move_as_seen
from tierslieu.reservations.schemas import Made

STAFF = Actor(person_id=1, permissions=frozenset({"reservations.manage"}))


def reserve(tx: Tx, person_id: int, span: Span) -> int:
    tx.by = Actor(person_id=person_id, permissions=frozenset({"reservations.make"}))
    made = actions.reserve(tx, actions.Request(("visio-1",), span, 1, person_id))
    return id_of(made.reservations[0].id)


def test_of_two_who_move_the_same_reservation_at_once_one_wins_and_nothing_is_doubled(nugue: HouseUnderTest) -> None:
    who = someone(nugue, "member")
    start = at("2026-11-25T09:00")
    for round_ in range(5):
        first = Span(start + round_ * HOUR, start + (round_ + 1) * HOUR)
        made = write(nugue, reserve, who.id, first)
        answers = nugue.client.blocking_portal.call(_both_move, nugue, made, first)
        assert sorted(isinstance(one, Made) for one in answers) == [False, True], answers
        mine = read(nugue, queries.open_of, who.id)
        assert len(mine) == 1
        write(nugue, _cancel, mine[0].id)


async def _both_move(house: HouseUnderTest, made: int, former: Span) -> list[Any]:
    later = [Span(former.start + step * HOUR, former.end + step * HOUR) for step in (1, 3)]
    moves = [house.house.db.write(move_as_seen, made, 0, span, "visio-1", by=STAFF) for span in later]
    answers = await asyncio.gather(*moves, return_exceptions=True)
    assert all(isinstance(one, Made | DomainError) for one in answers), answers
    return list(answers)


def _cancel(tx: Tx, reservation_id: int) -> None:
    actions.end(tx, queries.stored(tx, reservation_id), "house")


def test_each_morning_the_programme_leaves_once_for_the_desk(sqlite_templates: SqliteTemplates, tmp_path: Any) -> None:
    settings = {"programme": {"mail_to": "accueil@example.org", "mail_at": "07:30"}}
    with open_house(sqlite_templates.make("demo"), tmp_path, **settings) as house:
        house.is_at("2026-11-24T07:00")
        run_jobs(house)
        assert not _programmes(house), "too early"
        house.is_at("2026-11-24T07:40")
        run_jobs(house)
        house.is_at("2026-11-24T12:00")
        run_jobs(house)
        (letter,) = _programmes(house)
        assert "24 novembre" in letter.subject
        assert [one.name for one in letter.attachments] == [
            "programme-2026-11-24-accueil.pdf",
            "programme-2026-11-24-portes.pdf",
        ]
        assert all(one.content.startswith(b"%PDF") for one in letter.attachments)
        house.is_at("2026-11-25T08:00")
        run_jobs(house)
        assert len(_programmes(house)) == 2, "the next day another one"


def _programmes(house: HouseUnderTest) -> list[Any]:
    return [one for one in house.house.mail.letters if one.to == "accueil@example.org"]  # type: ignore[attr-defined]


def test_nothing_leaves_without_an_address(quick_nugue: HouseUnderTest) -> None:
    run_jobs(quick_nugue)
    assert not [one for one in quick_nugue.house.mail.letters if "Programme" in one.subject]  # type: ignore[attr-defined]
