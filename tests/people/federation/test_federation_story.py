"""Signing in with FranceConnect and ProConnect, through the pages, against a provider that holds to their limits."""

from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.people.federation.journeys import ADDRESS, HREF, Federated, at_provider, federated, join, journey, set_out
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, run_jobs
from tierslieu.basics.ids import show
from tierslieu.people.federation.queries import identities_of
from tierslieu.people.persons.queries import email_holder

BOTH = ("franceconnect", "proconnect")


def me(browser: Browser) -> dict[str, object]:
    found: dict[str, object] = browser.send("GET", "/api/v1/me").json()
    return found


def person_with(house: HouseUnderTest, email: str) -> int:
    found = read(house, email_holder, email)
    assert found is not None
    return found


@pytest.mark.parametrize("key", BOTH)
def test_a_first_visit_makes_an_account_and_the_second_opens_it(both: Federated, key: str) -> None:
    browser = Browser(both.house)
    made = join(browser, key)
    assert (made.status_code, made.headers["location"]) == (303, "/mes-reservations")
    assert me(browser)["first_name"] == "Anne"
    anne = person_with(both.house, "anne.lambert@example.org")
    assert [one.provider for one in read(both.house, identities_of, anne)] == [key]
    again = Browser(both.house)
    answer = journey(again, key)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-reservations")
    assert me(again)["id"] == me(browser)["id"]


def test_only_the_allowed_parameters_go_out(both: Federated) -> None:
    for key, names in (
        ("franceconnect", {"acr_values", "code_challenge", "code_challenge_method"}),
        ("proconnect", {"claims"}),
    ):
        asked = parse_qs(urlsplit(set_out(Browser(both.house), key)).query)
        assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", *names}
        assert min(len(asked["state"][0]), len(asked["nonce"][0])) >= 32
        assert asked["redirect_uri"] == [f"{ADDRESS}/connexion/{key}/retour"]


def test_the_pages_show_the_buttons_of_configured_providers_only(both: Federated, quick_nugue: HouseUnderTest) -> None:
    text = Browser(both.house).get("/connexion").text
    for name in ("FranceConnect", "ProConnect"):
        assert f"S’identifier avec {name}" in text
        assert f"Qu’est-ce que {name}" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "FranceConnect" not in Browser(quick_nugue).get("/connexion").text
    for path in ("/connexion/franceconnect", "/connexion/nobody", "/connexion/franceconnect/retour?state=x&code=y"):
        assert Browser(quick_nugue).get(path).status_code == 404


def test_the_same_address_is_never_linked_without_proof(both: Federated) -> None:
    both.franceconnect.person = {**both.franceconnect.person, "email": MEMBER}
    browser = Browser(both.house)
    journey(browser, "franceconnect")
    asked = browser.get("/connexion/franceconnect/suite")
    assert "Un compte a déjà cette adresse" in asked.text
    assert browser.send("GET", "/api/v1/me").status_code == 401
    forced = browser.submit("/connexion/franceconnect/compte", {"first_name": "Anne", "last_name": "Lambert"})
    assert forced.headers["location"] == "/connexion/franceconnect/suite"
    sofia = person_with(both.house, MEMBER)
    assert read(both.house, identities_of, sofia) == []

    browser.get("/connexion/franceconnect/suite")
    sent = browser.submit("/connexion/franceconnect/lien", {})
    assert sent.headers["location"] == "/connexion/lien"
    run_jobs(both.house)
    letter = both.house.house.mail.letters[-1]  # type: ignore[attr-defined]
    assert letter.to == MEMBER
    link = next(line for line in letter.text.splitlines() if "/connexion/lien/" in line).removeprefix(ADDRESS)
    browser.get(link)
    arrived = browser.submit(link, {})
    assert arrived.headers["location"] == "/connexion/franceconnect/suite"
    assert "Relier FranceConnect au compte de Sofia" in browser.get("/connexion/franceconnect/suite").text
    linked = browser.submit("/connexion/franceconnect/relier", {})
    assert linked.headers["location"] == "/mon-espace#federation"
    assert len(read(both.house, identities_of, sofia)) == 1
    again = Browser(both.house)
    journey(again, "franceconnect")
    assert me(again)["first_name"] == "Sofia"


def test_somebody_signed_in_links_and_unlinks(both: Federated) -> None:
    browser = Browser(both.house)
    browser.sign_in(MEMBER)
    assert "Relier FranceConnect" in browser.get("/mon-espace").text
    journey(browser, "franceconnect", "/mon-espace")
    browser.get("/connexion/franceconnect/suite")
    assert browser.submit("/connexion/franceconnect/relier", {}).status_code == 303
    (one,) = read(both.house, identities_of, person_with(both.house, MEMBER))
    page = browser.get("/mon-espace")
    assert "Ne plus relier FranceConnect" in page.text
    gone = browser.submit(f"/mon-espace/identites/{show(one.id)}/retrait", {})
    assert gone.headers["location"] == "/mon-espace#federation"
    assert read(both.house, identities_of, person_with(both.house, MEMBER)) == []


def test_an_identity_has_one_person(both: Federated) -> None:
    join(Browser(both.house))
    sofia = Browser(both.house)
    sofia.sign_in(MEMBER)
    answer = journey(sofia, "franceconnect")
    assert answer.status_code == 409
    assert "déjà reliée à un autre compte" in answer.text
    assert me(sofia)["first_name"] == "Sofia"


def test_a_changed_address_keeps_the_account(both: Federated) -> None:
    first = Browser(both.house)
    join(first)
    both.franceconnect.person = {**both.franceconnect.person, "email": MEMBER, "given_name": "Annie"}
    again = Browser(both.house)
    journey(again, "franceconnect")
    assert me(again)["id"] == me(first)["id"]
    assert me(again)["first_name"] == "Anne"


def test_the_same_address_under_another_subject_is_somebody_to_prove(both: Federated) -> None:
    join(Browser(both.house))
    both.franceconnect.person = {**both.franceconnect.person, "id": "another-anne"}
    browser = Browser(both.house)
    answer = journey(browser, "franceconnect")
    assert answer.headers["location"] == "/connexion/franceconnect/suite"
    assert "Un compte a déjà cette adresse" in browser.get("/connexion/franceconnect/suite").text


def test_without_address_an_account_is_made_all_the_same(both: Federated) -> None:
    both.franceconnect.person = {"id": "nameless"}
    browser = Browser(both.house)
    journey(browser, "franceconnect")
    browser.get("/connexion/franceconnect/suite")
    empty = browser.submit("/connexion/franceconnect/compte", {"first_name": "", "last_name": "Lambert"})
    assert empty.status_code == 422
    assert 'value="Lambert"' in empty.text
    made = browser.submit("/connexion/franceconnect/compte", {"first_name": "Anne", "last_name": "Lambert"})
    assert made.status_code == 303
    assert me(browser)["first_name"] == "Anne"


def test_an_unchecked_address_is_not_taken_over(both: Federated) -> None:
    both.franceconnect.person.pop("email_verified")
    browser = Browser(both.house)
    journey(browser, "franceconnect")
    assert "n’a pas vérifié votre adresse" in browser.get("/connexion/franceconnect/suite").text
    browser.submit("/connexion/franceconnect/compte", {"first_name": "Anne", "last_name": "Lambert"})
    assert read(both.house, email_holder, "anne.lambert@example.org") is None


@pytest.mark.parametrize(
    ("amr", "siret", "is_staff"),
    [
        (["mfa", "pwd"], "11000001700018", True),
        (["pwd"], "11000001700018", False),
        (None, "11000001700018", False),
        (["mfa"], "99999999900019", False),
        (["mfa"], None, False),
    ],
)
def test_staff_rights_ask_for_two_factors_and_our_own_employer(
    both: Federated, amr: list[str] | None, siret: str | None, is_staff: bool
) -> None:
    claire = Browser(both.house)
    claire.sign_in(RECEPTION)
    both.proconnect.person = {**both.proconnect.person, "email": RECEPTION, "siret": siret}
    journey(claire, "proconnect")
    claire.get("/connexion/proconnect/suite")
    assert claire.submit("/connexion/proconnect/relier", {}).status_code == 303
    both.proconnect.token_claims = {"amr": amr} if amr else {}
    fresh = Browser(both.house)
    answer = journey(fresh, "proconnect", "/accueil")
    assert answer.headers["location"].startswith("/accueil" if is_staff else "/connexion/second-facteur")
    assert ("reservations.manage" in me(fresh)["permissions"]) is is_staff  # type: ignore[operator]


def test_signing_out_of_the_provider_too(both: Federated) -> None:
    browser = Browser(both.house)
    join(browser)
    browser.get("/mes-reservations")
    out = browser.submit("/deconnexion", {})
    assert out.headers["location"] == "/au-revoir"
    assert browser.get("/au-revoir").headers["location"] == "/deconnexion/franceconnect"
    page = browser.get("/deconnexion/franceconnect")
    assert "Se déconnecter aussi de FranceConnect" in page.text
    going = browser.submit("/deconnexion/franceconnect", {})
    found = HREF.search(going.text)
    assert found is not None
    back = at_provider(unescape(found[1]))
    assert both.franceconnect.ended[0]["id_token_hint"].count(".") == 2
    assert "aussi déconnecté de FranceConnect" in browser.get(back).text
    assert browser.get(back).status_code == 303
    assert browser.get("/deconnexion/franceconnect").status_code == 303


def test_explicit_addresses_need_no_discovery(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    with federated(sqlite_templates.make("demo"), tmp_path, franceconnect={"algorithm": "HS256"}) as found:
        assert journey(Browser(found.house), "franceconnect").status_code == 303
        assert "jwks" not in found.franceconnect.calls
