"""Whoever looks for somebody is in the log, with how many were found and without a word of what was typed."""

import json
from functools import partial
from typing import NamedTuple

import pytest
from sqlalchemy import select

from tests.people.persons.test_persons_story import desk, id_of
from tests.support.clients import ADMINISTRATOR, FAB_MANAGER, RECEPTION, HouseUnderTest
from tests.support.waiting import until
from tierslieu.basics.errors import Unavailable
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry
from tierslieu.people.groups.actions import GroupFacts, create_group
from tierslieu.people.persons import noting

a = columns(AuditEntry)
SEARCHES: Query[tuple[str, str, str]] = Query(
    select(a.by, a.about, a.facts).where(a.act == "people.search").order_by(a.seq)
)


class Line(NamedTuple):
    """A line of the log: who, at which page, how many were found in how many searches."""

    by: str
    about: str
    found: int
    searches: int


def lines(house: HouseUnderTest) -> list[Line]:
    """What the log tells of searches; the texts of its lines hold nothing but numbers."""
    rows = house.read(lambda reader: reader.rows(SEARCHES))
    facts = [json.loads(text) for _by, _about, text in rows]
    assert all(type(value) is int for one in facts for value in one.values())
    return [
        Line(by, about, one["found"], one.get("searches", 1))
        for (by, about, _facts), one in zip(rows, facts, strict=True)
    ]


def has_lines(house: HouseUnderTest, number: int) -> bool:
    """True when so many searches are in the log."""
    return len(lines(house)) == number


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each search is a line, however quickly the test types."""
    monkeypatch.setattr(noting, "MOMENT", 0)


@pytest.mark.usefixtures("at_once")
def test_every_page_that_finds_people_notes_who_looked(nugue: HouseUnderTest) -> None:
    claire, lucie, hugo = desk(nugue), desk(nugue, FAB_MANAGER), id_of(nugue, "u08")
    group = show(nugue.write(create_group, GroupFacts(kind="association", name="Club photo")))
    asked = (
        (claire, "/personnes?q=lefevre", "people"),
        (claire, "/accueil?q=lefevre", "desk"),
        (claire, f"/personnes/{hugo}/proches?q=lefevre", "families"),
        (claire, f"/personnes/{hugo}/fusionner?q=lefevre", "merge"),
        (claire, f"/groupes/{group}?q=lefevre", "groups"),
        (lucie, "/fablab/machines/laser-1/session/pour?q=lefevre", "machines"),
        (lucie, "/bobines/13/vendre?q=lefevre", "stock"),
        (claire, "/api/v1/people?q=lefevre", "programs"),
        (claire, "/personnes?q=zzzz", "people"),
    )
    for number, (who, path, place) in enumerate(asked, 1):
        assert who.get(path).status_code == 200, path
        until(partial(has_lines, nugue, number), path)
        found = lines(nugue)[-1]
        assert (found.about, found.found, found.searches) == (place, 0 if "zzzz" in path else 1, 1)
    ids = {read_id(nugue.sign_in(email).get("/api/v1/me").json()["id"]) for email in (RECEPTION, FAB_MANAGER)}
    assert {line.by for line in lines(nugue)} == {f"person:{one:x}" for one in ids}


@pytest.mark.usefixtures("at_once")
def test_a_page_that_is_only_opened_is_no_search(quick_nugue: HouseUnderTest) -> None:
    claire, hugo = desk(quick_nugue), id_of(quick_nugue, "u08")
    opened = ("/personnes", "/personnes?q=%20", "/accueil", f"/personnes/{hugo}/proches", "/api/v1/people?q=%20")
    for path in (*opened, "/api/v1/people", f"/personnes/{hugo}/fusionner"):
        assert claire.get(path).status_code == 200, path
    claire.get(f"/personnes/{hugo}/proches?q=lambert")
    until(lambda: lines(quick_nugue), "the one search")
    shown_again = claire.submit(f"/personnes/{hugo}/proches", {"way": "guardian", "kind": "parent", "q": "lambert"})
    assert shown_again.status_code == 422
    until(lambda: not quick_nugue.house.searches, "all is written")
    assert len(lines(quick_nugue)) == 1
    assert "A cherché une personne" in quick_nugue.sign_in(ADMINISTRATOR).get("/journal").text


def test_a_program_that_asks_without_a_pause_is_gathered_and_nothing_is_lost(quick_nugue: HouseUnderTest) -> None:
    staff, often = quick_nugue.sign_in(RECEPTION), 20
    for _ in range(often):
        assert len(staff.get("/api/v1/people?q=sofia").json()) == 1
    until(lambda: sum(line.searches for line in lines(quick_nugue)) == often, "all of them are noted")
    noted = lines(quick_nugue)
    assert len(noted) < often
    assert sum(line.found for line in noted) == often


def test_people_are_found_while_the_log_cannot_be_written(
    quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_given: object, **_more: object) -> None:
        raise Unavailable("storage_full")

    staff = quick_nugue.sign_in(RECEPTION)
    assert staff.get("/api/v1/me").status_code == 200
    with monkeypatch.context() as patch:
        patch.setattr(type(quick_nugue.house.db), "write", refuses)
        assert len(staff.get("/api/v1/people?q=sofia").json()) == 1
        until(lambda: not quick_nugue.house.searches, "the search is given up")
    assert len(staff.get("/api/v1/people?q=sofia").json()) == 1
    until(lambda: len(lines(quick_nugue)) == 1, "the next one is noted")
