"""Passkeys: made and used, and every forged, replayed or misplaced answer refused in the same way."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.people.signin.post_box import SECURITY, browser, is_signed_in, subjects
from tests.people.signin.soft_key import PRESENT, SoftKey, raw, text
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, write
from tierslieu.people.signin import factors
from tierslieu.people.signin.queries import account, passkeys_of
from tierslieu.people.signin.rules import CHALLENGE_LIFE, MAX_PASSKEYS

MAKE, USE = f"{SECURITY}/cle", "/connexion/cle"


def signed_in(house: HouseUnderTest, email: str = MEMBER) -> Browser:
    who = browser(house)
    assert who.sign_in(email).status_code == 303
    return who


def person(house: HouseUnderTest, email: str = MEMBER) -> int:
    found = read(house, account, email)
    assert found is not None
    return found.id


def options(who: Browser, path: str) -> dict[str, Any]:
    who.get("/connexion")
    answer = who.submit(f"{path}/defi", {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def add(who: Browser, key: SoftKey, name: str = "Téléphone") -> int:
    answer = key.make(options(who, MAKE))
    return who.submit(MAKE, {"answer": answer, "name": name}).status_code


def enter(who: Browser, answer: str, target: str = "/") -> int:
    who.get("/connexion")
    return who.submit(USE, {"answer": answer, "next": target}).status_code


@pytest.fixture
def key(nugue: HouseUnderTest) -> SoftKey:
    """A passkey of Sofia's."""
    found = SoftKey()
    assert add(signed_in(nugue), found) == 303
    return found


@pytest.fixture
def quick_key(quick_nugue: HouseUnderTest) -> SoftKey:
    """The same in the house on SQLite."""
    found = SoftKey()
    assert add(signed_in(quick_nugue), found) == 303
    return found


def test_made_once_and_used_to_sign_in(nugue: HouseUnderTest) -> None:
    sofia, key = signed_in(nugue), SoftKey()
    asked = options(sofia, MAKE)
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert asked["attestation"] == "none"
    assert asked["rp"]["id"] == "localhost"
    before = sofia.session
    assert sofia.submit(MAKE, {"answer": key.make(asked), "name": "Téléphone"}).status_code == 303
    assert sofia.session != before
    assert "Téléphone" in sofia.get(SECURITY).text
    assert "Votre connexion a changé" in subjects(nugue)
    other = browser(nugue)
    wanted = options(other, USE)
    assert wanted["userVerification"] == "required"
    assert wanted.get("allowCredentials", []) == []
    assert enter(other, key.use(wanted), "/mes-reservations") == 303
    assert is_signed_in(other)


def test_for_staff_it_is_both_factors(nugue: HouseUnderTest) -> None:
    write(nugue, factors.reset, person(nugue, RECEPTION))
    claire, key = browser(nugue), SoftKey()
    claire.get("/connexion/mot-de-passe")
    claire.submit("/connexion", {"email": RECEPTION, "password": "demo-nugue"})
    assert claire.get("/accueil").status_code == 303
    assert add(claire, key) == 303
    assert claire.get("/accueil").status_code == 200
    other = browser(nugue)
    assert enter(other, key.use(options(other, USE)), "/accueil") == 303
    assert other.get("/accueil").status_code == 200


def test_an_answer_works_once(nugue: HouseUnderTest, key: SoftKey) -> None:
    who = browser(nugue)
    answer = key.use(options(who, USE))
    assert enter(who, answer) == 303
    who.get("/mes-reservations")
    who.submit("/deconnexion", {})
    assert enter(who, answer) == 422
    assert not is_signed_in(who)


def test_an_answer_works_in_its_own_browser(nugue: HouseUnderTest, key: SoftKey) -> None:
    who, thief = browser(nugue), browser(nugue)
    answer = key.use(options(who, USE))
    options(thief, USE)
    assert enter(thief, answer) == 422
    assert enter(browser(nugue), answer) == 422
    assert enter(who, answer) == 303


def test_an_answer_works_for_five_minutes(quick_nugue: HouseUnderTest, quick_key: SoftKey) -> None:
    who = browser(quick_nugue)
    answer = quick_key.use(options(who, USE))
    quick_nugue.clock.instant += CHALLENGE_LIFE
    assert enter(who, answer) == 422


FORGERIES: dict[str, Callable[[SoftKey, dict[str, Any]], str]] = {
    "another origin": lambda key, asked: key.use(asked, origin="http://elsewhere.example"),
    "a port beside": lambda key, asked: key.use(asked, origin="http://localhost:8081"),
    "https instead": lambda key, asked: key.use(asked, origin="https://localhost:8080"),
    "another challenge": lambda key, asked: key.use(asked, challenge=text(b"x" * 32)),
    "a challenge that is no text": lambda key, asked: key.use(asked, challenge=7),
    "the wrong ceremony": lambda key, asked: key.use(asked, type="webauthn.create"),
    "an answer for making": lambda key, asked: key.make(asked),
    "no verification": lambda key, asked: SoftKey(id=key.id, key=key.key, flags=PRESENT).use(asked),
    "nobody there": lambda key, asked: SoftKey(id=key.id, key=key.key, flags=0).use(asked),
    "another house": lambda key, asked: SoftKey(id=key.id, key=key.key, party="elsewhere.example").use(asked),
    "another key": lambda key, asked: SoftKey(id=key.id).use(asked),
    "an unknown key": lambda _key, asked: SoftKey().use(asked),
    "nothing": lambda _key, _asked: "{}",
    "no JSON": lambda _key, _asked: "[" * 5000,
    "not text": lambda _key, _asked: json.dumps({"rawId": 7, "response": {"clientDataJSON": 7}}),
    "parts missing": lambda key, asked: json.dumps({**json.loads(key.use(asked)), "response": {}}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_forged_answers_open_nothing(quick_nugue: HouseUnderTest, quick_key: SoftKey, forge: Any) -> None:
    who = browser(quick_nugue)
    who.get("/connexion")
    asked = options(who, USE)
    answer = who.submit(USE, {"answer": forge(quick_key, asked)})
    assert answer.status_code == 422
    assert "n’a pas été acceptée" in answer.text
    assert who.session == ""


def test_a_bent_signature_is_refused(quick_nugue: HouseUnderTest, quick_key: SoftKey) -> None:
    who = browser(quick_nugue)
    whole = json.loads(quick_key.use(options(who, USE)))
    signature = bytearray(raw(whole["response"]["signature"]))
    signature[-1] ^= 1
    whole["response"]["signature"] = text(bytes(signature))
    assert enter(who, json.dumps(whole)) == 422


def test_a_counter_that_goes_back_is_refused_and_shown(nugue: HouseUnderTest) -> None:
    sofia, key = signed_in(nugue), SoftKey(counter=5)
    assert add(sofia, key) == 303
    who = browser(nugue)
    assert enter(who, key.use(options(who, USE), step=1)) == 303
    copy = SoftKey(id=key.id, key=key.key, counter=6)
    other = browser(nugue)
    assert enter(other, copy.use(options(other, USE))) == 422
    assert [one.warned_at > 0 for one in read(nugue, passkeys_of, person(nugue))] == [True]
    text = sofia.get(SECURITY).text
    assert "peut-être été copiée" in text
    assert "clé d’accès refusée" in text
    assert enter(other, copy.use(options(other, USE), step=5)) == 303


def test_a_key_is_added_once_and_by_its_person(nugue: HouseUnderTest, key: SoftKey) -> None:
    thomas = signed_in(nugue, OTHER_MEMBER)
    assert add(thomas, key) == 422
    assert read(nugue, passkeys_of, person(nugue, OTHER_MEMBER)) == []


def test_a_challenge_for_one_purpose_serves_no_other(nugue: HouseUnderTest, key: SoftKey) -> None:
    sofia = signed_in(nugue)
    assert enter(sofia, key.use(options(sofia, MAKE))) == 422
    sofia.get(SECURITY)
    assert sofia.submit(MAKE, {"answer": SoftKey().make(options(sofia, USE))}).status_code == 422


def test_a_key_made_without_verification_is_refused(quick_nugue: HouseUnderTest) -> None:
    assert add(signed_in(quick_nugue), SoftKey(flags=PRESENT)) == 422
    assert add(signed_in(quick_nugue), SoftKey(origin="http://elsewhere.example")) == 422
    assert read(quick_nugue, passkeys_of, person(quick_nugue)) == []


def test_keys_are_removed_by_their_person(nugue: HouseUnderTest, key: SoftKey) -> None:
    sofia, thomas = signed_in(nugue), signed_in(nugue, OTHER_MEMBER)
    path = next(
        part for part in sofia.get(SECURITY).text.split('"') if part.startswith(f"{MAKE}/") and "retirer" in part
    )
    thomas.get(SECURITY)
    assert thomas.submit(path, {}).status_code == 404
    sofia.get(SECURITY)
    assert sofia.submit(path, {}).status_code == 303
    who = browser(nugue)
    assert enter(who, key.use(options(who, USE))) == 422


def test_there_is_a_bound(quick_nugue: HouseUnderTest) -> None:
    sofia = signed_in(quick_nugue)
    assert {add(sofia, SoftKey()) for _number in range(MAX_PASSKEYS)} == {303}
    assert add(sofia, SoftKey()) == 422


def test_where_the_house_has_no_name_there_are_none(quick_nugue: HouseUnderTest) -> None:
    for host in ("127.0.0.1:8080", "elsewhere.example", "[::1]:8080"):
        who = Browser(quick_nugue, host=host)
        assert "data-passkey" not in who.get("/connexion").text
        assert who.submit(f"{USE}/defi", {}).status_code == 403


def test_behind_a_proxy_the_public_address_counts(sqlite_templates: SqliteTemplates, tmp_path: Any) -> None:
    with open_house(sqlite_templates.make("demo"), tmp_path, public_url="https://nugue.example") as house:
        who = Browser(house, host="nugue.example")
        who.sign_in()
        who.cookies["__Host-session"] = who.cookies.get("__Host-session", "")
        key = SoftKey(origin="https://nugue.example", party="nugue.example")
        assert add(who, key) == 303
        other = Browser(house, host="nugue.example")
        assert enter(other, SoftKey(id=key.id, key=key.key, party="nugue.example").use(options(other, USE))) == 422
        assert enter(other, key.use(options(other, USE))) == 303
