"""Who may open which door: every route names its permission, and the whole matrix of roles is written down.

The matrix is tests/house/permissions.txt. After a meant change, write it anew: python -m tests.house.permissions
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.house import permissions
from tests.support.clients import Caller, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import ALL_ROLES, Door, caller_with, doors, roles_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LOCKED = (303, 401, 404)
REFUSED = (403, 404)
SIGN_OUT = ("DELETE", "/api/v1/sessions/current")
ABSENT = "{provider"
"""Providers of identities are set up by who runs the house: without any, their doors do not exist."""


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One house for all doors: nothing here may change it."""
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("doors")) as found:
        yield found


@pytest.fixture(scope="module")
def found(house: HouseUnderTest) -> list[Door]:
    """Every door of the house."""
    return doors(house.client.app)


class Knock(NamedTuple):
    """A door, whether everybody or who knocked may open it, and its answer."""

    door: Door
    is_public: bool
    is_granted: bool
    status: int

    @property
    def is_open(self) -> bool:
        """True for who knocked."""
        return self.is_public or self.is_granted


def call(caller: Caller, door: Door, method: str = "") -> tuple[int, str]:
    """Knock with an empty request of the right kind; redirects are not followed."""
    sent: dict[str, object] = {"follow_redirects": False, "headers": {**caller.headers, "accept": "*/*"}}
    if (method or door.method) not in ("GET", "HEAD", "DELETE"):
        sent["json" if door.is_call else "data"] = {}
    answer = caller._client.request(method or door.method, door.address, **sent)  # type: ignore[arg-type]
    return answer.status_code, answer.headers.get("location", "")


def test_every_door_names_its_permission(found: list[Door]) -> None:
    declared = frozenset().union(*roles_of().values())
    assert {door for door in found if not door.is_public and door.permission not in declared} == set()


def test_every_permission_opens_a_door_or_is_asked_for(found: list[Door]) -> None:
    """A permission that nothing asks for is a rule nobody applies."""
    used = {door.permission for door in found}
    asked = permissions.asked_in_sources()
    declared = frozenset().union(*roles_of().values())
    assert {name for name in declared if name not in used and name not in asked} == set()


def test_the_matrix_is_as_written(found: list[Door]) -> None:
    written = permissions.FILE.read_text(encoding="utf-8")
    assert written == permissions.matrix(found), (
        "a door changed hands; if it is meant: python -m tests.house.permissions"
    )


def test_strangers_find_locked_doors(house: HouseUnderTest, found: list[Door]) -> None:
    wrong = []
    for door in found:
        if not door.is_public:
            status, place = call(house.stranger, door)
            if status not in LOCKED or (status == 303 and not place.startswith("/connexion")):
                wrong.append((door.method, door.path, status, place))
    assert wrong == []


def test_strangers_find_no_other_way_in(house: HouseUnderTest, found: list[Door]) -> None:
    """Methods that no route offers are no way around its guard."""
    public = {(door.path, door.method) for door in found if door.is_public}
    wrong = []
    for door in {door for door in found if not door.is_public}:
        for method in METHODS:
            if (door.path, method) not in public:
                status, _place = call(house.stranger, door, method)
                if status not in (*LOCKED, 405):
                    wrong.append((method, door.path, status))
    assert wrong == []


@pytest.fixture(scope="module")
def knocks(house: HouseUnderTest, found: list[Door]) -> Callable[[str], list[Knock]]:
    """The answers of every door to an empty request of a role: each is asked once. Live news go on for ever: left out.

    The door that ends the session comes last.
    """

    @cache
    def knock(role: str) -> list[Knock]:
        caller, granted = caller_with(house, role), roles_of()[role]
        told = [Knock(door, door.is_public, door.permission in granted, 0) for door in found]
        asked = (one for one in told if not (one.is_open and one.door.path.endswith(permissions.LIVE)))
        in_order = sorted(asked, key=lambda one: (one.door.method, one.door.path) == SIGN_OUT)
        return [one._replace(status=call(caller, one.door)[0]) for one in in_order]

    return knock


@pytest.mark.parametrize("role", ALL_ROLES)
def test_each_role_is_refused_what_it_may_not(knocks: Callable[[str], list[Knock]], role: str) -> None:
    assert [one for one in knocks(role) if not one.is_open and one.status not in REFUSED] == []


@pytest.mark.parametrize("role", ALL_ROLES)
def test_each_role_may_look_at_what_it_is_granted(knocks: Callable[[str], list[Knock]], role: str) -> None:
    """The same requests, from somebody who may: the door opens (on nothing, when the path names nothing real)."""
    looks = [one for one in knocks(role) if one.door.method == "GET" and one.is_granted]
    assert [one for one in looks if one.status not in (200, 303, 404, 422)] == []


@pytest.mark.parametrize("role", ALL_ROLES)
def test_empty_requests_never_trip_the_house(knocks: Callable[[str], list[Knock]], role: str) -> None:
    assert [one for one in knocks(role) if one.status >= 500] == []


def test_forms_without_token_are_refused_everywhere(house: HouseUnderTest, found: list[Door]) -> None:
    """Every page that changes something asks for the form's token, even of who may do everything."""
    wrong = []
    for role in ("administrator", "kiosk"):
        caller, granted = caller_with(house, role), roles_of()[role]
        for door in found:
            is_form = door.method == "POST" and not door.is_call and ABSENT not in door.path
            if is_form and (door.is_public or door.permission in granted):
                status, _place = call(caller, door)
                if status != 403:
                    wrong.append((role, door.path, status))
    assert wrong == []
