"""« Connexion et sécurité »: the password, open sessions, last sign-ins; and what is refused there."""

import re

import pytest

from tests.people.signin.closing import close_account
from tests.people.signin.post_box import SECURITY, ask, browser, is_signed_in, letters, subjects
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.digest import hashed
from tierslieu.basics.ids import show
from tierslieu.demo.people import PASSWORD
from tierslieu.people.audit.queries import about_person
from tierslieu.people.persons.actions import create_person, put_password
from tierslieu.people.persons.events import AccountClosed
from tierslieu.people.signin import passwords
from tierslieu.people.signin.actions import open_session
from tierslieu.people.signin.queries import account, notes_of, sessions_of
from tierslieu.people.signin.rules import CONFIRMED_FOR, session_limits
from tierslieu.people.signin.throttle import PER_ACCOUNT

NEW = "une girafe prend le train"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def person(house: HouseUnderTest, email: str = MEMBER) -> int:
    found = read(house, account, email)
    assert found is not None
    return found.id


def signed_in(house: HouseUnderTest, email: str = MEMBER, **headers: str) -> Browser:
    who = browser(house, **headers)
    assert who.sign_in(email).status_code == 303
    return who


def change(who: Browser, password: str) -> tuple[int, str]:
    who.get(SECURITY)
    answer = who.submit(f"{SECURITY}/mot-de-passe", {"new_password": password})
    return answer.status_code, answer.text


def test_a_new_password_ends_the_other_sessions(nugue: HouseUnderTest) -> None:
    sofia, elsewhere = signed_in(nugue), signed_in(nugue)
    before = sofia.session
    assert change(sofia, NEW)[0] == 303
    assert sofia.session != before
    assert is_signed_in(sofia)
    assert not is_signed_in(elsewhere)
    assert browser(nugue).sign_in(password=PASSWORD).status_code == 422
    assert browser(nugue).sign_in(password=NEW).status_code == 303
    assert "Votre connexion a changé" in subjects(nugue)


def test_a_first_password_after_a_link_and_none_again(nugue: HouseUnderTest) -> None:
    write(nugue, put_password, person(nugue), None)
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    sofia.get(letter.path)
    sofia.submit(letter.path, {})
    assert "Vous n’avez pas de mot de passe" in sofia.get(SECURITY).text
    assert change(sofia, NEW)[0] == 303
    assert browser(nugue).sign_in(password=NEW).status_code == 303
    sofia.get(SECURITY)
    assert sofia.submit(f"{SECURITY}/mot-de-passe/retirer", {}).status_code == 303
    assert browser(nugue).sign_in(password=NEW).status_code == 422


def test_the_last_way_in_stays(quick_nugue: HouseUnderTest) -> None:
    rose = write(quick_nugue, create_person, "Rose", "Petit", password_hash=passwords.make(NEW))
    who = browser(quick_nugue)
    who.cookies["session"] = write(quick_nugue, open_session, rose, "member").token
    who.get(SECURITY)
    answer = who.submit(f"{SECURITY}/mot-de-passe/retirer", {})
    assert answer.status_code == 422
    assert "seul moyen" in answer.text


@pytest.mark.parametrize(
    "password",
    [
        "court",
        "x" * 11,
        "motdepasse123",
        "Azertyuiop 12",
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "Sofia Moreau 1",
        "sofia.moreau@12",
        "MOREAU-sofia-77",
        "Le Nugue 2026",
        "x" * 201,
        "\x00" * 14,
        "",
    ],
)
def test_weak_passwords_are_told(quick_nugue: HouseUnderTest, password: str) -> None:
    sofia = signed_in(quick_nugue)
    status, text = change(sofia, password)
    assert status == 422
    assert 'id="new_password-error"' in text
    assert len(password) < 6 or password not in text
    assert browser(quick_nugue).sign_in().status_code == 303


@pytest.mark.parametrize(
    "password", ["four score and seven", "🐙🦑🐠 dans la mer", "    Zébulon    42    ", "x7Qa!" * 40]
)
def test_any_signs_make_a_password(quick_nugue: HouseUnderTest, password: str) -> None:
    assert change(signed_in(quick_nugue), password)[0] == 303
    assert browser(quick_nugue).sign_in(password=password).status_code == 303


def test_delicate_acts_ask_again_after_ten_minutes(quick_nugue: HouseUnderTest) -> None:
    sofia = signed_in(quick_nugue)
    quick_nugue.clock.instant += CONFIRMED_FOR
    assert 'name="new_password"' not in sofia.get(SECURITY).text
    answer = sofia.submit(f"{SECURITY}/mot-de-passe", {"new_password": NEW}, referer=f"http://localhost:8080{SECURITY}")
    assert answer.headers["location"] == f"/connexion/confirmer?next={SECURITY}"
    before = sofia.session
    sofia.get(answer.headers["location"])
    assert sofia.submit("/connexion/confirmer", {"password": "wrong", "next": SECURITY}).status_code == 422
    confirmed = sofia.submit("/connexion/confirmer", {"password": PASSWORD, "next": SECURITY})
    assert confirmed.headers["location"] == SECURITY
    assert sofia.session != before
    assert change(sofia, NEW)[0] == 303


def test_confirming_is_slowed(quick_nugue: HouseUnderTest) -> None:
    sofia = signed_in(quick_nugue)
    sofia.get("/connexion/confirmer")
    for _number in range(PER_ACCOUNT):
        sofia.submit("/connexion/confirmer", {"password": "wrong"})
    assert "Trop d’essais" in sofia.submit("/connexion/confirmer", {"password": PASSWORD}).text


def test_staff_confirm_with_a_code_and_keep_their_rights(quick_nugue: HouseUnderTest) -> None:
    claire = signed_in(quick_nugue, RECEPTION)
    quick_nugue.clock.instant += CONFIRMED_FOR
    claire.get("/connexion/confirmer")
    answer = claire.submit("/connexion/confirmer", {"code": quick_nugue.code_of(RECEPTION), "next": SECURITY})
    assert answer.headers["location"] == SECURITY
    assert 'name="new_password"' in claire.get(SECURITY).text
    assert claire.get("/accueil").status_code == 200


def test_a_password_is_hashed_anew_when_the_parameters_change(nugue: HouseUnderTest) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    write(nugue, put_password, person(nugue), weak)
    assert browser(nugue).sign_in().status_code == 303
    found = read(nugue, account, MEMBER)
    assert found is not None
    assert found.password_hash not in (None, weak)
    assert "m=19456" in str(found.password_hash)
    assert browser(nugue).sign_in().status_code == 303


def test_sessions_are_listed_and_closed_one_by_one(nugue: HouseUnderTest) -> None:
    sofia, telephone = (
        signed_in(nugue, user_agent=FIREFOX),
        signed_in(nugue, user_agent="Mozilla/5.0 (iPhone) Safari/1"),
    )
    page = sofia.get(SECURITY)
    assert "Firefox sous Linux" in page.text
    assert "Safari sous iPhone" in page.text
    assert telephone.session not in page.text
    assert hashed(telephone.session) not in page.text
    [path] = re.findall(rf'action="({SECURITY}/sessions/\w+/fermer)"', page.text)
    assert sofia.submit(path, {}).status_code == 303
    assert not is_signed_in(telephone)
    assert is_signed_in(sofia)


def test_nobody_closes_the_session_of_somebody_else(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = signed_in(quick_nugue), signed_in(quick_nugue, OTHER_MEMBER)
    thomas.get(SECURITY)
    assert thomas.submit(f"{SECURITY}/sessions/{hashed(sofia.session)[:16]}/fermer", {}).status_code == 303
    assert is_signed_in(sofia)


def test_out_everywhere(nugue: HouseUnderTest) -> None:
    sofia, telephone = signed_in(nugue), signed_in(nugue)
    sofia.get(SECURITY)
    assert sofia.submit(f"{SECURITY}/sessions/fermer", {}).headers["location"] == "/connexion"
    assert sofia.session == ""
    assert not is_signed_in(telephone)
    assert read(nugue, sessions_of, person(nugue)) == []


def test_good_and_failed_sign_ins_are_shown_to_the_person(nugue: HouseUnderTest) -> None:
    browser(nugue, user_agent=FIREFOX).sign_in(password="wrong")
    browser(nugue).sign_in("nobody@example.org", "wrong")
    run_jobs(nugue)
    sofia = signed_in(nugue)
    assert [(one.method, one.outcome) for one in read(nugue, notes_of, person(nugue))] == [
        ("password", "done"),
        ("password", "wrong_password"),
    ]
    text = sofia.get(SECURITY).text
    assert "mot de passe refusé" in text
    assert "Firefox sous Linux" in text


def test_staff_are_told_of_a_new_browser_and_members_are_not(nugue: HouseUnderTest) -> None:
    claire = signed_in(nugue, RECEPTION)
    claire.sign_in(RECEPTION)
    assert "Nouveau navigateur sur votre compte" not in subjects(nugue)
    signed_in(nugue, RECEPTION)
    assert subjects(nugue).count("Nouveau navigateur sur votre compte") == 1
    signed_in(nugue)
    signed_in(nugue)
    assert subjects(nugue).count("Nouveau navigateur sur votre compte") == 1


def test_the_owner_comes_in_from_a_known_browser_whatever_others_try(nugue: HouseUnderTest) -> None:
    sofia = signed_in(nugue)
    sofia.get("/mes-reservations")
    sofia.submit("/deconnexion", {})
    for _number in range(PER_ACCOUNT):
        browser(nugue).sign_in(password="wrong")
    assert "Trop d’essais" in browser(nugue).sign_in().text
    assert sofia.sign_in().status_code == 303
    other = browser(nugue)
    other.cookies["browser"] = "x" * 43
    assert "Trop d’essais" in other.sign_in().text, "a made-up browser is nobody's"


def test_a_known_browser_is_known_to_its_person_only(quick_nugue: HouseUnderTest) -> None:
    sofia = signed_in(quick_nugue)
    sofia.get("/mes-reservations")
    sofia.submit("/deconnexion", {})
    for _number in range(PER_ACCOUNT):
        sofia.sign_in(OTHER_MEMBER, "wrong")
    assert "Trop d’essais" in sofia.sign_in(OTHER_MEMBER).text


def test_a_closed_account_is_out_at_once(nugue: HouseUnderTest) -> None:
    sofia = signed_in(nugue)
    close_account(nugue, MEMBER)
    assert not is_signed_in(sofia)
    assert sofia.get(SECURITY).status_code == 303


def test_sessions_of_a_closed_account_do_not_come_back(nugue: HouseUnderTest) -> None:
    sofia = signed_in(nugue)
    event = AccountClosed(person(nugue))
    write(nugue, lambda tx: tx.announce(event))
    run_jobs(nugue)
    assert not is_signed_in(sofia)


def test_kiosk_sessions_are_short_and_change_nothing_delicate(quick_nugue: HouseUnderTest) -> None:
    idle, absolute = session_limits(["member"], "kiosk")
    assert (idle, absolute) == (60, 600)
    who = browser(quick_nugue)
    who.cookies["session"] = write(
        quick_nugue,
        open_session,
        person(quick_nugue, RECEPTION),
        "receptionist",
        kind="kiosk",
        method="pin",
        strength=2,
    ).token
    assert is_signed_in(who)
    assert who.get("/accueil").status_code == 403
    who.get(SECURITY)
    assert who.submit(f"{SECURITY}/mot-de-passe", {"new_password": NEW}).status_code == 403
    assert who.submit(f"{SECURITY}/cle/defi", {}).status_code == 403
    start = quick_nugue.clock.instant
    while quick_nugue.clock.instant < start + absolute - 50:
        quick_nugue.clock.instant += 50
        assert is_signed_in(who)
    quick_nugue.clock.instant = start + absolute
    assert not is_signed_in(who)


def test_a_kiosk_left_alone_closes(quick_nugue: HouseUnderTest) -> None:
    who = browser(quick_nugue)
    who.cookies["session"] = write(quick_nugue, open_session, person(quick_nugue), "member", kind="kiosk").token
    quick_nugue.clock.instant += 59
    assert is_signed_in(who)
    quick_nugue.clock.instant += 60
    assert not is_signed_in(who)


def test_the_desk_helps_and_it_is_recorded(nugue: HouseUnderTest) -> None:
    sofia, claire = signed_in(nugue), signed_in(nugue, RECEPTION)
    path = f"/personnes/{show(person(nugue))}/connexion"
    claire.get(SECURITY)
    assert claire.submit(f"{path}/lien", {}).status_code == 303
    assert letters(nugue)[-1].to == MEMBER
    claire.get(SECURITY)
    assert claire.submit(f"{path}/sessions", {}).status_code == 303
    assert not is_signed_in(sofia)
    acts = [entry.act for entry in read(nugue, about_person, person(nugue))]
    assert {"people.send_sign_in_link", "people.close_sessions"} <= set(acts)
    sofia.sign_in()
    sofia.get(SECURITY)
    for what in ("lien", "sessions", "second-facteur"):
        assert sofia.submit(f"{path}/{what}", {}).status_code == 403
    assert claire.submit("/personnes/0000000000001/connexion/lien", {}).status_code == 404


def test_somebody_without_address_gets_no_link(quick_nugue: HouseUnderTest) -> None:
    rose = write(quick_nugue, create_person, "Rose", "Petit")
    claire = signed_in(quick_nugue, RECEPTION)
    claire.get(SECURITY)
    answer = claire.submit(f"/personnes/{show(rose)}/connexion/lien", {})
    assert answer.status_code == 422
    assert "pas d’adresse électronique" in answer.text


def test_after_sign_out_the_back_button_shows_nothing(quick_nugue: HouseUnderTest) -> None:
    sofia = signed_in(quick_nugue)
    for path in (SECURITY, "/mes-reservations", "/connexion/confirmer"):
        assert sofia.get(path).headers["cache-control"] == "no-store"
    sofia.submit("/deconnexion", {})
    assert sofia.get(SECURITY).status_code == 303
