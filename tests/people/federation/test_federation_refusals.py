"""Answers of a provider that must not be believed, journeys that must not count, a provider that is away."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from tests.people.federation.journeys import Federated, at_provider, federated, join, journey, set_out
from tests.support.browsers import Browser
from tests.support.clients import HouseUnderTest
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, run_jobs, write
from tests.support.oidc_provider import CODE_LIVES
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.federation.rules import ATTEMPT_LIFE, STARTS
from tierslieu.people.federation.tables import FederationAttempt, FederationVisitor
from tierslieu.people.persons.correcting import close_account
from tierslieu.people.persons.queries import email_holder

UNTRUSTED = (
    "alg_none",
    "hs_with_public_key",
    "foreign_key",
    "wrong_iss",
    "wrong_aud",
    "wrong_nonce",
    "no_nonce",
    "expired",
    "old",
    "userinfo_unsigned",
    "userinfo_none",
    "userinfo_other_sub",
    "userinfo_wrong_aud",
    "moved_token",
    "moved_userinfo",
)
AWAY = ("down_token", "down_userinfo", "down_jwks", "userinfo_huge")


def is_stranger(browser: Browser) -> bool:
    return browser.send("GET", "/api/v1/me").status_code == 401


def counts(reader: Reader) -> tuple[int, int]:
    found = []
    for table in (FederationAttempt, FederationVisitor):
        rows: Query[tuple[str]] = Query(select(columns(table).browser_sha256))
        found.append(len(reader.rows(rows)))
    return found[0], found[1]


@pytest.mark.parametrize("fault", UNTRUSTED)
def test_answers_that_are_not_right_are_refused(quick: Federated, fault: str) -> None:
    for key in ("franceconnect", "proconnect"):
        if (key, fault) == ("proconnect", "foreign_key"):
            continue
        quick.provider(key).faults = {fault}
        browser = Browser(quick.house)
        answer = journey(browser, key)
        assert answer.status_code == 422, (key, answer.text)
        assert "Essayer de nouveau" in answer.text
        assert is_stranger(browser)
        assert browser.get(f"/connexion/{key}/suite").headers["location"] == "/connexion"


@pytest.mark.parametrize("fault", AWAY)
def test_a_provider_that_is_away_is_explained(quick: Federated, fault: str) -> None:
    quick.franceconnect.faults = {fault}
    browser = Browser(quick.house)
    answer = journey(browser, "franceconnect", "/fablab")
    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    assert 'name="next" value="/fablab"' in answer.text
    quick.franceconnect.faults = set()
    assert join(browser).headers["location"] == "/mes-reservations"


def test_a_provider_that_is_away_at_the_start(quick: Federated) -> None:
    for fault in ("down_.well-known/openid-configuration", "discovery_of_another"):
        quick.franceconnect.faults = {fault}
        browser = Browser(quick.house)
        browser.get("/connexion")
        answer = browser.submit("/connexion/franceconnect", {"next": "/fablab"})
        assert answer.status_code == 503
        assert "Rien n’est perdu" in answer.text
        assert "Autres façons de se connecter" in answer.text


def test_the_wrong_level_is_refused(quick: Federated) -> None:
    for acr in ("eidas0", None, ["eidas1"]):
        quick.franceconnect.token_claims = {"acr": acr}
        assert journey(Browser(quick.house), "franceconnect").status_code == 422
    quick.franceconnect.token_claims = {"acr": "eidas2"}
    assert journey(Browser(quick.house), "franceconnect").status_code == 303


def test_a_journey_counts_once_in_its_own_browser_for_ten_minutes(quick: Federated) -> None:
    browser, other = Browser(quick.house), Browser(quick.house)
    back = at_provider(set_out(browser, "franceconnect"))
    other.get("/connexion")
    for thief in (other, Browser(quick.house)):
        assert thief.get(back).status_code == 422
        assert is_stranger(thief)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 422
    late = set_out(browser, "franceconnect")
    quick.house.clock.instant += ATTEMPT_LIFE
    assert browser.get(at_provider(late)).status_code == 422


@pytest.mark.parametrize(
    "change", [{"state": "x" * 43}, {"state": ""}, {"iss": "https://elsewhere.example"}, {"code": ""}]
)
def test_answers_that_were_changed_on_the_way(quick: Federated, change: dict[str, str]) -> None:
    browser = Browser(quick.house)
    path, _, query = at_provider(set_out(browser, "franceconnect")).partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    answer = browser.get(f"{path}?{urlencode({**given, **change})}")
    assert answer.status_code == 422
    assert is_stranger(browser)


def test_the_code_of_another_journey_does_not_fit(quick: Federated) -> None:
    """An attacker's code in the victim's journey: its nonce and its verifier are not theirs."""
    victim, attacker = Browser(quick.house), Browser(quick.house)
    stolen = parse_qs(urlsplit(at_provider(set_out(attacker, "proconnect"))).query)["code"][0]
    path, _, query = at_provider(set_out(victim, "proconnect")).partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    assert victim.get(f"{path}?{urlencode({**given, 'code': stolen})}").status_code == 422
    assert is_stranger(victim)


def test_one_providers_answer_is_not_the_others(quick: Federated) -> None:
    browser = Browser(quick.house)
    back = at_provider(set_out(browser, "franceconnect"))
    assert browser.get(back.replace("/franceconnect/", "/proconnect/")).status_code == 422


def test_codes_are_over_after_half_a_minute_and_after_one_use(quick: Federated) -> None:
    browser = Browser(quick.house)
    back = at_provider(set_out(browser, "franceconnect"))
    quick.house.clock.instant += CODE_LIVES + 1
    assert browser.get(back).status_code == 422
    used = at_provider(set_out(browser, "franceconnect"))
    assert browser.get(used).status_code == 303
    code = parse_qs(urlsplit(used).query)["code"][0]
    path, _, query = at_provider(set_out(browser, "franceconnect")).partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    assert browser.get(f"{path}?{urlencode({**given, 'code': code})}").status_code == 422


def test_the_provider_says_no(quick: Federated) -> None:
    quick.franceconnect.faults = {"denied"}
    browser = Browser(quick.house)
    answer = journey(browser, "franceconnect")
    assert answer.status_code == 422
    assert "Vous avez interrompu" in answer.text
    assert "<b>non</b>" not in answer.text
    path, _, query = at_provider(set_out(browser, "franceconnect")).partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    odd = browser.get(f"{path}?{urlencode({**given, 'error': '<script>alert(1)</script>'})}")
    assert odd.status_code == 422
    assert "alert(1)" not in odd.text


def test_keys_that_changed_are_fetched_once(quick: Federated) -> None:
    for key in ("franceconnect", "proconnect"):
        provider = quick.provider(key)
        journey(Browser(quick.house), key)
        provider.calls.clear()
        journey(Browser(quick.house), key)
        assert provider.calls.count("jwks") == 0
        provider.rotate()
        assert journey(Browser(quick.house), key).status_code == 303
        assert provider.calls.count("jwks") == 1


def test_shared_secrets_and_strange_facts(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    with federated(sqlite_templates.make("demo"), tmp_path, franceconnect={"algorithm": "HS256"}) as found:
        for person in (
            {"id": "a", "given_name": "A" * 5000, "usual_name": ["x"], "email": {"a": 1}, "siret": 3},
            {"id": "b", "given_name": "\u202eevil\x00", "usual_name": None, "email": "a@b@c", "email_verified": "yes"},
            {"id": "c", "given_name": "Zoé", "usual_name": "d’Œuvre-İnan", "email": " ZOE@Example.org "},
        ):
            found.franceconnect.person = person
            browser = Browser(found.house)
            assert journey(browser, "franceconnect").headers["location"] == "/connexion/franceconnect/suite"
            assert browser.get("/connexion/franceconnect/suite").status_code == 200


def test_names_that_are_no_names_are_refused(quick: Federated) -> None:
    browser = Browser(quick.house)
    journey(browser, "franceconnect")
    browser.get("/connexion/franceconnect/suite")
    for first, last in (("A" * 300, "B"), ("\u202ea", "B"), ("-", "B"), ("A", "B\x00")):
        answer = browser.submit("/connexion/franceconnect/compte", {"first_name": first, "last_name": last})
        assert answer.status_code == 422, (first, last)


def test_forms_of_other_sites_begin_nothing(quick: Federated) -> None:
    browser = Browser(quick.house)
    browser.get("/connexion")
    assert browser.submit("/connexion/franceconnect", {"next": "/"}, token="").status_code == 403
    foreign = browser.submit("/connexion/franceconnect", {"next": "/"}, sec_fetch_site="cross-site")
    assert foreign.status_code == 403
    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        browser = Browser(quick.house)
        quick.franceconnect.person = {**quick.franceconnect.person, "id": target, "email": ""}
        assert join(browser).status_code == 303
        assert journey(browser, "franceconnect", target).headers["location"] == "/"


def test_a_closed_account_stays_closed(quick: Federated) -> None:
    join(Browser(quick.house))
    anne = read(quick.house, email_holder, "anne.lambert@example.org")
    assert anne is not None
    write(quick.house, close_account, anne, quick.house.house.personal)
    answer = journey(Browser(quick.house), "franceconnect")
    assert answer.status_code == 403
    assert "est fermé" in answer.text
    quick.franceconnect.person = {**quick.franceconnect.person, "id": "other"}
    browser = Browser(quick.house)
    journey(browser, "franceconnect")
    assert "Le compte qui a votre adresse est fermé" in browser.get("/connexion/franceconnect/suite").text
    forced = browser.submit("/connexion/franceconnect/compte", {"first_name": "Anne", "last_name": "Lambert"})
    assert forced.headers["location"] == "/connexion/franceconnect/suite"


def test_journeys_are_bounded_and_tidied(quick: Federated) -> None:
    browser = Browser(quick.house)
    browser.get("/connexion")
    answers = [browser.submit("/connexion/franceconnect", {"next": "/"}).status_code for _ in range(STARTS + 2)]
    assert answers == [200] * STARTS + [403] * 2
    quick.house.clock.instant += 7200
    run_jobs(quick.house)
    assert read(quick.house, counts) == (0, 0)


def test_strange_addresses_are_no_faults(quick: Federated, quick_nugue: HouseUnderTest) -> None:
    for house in (quick.house, quick_nugue):
        browser = Browser(house)
        for path in (
            "/connexion/franceconnect/retour",
            "/connexion/franceconnect/retour?state=%00&code=%FF",
            f"/connexion/franceconnect/retour?state={'s' * 5000}&code=x",
            "/connexion/%00/retour",
            "/deconnexion/franceconnect/retour?state=%ED%A0%80",
            "/connexion/franceconnect/suite",
            "/au-revoir",
        ):
            assert browser.get(path).status_code < 500, path
