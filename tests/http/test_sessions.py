"""Sessions: a new secret at sign-in, limits in time, nothing that can be forged, kept or fixed beforehand."""

import secrets
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import run_jobs, write
from tierslieu.basics.digest import hashed
from tierslieu.demo.people import PASSWORD
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.tables import Person
from tierslieu.people.signin.passwords import NOBODY
from tierslieu.people.signin.rules import DAY, TOUCH_AFTER, session_limits

MEMBER_IDLE, MEMBER_ABSOLUTE = session_limits(["member"])
STAFF_IDLE, STAFF_ABSOLUTE = session_limits(["receptionist"])
ME = "/api/v1/me"


def signed_in(house: HouseUnderTest, email: str = MEMBER) -> Browser:
    browser = Browser(house)
    assert browser.sign_in(email).status_code == 303
    return browser


def is_open(browser: Browser) -> bool:
    return browser.get("/mes-reservations").status_code == 200


def test_a_visitor_signs_in_and_out(quick_nugue: HouseUnderTest) -> None:
    browser = signed_in(quick_nugue)
    secret = browser.session
    assert is_open(browser)
    answer = browser.submit("/deconnexion", {})
    assert answer.status_code == 303
    assert browser.session == ""
    browser.cookies["session"] = secret
    assert not is_open(browser)


def test_the_cookie_is_kept_from_scripts_and_other_sites(quick_nugue: HouseUnderTest) -> None:
    answer = Browser(quick_nugue).sign_in()
    line = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("session=")).lower()
    assert "httponly" in line
    assert "samesite=lax" in line
    assert "path=/" in line
    assert "domain=" not in line


def test_a_secret_planted_before_sign_in_is_worth_nothing_after(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    browser.cookies["session"] = planted = "planted-" + secrets.token_urlsafe(24)
    assert browser.sign_in().status_code == 303
    assert browser.session not in ("", planted)
    assert is_open(browser)
    browser.cookies["session"] = planted
    assert not is_open(browser)


def test_signing_in_again_ends_the_former_session(quick_nugue: HouseUnderTest) -> None:
    browser = signed_in(quick_nugue)
    former = browser.session
    assert browser.sign_in().status_code == 303
    assert browser.session != former
    assert is_open(browser)
    browser.cookies["session"] = former
    assert not is_open(browser)


def test_two_browsers_of_one_person_live_apart(quick_nugue: HouseUnderTest) -> None:
    one, other = signed_in(quick_nugue), signed_in(quick_nugue)
    assert one.session != other.session
    one.get("/mes-reservations")
    assert one.submit("/deconnexion", {}).status_code == 303
    assert is_open(other)


@pytest.mark.parametrize("secret", ["", "x", "nothing", "0" * 43, "é" * 20, "%00", "a" * 8000, '\\"; session=x'])
def test_a_forged_secret_opens_nothing(quick_nugue: HouseUnderTest, secret: str) -> None:
    for name, value in (("authorization", f"Bearer {secret}"), ("cookie", f"session={secret}")):
        answer = quick_nugue.client.get(ME, headers=[(name.encode(), value.encode())])
        assert answer.status_code == 401


def test_the_stored_hash_is_not_a_secret(quick_nugue: HouseUnderTest) -> None:
    browser = signed_in(quick_nugue)
    assert quick_nugue.client.get(ME, headers={"authorization": f"Bearer {browser.session}"}).status_code == 200
    stored = hashed(browser.session)
    assert quick_nugue.client.get(ME, headers={"authorization": f"Bearer {stored}"}).status_code == 401


def test_a_program_signs_out(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in()
    assert sofia.get(ME).status_code == 200
    assert sofia.delete("/api/v1/sessions/current").status_code == 204
    assert sofia.get(ME).status_code == 401


@pytest.mark.parametrize(("email", "idle"), [(MEMBER, MEMBER_IDLE), (RECEPTION, STAFF_IDLE)])
def test_an_unused_session_ends(nugue: HouseUnderTest, email: str, idle: int) -> None:
    browser = signed_in(nugue, email)
    nugue.clock.instant += idle - 1
    assert nugue.client.get(ME, headers={"authorization": f"Bearer {browser.session}"}).status_code == 200
    forgotten = signed_in(nugue, email)
    nugue.clock.instant += idle
    assert not is_open(forgotten)
    assert not is_open(browser)


@pytest.mark.parametrize(
    ("email", "idle", "absolute"), [(MEMBER, MEMBER_IDLE, MEMBER_ABSOLUTE), (RECEPTION, STAFF_IDLE, STAFF_ABSOLUTE)]
)
def test_use_keeps_a_session_but_not_for_ever(nugue: HouseUnderTest, email: str, idle: int, absolute: int) -> None:
    browser = signed_in(nugue, email)
    start = nugue.clock.instant
    while nugue.clock.instant + idle // 2 < start + absolute:
        nugue.clock.instant += idle // 2
        assert is_open(browser)
    nugue.clock.instant = start + absolute
    assert not is_open(browser)


def test_use_is_noted_now_and_then_only(nugue: HouseUnderTest) -> None:
    browser = signed_in(nugue)
    nugue.clock.instant += TOUCH_AFTER + 1
    assert is_open(browser)
    nugue.clock.instant += MEMBER_IDLE - 1
    assert is_open(browser)


def test_ended_sessions_are_forgotten(nugue: HouseUnderTest) -> None:
    browser = signed_in(nugue)
    nugue.clock.instant += MEMBER_IDLE + DAY
    run_jobs(nugue)
    nugue.clock.instant -= MEMBER_IDLE + DAY
    assert not is_open(browser)


def test_https_makes_cookies_secure(demo_house_over_https: HouseUnderTest) -> None:
    answer = Browser(demo_house_over_https).sign_in()
    lines = answer.headers.get_list("set-cookie")
    assert any(line.startswith("__Host-session=") for line in lines)
    assert all("secure" in line.lower() for line in lines)
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_an_account_without_password_cannot_sign_in(quick_nugue: HouseUnderTest) -> None:
    write(quick_nugue, create_person, "Essai", "Essai", email="essai@example.org")
    for password in (" ", PASSWORD, "None", NOBODY):
        wish = {"email": "essai@example.org", "password": password}
        assert quick_nugue.client.post("/api/v1/sessions", json=wish).status_code == 422


def test_a_closed_account_loses_its_sessions(nugue: HouseUnderTest) -> None:
    browser = signed_in(nugue)
    close: Query[Any] = Query(update(table_of(Person)).where(columns(Person).email == MEMBER).values(is_active=0))
    assert write(nugue, lambda tx: tx.run(close)) == 1
    assert not is_open(browser)
    assert Browser(nugue).sign_in().status_code == 422
