"""Decisions about people: limits of sessions, addresses, roles, safe targets."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.actor import ANYONE, SYSTEM, Actor
from tierslieu.basics.digest import hashed
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.persons.schemas import readable
from tierslieu.people.roles.rules import ROLES, STAFF_ROLES, is_staff, permissions_by_role
from tierslieu.people.signin.cookies import safe_target
from tierslieu.people.signin.rules import session_limits
from tierslieu.people.signin.schemas import SignIn

HERE = "http://nugue.example/connexion"
SOME_ROLES = st.lists(st.sampled_from(sorted(ROLES)), max_size=4)


@given(SOME_ROLES, st.sampled_from(sorted(STAFF_ROLES)))
def test_one_staff_role_makes_sessions_short(roles: list[str], role: str) -> None:
    assert session_limits([*roles, role]) == session_limits(["administrator"])


@given(SOME_ROLES)
def test_limits_make_sense(roles: list[str]) -> None:
    idle, absolute = session_limits(roles)
    assert 0 < idle < absolute
    assert (idle <= 4 * 3600) == is_staff(roles)


def test_an_unknown_role_is_no_staff() -> None:
    assert not is_staff(["boss", "", "Administrator", "administrator,member"])


@given(st.emails(), st.sampled_from([str, str.upper, str.title, lambda text: f" {text}\n"]))
def test_an_address_has_one_form(address: str, disguise: object) -> None:
    written = disguise(address)  # type: ignore[operator]
    assert normal_email(written) == normal_email(address)
    assert normal_email(normal_email(written)) == normal_email(written)


@given(st.text(), st.text())
def test_hashes_take_any_text_and_tell_secrets_apart(one: str, other: str) -> None:
    assert len(hashed(one)) == 64
    assert (hashed(one) == hashed(other)) == (one == other)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a.x", "a.y", "b.x"]), st.frozensets(st.sampled_from(sorted(ROLES)))),
        max_size=3,
    )
)
def test_turning_permissions_around_loses_and_adds_nothing(declared: list[dict[str, frozenset[str]]]) -> None:
    found = permissions_by_role(declared)
    pairs = {(role, name) for permissions in declared for name, roles in permissions.items() for role in roles}
    assert {(role, name) for role, names in found.items() for name in names} == pairs


@given(st.text() | st.from_regex(r"[/\\.:a-z?#@\t\r\n]{0,12}", fullmatch=True))
def test_sign_in_never_leads_elsewhere(path: str) -> None:
    target = safe_target(path)
    assert target.startswith("/")
    assert urlsplit(urljoin(HERE, target)).netloc == urlsplit(HERE).netloc
    assert not any(ord(sign) < 32 for sign in target)
    assert safe_target(target) == target


@pytest.mark.parametrize(
    "path", ["/", "/reserver?date=2026-11-24&resource=D01", "/mes-reservations/0000000000001", "/a#b"]
)
def test_sign_in_leads_back(path: str) -> None:
    assert safe_target(path) == path


@given(st.text())
def test_readable_text_can_be_stored_and_sent(text: str) -> None:
    try:
        kept = readable(text)
    except ValueError:
        assert any(ord(sign) < 32 or "\ud800" <= sign <= "\udfff" for sign in text)
    else:
        assert kept.encode("utf-8").decode() == text
        assert "\0" not in kept


def test_sign_in_takes_nothing_else() -> None:
    with pytest.raises(ValueError, match="extra_forbidden"):
        SignIn.model_validate({"email": "a@b.example", "password": "x", "roles": "administrator"})


def test_an_actor_does_not_show_its_session() -> None:
    who = Actor(7, None, frozenset({"a"}), "Rose", session="a-hash")
    assert "a-hash" not in repr(who)
    assert who.handle == "person:7"
    assert "Rose" not in who.handle


def test_nobody_and_the_system() -> None:
    assert not ANYONE.is_known
    assert not ANYONE.may("anything")
    assert SYSTEM.is_known
    assert SYSTEM.handle == "device:system"
