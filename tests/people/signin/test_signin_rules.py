"""Decisions of sign-in: what one factor allows, which passwords and codes are taken, how browsers are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.people.roles.rules import ROLES, is_staff
from tierslieu.people.signin.factors import random_code
from tierslieu.people.signin.labels import browser_label
from tierslieu.people.signin.rules import (
    CODE_LETTERS,
    SHORTEST_PASSWORD,
    needs_second_factor,
    normal_code,
    password_flaw,
    roles_in_force,
    session_limits,
    spaced,
    touch_after,
)

HELD = st.lists(st.sampled_from(sorted(ROLES)), max_size=4, unique=True)
LINUX = "Mozilla/5.0 (X11; Linux x86_64"


@given(HELD, st.sampled_from([1, 2]), st.sampled_from(["browser", "program", "kiosk"]))
def test_one_factor_never_gives_a_staff_role(held: list[str], strength: int, kind: str) -> None:
    usable = roles_in_force(held, strength, kind)
    assert set(usable) <= {*held, "member"}
    if strength == 1 or kind == "kiosk":
        assert not is_staff(usable)
    else:
        assert usable == tuple(held)
    assert needs_second_factor(held, strength, kind) == (is_staff(held) and strength == 1 and kind != "kiosk")


@given(HELD, st.sampled_from(["browser", "program", "kiosk"]))
def test_limits_are_kept_to_a_thirtieth(held: list[str], kind: str) -> None:
    idle, absolute = session_limits(held, kind)
    assert idle < absolute
    assert 0 < touch_after(idle) <= idle // 30


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_judged_and_short_ones_refused(password: str, personal: list[str]) -> None:
    flaw = password_flaw(password, personal)
    assert flaw or SHORTEST_PASSWORD <= len(password) <= 200


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("Mot de passe 2026", "password_too_common"),
        ("ÀZERTYUIOP!!", "password_too_common"),
        ("Hélène Dupré 75", "password_personal"),
        ("helenedupre!!!", "password_personal"),
        ("Hélène aime les trains de nuit", ""),
        ("correct cheval pile agrafe", ""),
    ],
)
def test_names_and_common_ones_are_seen_through_accents(password: str, flaw: str) -> None:
    assert password_flaw(password, ("Hélène", "Dupré", "h.dupre")) == flaw


@given(st.integers(1, 20))
def test_codes_are_read_back(length: int) -> None:
    code = random_code(length)
    assert set(code) <= set(CODE_LETTERS)
    assert normal_code(f" {spaced(code.lower(), 3)} ") == code
    assert normal_code(spaced(code).replace(" ", "-")) == code


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (f"{LINUX}; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox/Linux"),
        (f"{LINUX}) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36", "Chrome/Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/128.0 Safari/537.36 Edg/128.0", "Edge/Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari/iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/128.0 Mobile Safari/537.36", "Chrome/Android"),
        ("curl/8.5", ""),
        ("", ""),
        ("<script>" * 200, ""),
    ],
)
def test_browsers_are_named_coarsely(user_agent: str, label: str) -> None:
    assert browser_label(user_agent) == label
