"""A workshop under test: who is who, what the catalogue holds, and granting without pages."""

from typing import Any

from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.qualifications import actions, queries
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.schemas import NewSkill, Wish

LEVELS = ("discovery", "accompanied", "autonomous", "trainer")


def skill(house: HouseUnderTest, key: str) -> Skill:
    """A qualification of the demonstration."""
    found = queries.skill_by_key(read(house, queries.skills), key)
    assert found is not None
    return found


def add_skill(house: HouseUnderTest, key: str, **facts: Any) -> Skill:
    """A qualification of one's own."""
    new = {"name": key.title(), "levels": LEVELS, "is_active": True, **facts}
    write(house, actions.put_skill, NewSkill(key=key, **new))
    return skill(house, key)


def person(house: HouseUnderTest, key: str) -> int:
    """A person of the demonstration, by their key there."""
    found = read(house, by_key, key)
    assert found is not None
    return found.id


def newcomer(house: HouseUnderTest, name: str = "Nour", **facts: Any) -> int:
    """Somebody without any qualification."""
    return write(house, create_person, name, "Essai", **{"birth_year": 1990, **facts})


def trainer(person_id: int, *places: str) -> Actor:
    """Somebody who trains in these places only."""
    return Actor(person_id, scopes={actions.TRAIN: frozenset(places)})


def give(house: HouseUnderTest, person_id: int, key: str, level: str = "autonomous", **more: Any) -> int:
    """A grant by the house itself."""
    return write(house, actions.grant, Wish(person_id, skill(house, key).id, level, **more))


def do(house: HouseUnderTest, who: Actor, action: Any, *args: Any) -> Any:
    """Run an action as somebody."""
    return house.client.blocking_portal.call(lambda: house.house.db.write(action, *args, by=who))


def token(number: int) -> str:
    """An id as addresses show it."""
    return show(number)
