"""Staff prove twice who they are; with one proof they are members like others."""

import re

import pytest
from pyotp import TOTP

from tests.people.signin.post_box import SECURITY, browser, subjects
from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION, HouseUnderTest, shown_code
from tests.support.inside import read, write
from tierslieu.basics.ids import show
from tierslieu.demo.people import PASSWORD
from tierslieu.demo.signin import TOTP_SECRET
from tierslieu.people.audit.queries import about_person
from tierslieu.people.signin import factors
from tierslieu.people.signin.queries import account, ways_of
from tierslieu.people.signin.rules import RECOVERY_CODES, STEP

FACTOR = "/connexion/second-facteur"
SECRET = re.compile(r"<code>([A-Z2-7 ]{20,})</code>")
RECOVERY = re.compile(r"<li><code>([0-9A-Z ]+)</code></li>")
SESSIONS = "/api/v1/sessions"


def person(house: HouseUnderTest, email: str = RECEPTION) -> int:
    found = read(house, account, email)
    assert found is not None
    return found.id


def half(house: HouseUnderTest, email: str = RECEPTION) -> Browser:
    """Somebody who gave their password only."""
    who = browser(house)
    who.get("/connexion/mot-de-passe")
    answer = who.submit("/connexion", {"email": email, "password": PASSWORD, "next": "/accueil"})
    assert answer.status_code == 303
    return who


def give(who: Browser, code: str) -> int:
    who.get(f"{FACTOR}?next=/accueil")
    return who.submit(FACTOR, {"code": code, "next": "/accueil"}).status_code


def code_at(house: HouseUnderTest, steps: int = 0) -> str:
    return TOTP(TOTP_SECRET).at(house.clock.instant + steps * STEP)


def test_with_a_password_alone_staff_are_members(nugue: HouseUnderTest) -> None:
    claire = half(nugue)
    assert claire.get("/mes-reservations").status_code == 200
    led = claire.get("/accueil")
    assert (led.status_code, led.headers["location"]) == (303, f"{FACTOR}?next=/accueil")
    token = {"authorization": f"Bearer {claire.session}"}
    assert nugue.client.get("/api/v1/me", headers=token).json()["permissions"] == sorted(
        nugue.sign_in(MEMBER).get("/api/v1/me").json()["permissions"]
    )
    refused = nugue.client.post("/api/v1/closures", json={}, headers=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_first")


def test_the_second_factor_gives_a_new_secret_and_full_rights(nugue: HouseUnderTest) -> None:
    claire = half(nugue)
    before = claire.session
    page = claire.get(f"{FACTOR}?next=/accueil")
    answer = claire.submit(FACTOR, {"code": shown_code(re.sub("<[^>]+>", "", page.text)), "next": "/accueil"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/accueil")
    assert claire.get("/accueil").status_code == 200
    assert claire.session != before
    claire.cookies["session"] = before
    assert claire.get("/mes-reservations").status_code == 303


def test_a_code_works_once(nugue: HouseUnderTest) -> None:
    code = code_at(nugue)
    assert give(half(nugue), code) == 303
    thief = half(nugue)
    assert give(thief, code) == 422
    assert thief.get("/accueil").status_code == 303
    nugue.clock.instant += STEP
    assert give(thief, code_at(nugue)) == 303


def test_an_earlier_code_is_void_after_a_later_one(nugue: HouseUnderTest) -> None:
    assert give(half(nugue), code_at(nugue, 1)) == 303
    assert give(half(nugue), code_at(nugue)) == 422


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_codes_of_other_times_are_refused(quick_nugue: HouseUnderTest, steps: int) -> None:
    assert give(half(quick_nugue), code_at(quick_nugue, steps)) == 422


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abc def", "٠٠٠٠٠٠", "é" * 40, "x" * 500, "1 2 3"])
def test_odd_codes_are_refused(quick_nugue: HouseUnderTest, code: str) -> None:
    assert give(half(quick_nugue), code) == 422


def test_wrong_codes_are_slowed_and_codes_on_paper_go_on(nugue: HouseUnderTest) -> None:
    codes = write(nugue, factors.new_codes, person(nugue))
    claire = half(nugue)
    for _number in range(5):
        assert give(claire, "000000") == 422
    assert give(claire, code_at(nugue)) == 422
    assert "Trop d’essais" in claire.submit(FACTOR, {"code": code_at(nugue)}).text
    assert give(claire, codes[0].lower()) == 303


def test_a_recovery_code_works_once(nugue: HouseUnderTest) -> None:
    codes = write(nugue, factors.new_codes, person(nugue))
    assert len(set(codes)) == RECOVERY_CODES
    assert give(half(nugue), codes[0]) == 303
    assert give(half(nugue), codes[0]) == 422
    assert give(half(nugue), codes[1]) == 303
    assert read(nugue, ways_of, person(nugue)).recovery_codes == RECOVERY_CODES - 2


def test_programs_send_the_code_at_once(nugue: HouseUnderTest) -> None:
    wish = {"email": RECEPTION, "password": PASSWORD}
    half_way = nugue.client.post(SESSIONS, json=wish).json()
    assert half_way["needs_second_factor"] is True
    wrong = nugue.client.post(SESSIONS, json={**wish, "code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, factors.WRONG)
    whole = nugue.client.post(SESSIONS, json={**wish, "code": code_at(nugue)})
    assert whole.json()["needs_second_factor"] is False
    again = nugue.client.post(SESSIONS, json={**wish, "code": code_at(nugue)})
    assert again.status_code == 422


def test_who_has_no_second_factor_sets_one_up_first(nugue: HouseUnderTest) -> None:
    write(nugue, factors.reset, person(nugue))
    claire = half(nugue)
    led = claire.get(f"{FACTOR}?next=/accueil")
    assert led.headers["location"] == f"{FACTOR}/activer?next=/accueil"
    page = claire.get(led.headers["location"])
    assert SECRET.search(page.text) is None, "looking makes no secret"
    claire.submit(f"{FACTOR}/activer", {"next": "/accueil"})
    page = claire.get(f"{FACTOR}/activer?next=/accueil")
    assert page.headers["cache-control"] == "no-store"
    assert '<svg class="secret-code"' in page.text
    found = SECRET.search(page.text)
    assert found is not None
    clock, before = TOTP(found[1].replace(" ", "")), claire.session
    assert claire.submit(f"{FACTOR}/essai", {"code": "000000", "next": "/accueil"}).status_code == 422
    done = claire.submit(f"{FACTOR}/essai", {"code": clock.at(nugue.clock.instant), "next": "/accueil"})
    codes = RECOVERY.findall(done.text)
    assert (done.status_code, len(codes)) == (200, RECOVERY_CODES)
    assert claire.session != before
    assert claire.get("/accueil").status_code == 200
    assert give(half(nugue), clock.at(nugue.clock.instant)) == 422, "the first code is used"
    assert give(half(nugue), codes[0]) == 303


def test_one_factor_does_not_replace_the_other(nugue: HouseUnderTest) -> None:
    thief = half(nugue)
    for path in (f"{FACTOR}/activer", f"{SECURITY}/application/retirer", f"{SECURITY}/codes", f"{SECURITY}/cle/defi"):
        thief.get("/mes-reservations")
        answer = thief.submit(path, {})
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, FACTOR), path
    thief.get("/mes-reservations")
    thief.submit(f"{SECURITY}/mot-de-passe", {"new_password": "une phrase bien longue"})
    assert half(nugue).session, "the password is as it was"


def test_a_member_needs_none(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    sofia.sign_in()
    assert sofia.get(f"{FACTOR}?next=/mes-reservations").headers["location"] == "/mes-reservations"
    assert sofia.get(f"{FACTOR}/activer").headers["location"] == SECURITY
    sofia.get(SECURITY)
    assert sofia.submit(f"{FACTOR}/activer", {}).status_code == 403


def test_staff_replace_their_application_and_their_codes(nugue: HouseUnderTest) -> None:
    claire = browser(nugue)
    assert claire.sign_in(RECEPTION, next="/accueil").status_code == 303
    claire.get(SECURITY)
    first = RECOVERY.findall(claire.submit(f"{SECURITY}/codes", {}).text)
    second = RECOVERY.findall(claire.submit(f"{SECURITY}/codes", {}).text)
    assert len(first) == len(second) == RECOVERY_CODES
    assert give(half(nugue), first[0]) == 422
    assert give(half(nugue), second[0]) == 303
    claire.get(SECURITY)
    led = claire.submit(f"{SECURITY}/application/retirer", {})
    assert led.headers["location"].startswith(f"{FACTOR}/activer")
    assert claire.get("/accueil").status_code == 200
    assert not read(nugue, ways_of, person(nugue)).has_totp


def test_an_administrator_resets_what_was_lost(nugue: HouseUnderTest) -> None:
    claire, ines = browser(nugue), browser(nugue)
    claire.sign_in(RECEPTION)
    ines.sign_in(ADMINISTRATOR)
    who = person(nugue)
    path = f"/personnes/{show(who)}/connexion/second-facteur"
    ines.get(SECURITY)
    claire.get(SECURITY)
    assert claire.submit(path, {}).status_code == 403
    assert ines.submit(path, {}).headers["location"] == f"/personnes/{show(who)}#signin"
    assert claire.get("/mes-reservations").status_code == 303
    assert half(nugue).get(f"{FACTOR}?next=/").headers["location"].startswith(f"{FACTOR}/activer")
    assert "people.reset_factor" in [entry.act for entry in read(nugue, about_person, who)]
    assert "Votre connexion a changé" in subjects(nugue)


def test_the_demonstration_says_when_all_codes_are_used(nugue: HouseUnderTest) -> None:
    for steps in (-1, 0, 1):
        assert give(half(nugue), code_at(nugue, steps)) == 303
    page = half(nugue).get(f"{FACTOR}?next=/")
    assert "Démonstration" in page.text
    assert "taper est" not in page.text
    nugue.clock.instant += STEP
    assert "taper est" in half(nugue).get(f"{FACTOR}?next=/").text
