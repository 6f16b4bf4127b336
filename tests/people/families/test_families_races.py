"""Two members of staff at once: the same link, a ring of links, the same import twice. On both databases."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.people.families.actions import give_consent
from tierslieu.people.families.queries import history
from tierslieu.people.families.rules import Paper
from tierslieu.people.groups import importing, queries
from tierslieu.people.groups.actions import GroupFacts, create_group
from tierslieu.people.groups.lists import read_list
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.actions import Bond, link
from tierslieu.people.relations.queries import answered_for, links_of, zone_of


def id_of(house: HouseUnderTest, key: str) -> int:
    found = read(house, by_key, key)
    assert found is not None
    return found.id


def at_once(house: HouseUnderTest, *works: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
    """What each of these answers (or why not) when they run together."""

    async def run() -> list[Any]:
        return await asyncio.gather(*(work() for work in works), return_exceptions=True)

    found: list[Any] = house.client.blocking_portal.call(run)
    for one in found:
        assert not isinstance(one, Exception) or isinstance(one, DomainError), one
    return found


def done(found: list[Any]) -> list[Any]:
    return [one for one in found if not isinstance(one, DomainError)]


def test_the_same_link_is_made_once(nugue: HouseUnderTest) -> None:
    hugo, pierre, db = id_of(nugue, "u08"), id_of(nugue, "u13"), nugue.house.db
    found = at_once(nugue, *[lambda: db.write(link, Bond(hugo, pierre, "parent"))] * 8)
    assert len(done(found)) == 1
    assert [one.guardian_id for one in read(nugue, links_of, hugo, nugue.clock.instant)].count(pierre) == 1


def test_two_links_close_no_ring_together(nugue: HouseUnderTest) -> None:
    one, other, db = id_of(nugue, "u05"), id_of(nugue, "u06"), nugue.house.db
    for _ in range(3):
        found = at_once(
            nugue,
            lambda: db.write(link, Bond(one, other, "relative")),
            lambda: db.write(link, Bond(other, one, "relative")),
        )
    assert done(found) == []
    reached = read(nugue, answered_for, one)
    assert not (other in reached[one] and one in reached.get(other, ()))


def test_the_same_consent_is_in_force_once(nugue: HouseUnderTest) -> None:
    hugo, karine, db = id_of(nugue, "u08"), id_of(nugue, "u09"), nugue.house.db
    today = read(nugue, zone_of).date(nugue.clock.instant)
    paper = Paper(karine, "outing", today, today)
    at_once(nugue, *[lambda: db.write(give_consent, hugo, paper, is_paper_seen=True)] * 6)
    mine = [one for one in read(nugue, history, hugo) if one.scope == "outing"]
    assert sum(1 for one in mine if one.ended_at is None) == 1


def test_an_import_confirmed_by_many_clicks_is_done_once(nugue: HouseUnderTest) -> None:
    group_id = write(nugue, create_group, GroupFacts("association", "Club"))
    claire, db = Actor(id_of(nugue, "s1"), permissions=frozenset({"people.manage_groups"})), nugue.house.db
    found = read_list("l.csv", "prénom;nom\nZoé;Inconnue\nMina;Nouvelle\n".encode())
    made = read(nugue, importing.with_members, group_id, read(nugue, importing.plan, found.lines), ())

    async def keep() -> int:
        return await db.write(importing.keep_plan, group_id, made, by=claire)

    import_id = nugue.client.blocking_portal.call(keep)
    wish: tuple[Any, ...] = (importing.confirm, group_id, import_id, {})
    results = at_once(nugue, *[lambda: db.write(*wish, skip_bad=False, by=claire)] * 6)
    assert len(done(results)) == 1
    assert len(read(nugue, queries.all_members, group_id)) == 2
