"""Signing in: guessing is slowed, nothing tells who has an account, and nobody is led to another site."""

import pytest

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest
from tierslieu.demo.people import PASSWORD
from tierslieu.people.signin.throttle import PER_ACCOUNT, PER_ORIGIN, WINDOW

SESSIONS = "/api/v1/sessions"
UNKNOWN = "nobody.of.that.name@example.org"


def attempt(house: HouseUnderTest, email: str = MEMBER, password: str = "wrong", **headers: str) -> int:
    return house.client.post(SESSIONS, json={"email": email, "password": password}, headers=headers).status_code


def test_too_many_wrong_passwords_must_wait(quick_nugue: HouseUnderTest) -> None:
    assert [attempt(quick_nugue) for _ in range(PER_ACCOUNT)] == [422] * PER_ACCOUNT
    answer = quick_nugue.client.post(SESSIONS, json={"email": MEMBER, "password": PASSWORD})
    assert answer.status_code in (403, 429)
    assert answer.json()["code"] == "too_many_attempts"
    assert attempt(quick_nugue, OTHER_MEMBER, PASSWORD) == 201
    quick_nugue.clock.instant += WINDOW
    assert attempt(quick_nugue, MEMBER, PASSWORD) == 201


def test_the_page_is_slowed_with_the_calls(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    for _ in range(PER_ACCOUNT):
        assert browser.sign_in(password="wrong").status_code == 422
    answer = browser.sign_in()
    assert answer.status_code == 422
    assert browser.session == ""


@pytest.mark.parametrize("disguise", [MEMBER.upper(), f" {MEMBER} ", MEMBER.title()])
def test_writing_the_address_otherwise_gives_no_more_tries(quick_nugue: HouseUnderTest, disguise: str) -> None:
    assert [attempt(quick_nugue, disguise) for _ in range(PER_ACCOUNT)] == [422] * PER_ACCOUNT
    assert attempt(quick_nugue, MEMBER, PASSWORD) in (403, 429)


def test_pretending_another_origin_gives_no_more_tries(quick_nugue: HouseUnderTest) -> None:
    origins = [
        {"x-forwarded-for": f"192.0.2.{number}", "x-real-ip": f"192.0.2.{number}"} for number in range(PER_ACCOUNT)
    ]
    assert [attempt(quick_nugue, **origin) for origin in origins] == [422] * PER_ACCOUNT
    assert attempt(quick_nugue, MEMBER, PASSWORD, **{"x-forwarded-for": "198.51.100.1"}) in (403, 429)


def test_trying_many_accounts_is_slowed_too(quick_nugue: HouseUnderTest) -> None:
    assert {attempt(quick_nugue, f"person{number}@example.org") for number in range(PER_ORIGIN)} == {422}
    assert attempt(quick_nugue, MEMBER, PASSWORD) in (403, 429)


def test_nothing_tells_who_has_an_account(quick_nugue: HouseUnderTest) -> None:
    answers = [
        quick_nugue.client.post(SESSIONS, json={"email": email, "password": "wrong"}) for email in (MEMBER, UNKNOWN)
    ]
    assert answers[0].status_code == answers[1].status_code == 422
    assert answers[0].json() == answers[1].json()
    assert set(answers[0].headers) == set(answers[1].headers)


def test_the_page_does_not_tell_either(quick_nugue: HouseUnderTest) -> None:
    pages = []
    for email in (MEMBER, UNKNOWN):
        browser = Browser(quick_nugue)
        answer = browser.sign_in(email, "wrong")
        assert answer.status_code == 422
        pages.append(answer.text.replace(email, "").replace(browser.token, ""))
    assert pages[0] == pages[1]


def test_unknown_accounts_are_slowed_like_known_ones(quick_nugue: HouseUnderTest) -> None:
    known = [attempt(quick_nugue, MEMBER) for _ in range(PER_ACCOUNT + 1)]
    unknown = [attempt(quick_nugue, UNKNOWN) for _ in range(PER_ACCOUNT + 1)]
    assert known == unknown


def test_the_typed_address_comes_back_and_never_the_password(quick_nugue: HouseUnderTest) -> None:
    answer = Browser(quick_nugue).sign_in('"><b>@example.org', "s3cret-typed")
    assert answer.status_code == 422
    assert "s3cret-typed" not in answer.text
    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text


@pytest.mark.parametrize("target", ["/", "/mes-reservations", "/reserver?date=2026-11-24&space=coworking", "/é"])
def test_sign_in_leads_back_to_the_page(quick_nugue: HouseUnderTest, target: str) -> None:
    answer = Browser(quick_nugue).sign_in(next=target)
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("/")
    assert place.isascii()
    if target.isascii():
        assert place == target


ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "\t//elsewhere.example",
    "http:elsewhere.example",
    "javascript:alert(1)",
    "/x\r\nset-cookie: session=planted",
    "elsewhere.example",
    " //elsewhere.example",
    "/\u2028/x",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_never_leads_to_another_site(quick_nugue: HouseUnderTest, target: str) -> None:
    answer = Browser(quick_nugue).sign_in(next=target)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "planted" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_form_does_not_repeat_a_foreign_target(quick_nugue: HouseUnderTest, target: str) -> None:
    answer = quick_nugue.client.get("/connexion", params={"next": target})
    assert answer.status_code == 200
    assert 'name="next" value="/"' in answer.text


def test_a_page_that_needs_an_account_comes_back_after_sign_in(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    led = browser.get("/mes-reservations?show=past")
    assert led.status_code == 303
    asked = browser.get(led.headers["location"])
    assert asked.status_code == 200
    assert 'name="next" value="/mes-reservations' in asked.text
