"""Decisions about roles: what they allow together, where, and how they are written."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.actor import Actor
from tierslieu.people.roles.rules import (
    APPROVERS,
    AT_MACHINES,
    MACHINE_MENDERS,
    MACHINE_RUNNERS,
    ROLES,
    SCOPE_KINDS,
    STAFF,
    TRAINERS,
    USERS,
    WORKERS,
    Held,
    is_scope_of,
    is_staff,
    read_held,
    rights_of,
    written,
)

SCOPES = ("", "site:oasis", "site:container", "space:fablab", "machine:p3d-1", "kind:printer_3d")
HELD = st.builds(Held, st.sampled_from(sorted(ROLES)), st.sampled_from(SCOPES))
NAMES = ("a.read", "a.change", "b.open")
BY_ROLE = st.dictionaries(st.sampled_from(sorted(ROLES)), st.frozensets(st.sampled_from(NAMES)))


def actor(held: list[Held], by_role: dict[str, frozenset[str]]) -> Actor:
    rights = rights_of(held, by_role)
    return Actor(1, permissions=rights.permissions, scopes=rights.scopes)


@given(st.lists(HELD, max_size=6), BY_ROLE, st.sampled_from(NAMES), st.sampled_from(SCOPES[1:]))
def test_one_may_exactly_what_a_role_allows_there(
    held: list[Held], by_role: dict[str, frozenset[str]], name: str, place: str
) -> None:
    who = actor(held, by_role)
    allowing = [one for one in held if name in by_role.get(one.role, frozenset())]
    assert who.may(name) == bool(allowing)
    assert who.may_everywhere(name) == any(one.scope == "" for one in allowing)
    assert who.may(name, place) == any(one.scope in ("", place) for one in allowing)


@given(st.lists(HELD, max_size=6), HELD, BY_ROLE, st.sampled_from(NAMES), st.sampled_from(SCOPES[1:]))
def test_one_more_role_never_takes_anything_away(
    held: list[Held], more: Held, by_role: dict[str, frozenset[str]], name: str, place: str
) -> None:
    assert actor([*held, more], by_role).may(name, place) >= actor(held, by_role).may(name, place)


@given(st.lists(HELD, max_size=6), BY_ROLE)
def test_the_order_of_roles_does_not_count(held: list[Held], by_role: dict[str, frozenset[str]]) -> None:
    assert rights_of(held, by_role) == rights_of(held[::-1], by_role)


@given(st.lists(HELD, max_size=6))
def test_roles_are_read_as_they_were_written(held: list[Held]) -> None:
    assert read_held(written(one) for one in held) == tuple(held)


@given(st.text(max_size=40))
def test_what_names_no_role_is_none(text: str) -> None:
    assert all(one.role in ROLES for one in read_held(text.split(",")))


@given(st.sampled_from(sorted(ROLES)), st.sampled_from(SCOPES))
def test_roles_of_a_place_need_one_and_others_have_none(role: str, scope: str) -> None:
    assert is_scope_of(role, scope) == (scope.partition(":")[0] in (SCOPE_KINDS[role] or ("",)))


@given(st.sampled_from(sorted(ROLES)), st.text(max_size=60))
def test_a_place_is_never_free_text(role: str, text: str) -> None:
    if is_scope_of(role, text):
        assert text == "" or text.partition(":")[0] in SCOPE_KINDS[role]
        assert "," not in text
        assert "@" not in text


def test_a_place_may_not_hold_what_would_split_the_text_of_roles() -> None:
    for scope in (
        "space:a,administrator",
        "space:a@b",
        "space:",
        "space:é",
        "space:" + "a" * 41,
        "door:a",
        "space:a\n",
    ):
        assert not is_scope_of("resource_manager", scope)


def test_the_catalogue_is_whole() -> None:
    assert len(ROLES) == 16
    for group in (STAFF, WORKERS, USERS, AT_MACHINES, MACHINE_RUNNERS, MACHINE_MENDERS, TRAINERS, APPROVERS):
        assert group < ROLES
    assert "administrator" in STAFF & AT_MACHINES & TRAINERS & APPROVERS


def test_who_works_here_does_so_wherever_their_role_holds() -> None:
    assert is_staff(["member", "site_administrator@site:oasis"])
    assert not is_staff(["member", "trainer@kind:printer_3d", "elected_referent"])
