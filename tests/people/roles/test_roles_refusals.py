"""Roles that are not given, or not taken back, and what the page says then."""

import asyncio
from typing import Any

import pytest

from tests.people.roles.test_roles_story import browser_of, give
from tests.support.clients import HouseUnderTest
from tests.support.doors import Someone, someone
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError, Forbidden, NotFound, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.queries import about_person
from tierslieu.people.roles import actions, queries
from tierslieu.people.roles.rules import ADMINISTRATOR, Held


def ending(tx: Tx, person_id: int) -> None:
    """The demonstration's own administrators are in the way: their role goes."""
    for one in tx.rows(queries.HOLDERS_OF, role=ADMINISTRATOR, after=0, count=50, now=tx.now):
        if one.person_id != person_id:
            tx.run(actions.DROP, which=one.id)


def grant_id(house: HouseUnderTest, person_id: int, role: str = ADMINISTRATOR) -> int:
    return next(one.id for one in read(house, queries.grants_of, person_id) if one.role == role)


def as_(one: Someone) -> Actor:
    return Actor(one.id, permissions=frozenset({actions.GRANT_ROLES}))


def test_nobody_gives_a_role_to_themselves(nugue: HouseUnderTest) -> None:
    boss = someone(nugue, "administrator")
    browser = browser_of(nugue, boss)
    page = browser.get(f"/personnes/{show(boss.id)}/roles")
    assert "un autre administrateur peut le faire" in page.text
    assert give(browser, boss.id, "cash_officer") == 403
    assert read(nugue, queries.roles_of, boss.id) == ("administrator",)
    with pytest.raises(Forbidden, match="own_roles"):
        nugue.client.blocking_portal.call(granting(nugue, as_(boss), boss.id, "accountant"))


def granting(house: HouseUnderTest, who: Actor, person_id: int, role: str) -> Any:
    return lambda: house.house.db.write(actions.grant, person_id, Held(role), by=who)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"role": "trainer"}, "Ce rôle se donne pour un lieu ou une machine"),
        ({"role": "trainer", "place": "space:fablab"}, "Ce rôle se donne pour un lieu ou une machine"),
        ({"role": "receptionist", "place": "site:oasis"}, "Ce rôle vaut partout"),
        ({"role": "receptionist", "last_day": "2026-11-23"}, "Le dernier jour est déjà passé"),
        ({"role": "king"}, "Ce rôle n’existe pas"),
        ({"role": "technician", "last_day": "demain"}, "Dernier jour"),
        ({"role": "resource_manager", "place": "space:nowhere"}, "Ce lieu n’existe pas"),
        ({"role": "resource_manager", "place": "space:fablab,administrator"}, "Ce lieu n’existe pas"),
        ({"role": ""}, "Ce champ est à remplir"),
    ],
)
def test_a_wrong_wish_comes_back_with_what_was_chosen(
    quick_nugue: HouseUnderTest, fields: dict[str, str], told: str
) -> None:
    browser, other = browser_of(quick_nugue, someone(quick_nugue, "administrator")), someone(quick_nugue, "member")
    path = f"/personnes/{show(other.id)}/roles"
    browser.get(path)
    answer = browser.submit(path, {"place": "", "last_day": "", **fields})
    assert answer.status_code == 422
    assert told in answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    if fields["role"] not in ("", "king"):
        assert f'<option value="{fields["role"]}" selected>' in answer.text
    if fields.get("last_day"):
        assert f'value="{fields["last_day"]}"' in answer.text
    assert read(quick_nugue, queries.roles_of, other.id) == ("member",)


def test_the_last_administrator_stays(nugue: HouseUnderTest) -> None:
    boss = someone(nugue, "administrator")
    write(nugue, ending, boss.id)
    browser = browser_of(nugue, boss)
    path = f"/personnes/{show(boss.id)}/roles"
    browser.get(path)
    answer = browser.submit(f"{path}/{show(grant_id(nugue, boss.id))}/retirer", {})
    assert answer.status_code == 422
    assert "C’est le dernier administrateur du lieu" in answer.text
    assert read(nugue, queries.roles_of, boss.id) == ("administrator",)


def test_an_administrator_for_a_time_does_not_count_as_another(nugue: HouseUnderTest) -> None:
    boss, other = someone(nugue, "administrator"), someone(nugue, "member")
    write(nugue, ending, boss.id)
    write(nugue, actions.grant, other.id, Held(ADMINISTRATOR), nugue.clock.instant + 3600)
    with pytest.raises(Refused):
        write(nugue, actions.withdraw, boss.id, grant_id(nugue, boss.id))
    with pytest.raises(Refused):
        write(nugue, actions.grant, boss.id, Held(ADMINISTRATOR), nugue.clock.instant + 3600)
    write(nugue, actions.grant, other.id, Held(ADMINISTRATOR))
    write(nugue, actions.withdraw, boss.id, grant_id(nugue, boss.id))
    assert read(nugue, queries.roles_of, boss.id) == ()


def test_what_is_gone_cannot_be_taken_twice(nugue: HouseUnderTest) -> None:
    boss, other, third = someone(nugue, "administrator"), someone(nugue, "member"), someone(nugue, "member")
    browser, path = browser_of(nugue, boss), f"/personnes/{show(other.id)}/roles"
    gone = show(grant_id(nugue, other.id, "member"))
    browser.get(path)
    assert browser.submit(f"/personnes/{show(third.id)}/roles/{gone}/retirer", {}).status_code == 404
    assert browser.submit(f"{path}/{gone}/retirer", {}).status_code == 303
    assert browser.submit(f"{path}/{gone}/retirer", {}).status_code == 404


def test_nobody_there_has_no_roles(quick_nugue: HouseUnderTest) -> None:
    browser = browser_of(quick_nugue, someone(quick_nugue, "administrator"))
    for unknown in ("0000000000001", "ZZZZZZZZZZZZZ"):
        answer = browser.get(f"/personnes/{unknown}/roles")
        assert answer.status_code in (404, 422)
    browser.get("/roles/personnes")
    assert browser.submit("/personnes/0000000000001/roles", {"role": "member"}).status_code == 404
    with pytest.raises(NotFound):
        write(quick_nugue, actions.grant, 1, Held("member"))


def test_two_administrators_who_remove_each_other_leave_one(nugue: HouseUnderTest) -> None:
    one, two = someone(nugue, "administrator"), someone(nugue, "administrator")
    for other in sorted(administrators(nugue) - {one.id, two.id}):
        write(nugue, actions.withdraw, other, grant_id(nugue, other))
    moves = [(one, two), (two, one)] * 4
    grants = {person.id: grant_id(nugue, person.id) for person in (one, two)}

    async def at_once() -> list[Any]:
        db = nugue.house.db
        return await asyncio.gather(
            *(db.write(actions.withdraw, other.id, grants[other.id], by=as_(who)) for who, other in moves),
            return_exceptions=True,
        )

    found = nugue.client.blocking_portal.call(at_once)
    assert sum(1 for answer in found if answer is None) == 1
    assert all(answer is None or isinstance(answer, DomainError) for answer in found)
    assert len(administrators(nugue) & {one.id, two.id}) == 1


def administrators(house: HouseUnderTest) -> set[int]:
    def ask(reader: Reader) -> set[int]:
        return queries.lasting_administrators(reader)

    return read(house, ask)


def test_the_same_role_given_at_once_is_one_role(nugue: HouseUnderTest) -> None:
    boss, other = someone(nugue, "administrator"), someone(nugue, "member")

    async def at_once() -> list[Any]:
        return await asyncio.gather(
            *(nugue.house.db.write(actions.grant, other.id, Held("accountant"), by=as_(boss)) for _ in range(8)),
            return_exceptions=True,
        )

    assert nugue.client.blocking_portal.call(at_once) == [None] * 8
    assert read(nugue, queries.roles_of, other.id) == ("accountant", "member")
    acts = [one for one in read(nugue, about_person, other.id) if one.act == "roles.grant"]
    assert len(acts) == 8
