"""Changes come from our own pages only: form tokens, origins, and the header of scripts that carry a cookie."""

import pytest

from tests.support.browsers import Browser
from tests.support.clients import OTHER_MEMBER, HouseUnderTest

WISH = {"resource": "D01", "date": "2026-11-24", "from": "10:00", "to": "11:00"}
CALL = {
    "resources": ["D01"],
    "starts_at": "2026-11-24T10:00:00+01:00",
    "ends_at": "2026-11-24T11:00:00+01:00",
}


def at_the_form(house: HouseUnderTest, email: str = "") -> Browser:
    """A signed-in browser that looks at the page with the form."""
    browser = Browser(house)
    assert (browser.sign_in(email) if email else browser.sign_in()).status_code == 303
    assert browser.get("/reserver?resource=D01&date=2026-11-24&from=10:00&to=11:00").status_code == 200
    return browser


def reserved(house: HouseUnderTest) -> int:
    """How many reservations the member has."""
    return len(house.sign_in().get("/api/v1/reservations").json()["items"])


def test_the_form_of_the_page_reserves(quick_nugue: HouseUnderTest) -> None:
    answer = at_the_form(quick_nugue).submit("/reservations", WISH)
    assert answer.status_code == 303, answer.text
    assert reserved(quick_nugue) == 1


@pytest.mark.parametrize("token", ["", "0" * 40, "x", "é", "a" * 100_000])
def test_a_form_without_its_token_changes_nothing(quick_nugue: HouseUnderTest, token: str) -> None:
    answer = at_the_form(quick_nugue).submit("/reservations", WISH, token)
    assert answer.status_code == 403
    assert reserved(quick_nugue) == 0


def test_anothers_token_is_worth_nothing(quick_nugue: HouseUnderTest) -> None:
    thomas, sofia = at_the_form(quick_nugue, OTHER_MEMBER), at_the_form(quick_nugue)
    assert sofia.submit("/reservations", WISH, thomas.token).status_code == 403
    assert reserved(quick_nugue) == 0
    assert sofia.submit("/reservations", WISH, sofia.token).status_code == 303


def test_a_token_dies_with_its_session(quick_nugue: HouseUnderTest) -> None:
    browser = at_the_form(quick_nugue)
    former = browser.token
    browser.submit("/deconnexion", {})
    assert browser.sign_in().status_code == 303
    assert browser.submit("/reservations", WISH, former).status_code == 403
    assert reserved(quick_nugue) == 0


def test_the_sign_in_form_has_a_token_too(quick_nugue: HouseUnderTest) -> None:
    browser, other = Browser(quick_nugue), Browser(quick_nugue)
    browser.get("/connexion")
    other.get("/connexion")
    wish = {"email": "sofia.moreau@example.org", "password": "demo-nugue"}
    assert browser.submit("/connexion", wish, "").status_code == 403
    assert browser.submit("/connexion", wish, other.token).status_code == 403
    assert browser.session == ""
    assert browser.submit("/connexion", wish).status_code == 303


def test_signing_out_needs_the_token(quick_nugue: HouseUnderTest) -> None:
    browser = at_the_form(quick_nugue)
    assert browser.submit("/deconnexion", {"sure": "yes"}, "").status_code == 403
    assert browser.get("/mes-reservations").status_code == 200


FOREIGN = [
    {"origin": "https://elsewhere.example"},
    {"origin": "http://testserver.local.elsewhere.example"},
    {"origin": "http://testserver.local:8081"},
    {"origin": "http://testserver.local@elsewhere.example"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"origin": "http://testserver.local", "sec_fetch_site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_sent_from_another_site_is_refused(quick_nugue: HouseUnderTest, headers: dict[str, str]) -> None:
    answer = at_the_form(quick_nugue).submit("/reservations", WISH, **headers)
    assert answer.status_code == 403
    assert reserved(quick_nugue) == 0


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_call_sent_from_another_site_is_refused(quick_nugue: HouseUnderTest, headers: dict[str, str]) -> None:
    browser = at_the_form(quick_nugue)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = browser.send("POST", "/api/v1/reservations", json=CALL, headers={**named, "x-requested-with": "fetch"})
    assert sent.status_code == 403
    assert sent.json()["code"] == "foreign_origin"
    assert reserved(quick_nugue) == 0


OWN = [{"origin": "http://testserver.local", "sec_fetch_site": "same-origin"}, {"sec_fetch_site": "none"}]


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_are_believed(quick_nugue: HouseUnderTest, headers: dict[str, str]) -> None:
    assert at_the_form(quick_nugue).submit("/reservations", WISH, **headers).status_code == 303


def test_an_opaque_origin_is_no_origin_of_ours(quick_nugue: HouseUnderTest) -> None:
    answer = at_the_form(quick_nugue).submit("/reservations", WISH, "", origin="null")
    assert answer.status_code == 403
    assert reserved(quick_nugue) == 0


def test_a_call_with_a_cookie_needs_a_header_of_its_own(quick_nugue: HouseUnderTest) -> None:
    browser = at_the_form(quick_nugue)
    refused = browser.send("POST", "/api/v1/reservations", json=CALL)
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf_missing"
    assert reserved(quick_nugue) == 0
    assert browser.send("POST", "/api/v1/reservations", json=CALL, headers={"x-requested-with": "fetch"}).is_success


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_json_dressed_as_a_form_is_not_a_call(quick_nugue: HouseUnderTest, kind: str) -> None:
    """A foreign page may send these kinds without asking first: with a cookie they must never reach a call."""
    browser = at_the_form(quick_nugue)
    body = quick_nugue.client.build_request("POST", "/", json=CALL).content
    answer = browser.send("POST", "/api/v1/reservations", content=body, headers={"content-type": kind})
    assert 400 <= answer.status_code < 500
    assert reserved(quick_nugue) == 0


def test_reading_changes_nothing(quick_nugue: HouseUnderTest) -> None:
    browser = at_the_form(quick_nugue)
    for path in ("/deconnexion", "/reservations", "/mes-reservations/0000000000001/annuler"):
        assert browser.get(path).status_code in (404, 405)
    assert browser.get("/mes-reservations").status_code == 200
