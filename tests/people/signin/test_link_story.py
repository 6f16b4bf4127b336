"""Sign-in by mail: a link for the browser that asked, a code for when the mail is read elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.people.signin.closing import close_account
from tests.people.signin.post_box import ask, browser, is_signed_in, letters
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import run_jobs, write
from tierslieu.people.signin.actions import end_all_sessions
from tierslieu.people.signin.links import ask_for
from tierslieu.people.signin.queries import account
from tierslieu.people.signin.rules import CODE_TRIES, LINK_LIFE
from tierslieu.people.signin.throttle import LINK_WINDOW, LINKS_PER_ACCOUNT, LINKS_PER_ORIGIN


def test_a_link_opens_a_session_in_the_browser_that_asked(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    assert ask(sofia, target="/mes-reservations?show=past") == 303
    assert "Regardez vos messages" in sofia.get("/connexion/lien").text
    [letter] = letters(nugue)
    assert letter.to == MEMBER
    page = sofia.get(letter.path)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not is_signed_in(sofia)
    sofia.get(letter.path)
    answer = sofia.submit(letter.path, {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/mes-reservations?show=past")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert is_signed_in(sofia)


def test_programs_that_read_mail_use_nothing_up(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    for number in range(10):
        scanner = browser(nugue, user_agent=f"scanner {number}")
        assert scanner.get(letter.path).status_code == 200
        assert scanner.submit(letter.path, {}, "").status_code == 403
        assert scanner.session == ""
    sofia.get(letter.path)
    assert sofia.submit(letter.path, {}).status_code == 303
    assert is_signed_in(sofia)


def test_a_link_works_once(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    sofia.get(letter.path)
    assert sofia.submit(letter.path, {}).status_code == 303
    sofia.get("/mes-reservations")
    sofia.submit("/deconnexion", {})
    assert "ne fonctionne plus" in sofia.get(letter.path).text
    sofia.get("/connexion")
    assert sofia.submit(letter.path, {}).status_code == 422
    assert not is_signed_in(sofia)


def test_in_another_browser_the_link_opens_nothing_and_says_what_to_do(nugue: HouseUnderTest) -> None:
    desk, telephone = browser(nugue), browser(nugue)
    ask(desk)
    [letter] = letters(nugue)
    page = telephone.get(letter.path)
    assert "demandé dans un autre navigateur" in page.text
    telephone.get("/connexion")
    assert telephone.submit(letter.path, {}).status_code == 422
    assert telephone.session == ""
    desk.get("/connexion/lien")
    assert desk.submit("/connexion/code", {"code": letter.code}).status_code == 303
    assert is_signed_in(desk)
    assert "ne fonctionne plus" in desk.get(letter.path).text


@pytest.mark.parametrize(
    "write_it", [str.lower, lambda code: code.replace(" ", ""), lambda code: f" {code} ", "-".join]
)
def test_the_code_is_read_as_people_type_it(quick_nugue: HouseUnderTest, write_it: Callable[[str], str]) -> None:
    sofia = browser(quick_nugue)
    ask(sofia)
    [letter] = letters(quick_nugue)
    sofia.get("/connexion/lien")
    assert sofia.submit("/connexion/code", {"code": write_it(letter.code)}).status_code == 303


def test_after_ten_minutes_neither_link_nor_code_work(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    nugue.clock.instant += LINK_LIFE
    assert "ne fonctionne plus" in sofia.get(letter.path).text
    sofia.get("/connexion")
    assert sofia.submit(letter.path, {}).status_code == 422
    assert sofia.submit("/connexion/code", {"code": letter.code}).status_code == 422
    assert sofia.session == ""


def test_the_sixth_code_is_not_even_read(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    sofia.get("/connexion/lien")
    for _number in range(CODE_TRIES):
        answer = sofia.submit("/connexion/code", {"code": "AAA AAA"})
        assert answer.status_code == 422
        assert "AAA AAA" not in answer.text
    assert sofia.submit("/connexion/code", {"code": letter.code}).status_code == 422
    sofia.get(letter.path)
    assert sofia.submit(letter.path, {}).status_code == 303, "the link itself still works"


def test_the_fifth_code_may_be_right(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    sofia.get("/connexion/lien")
    for _number in range(CODE_TRIES - 1):
        sofia.submit("/connexion/code", {"code": "AAA AAA"})
    assert sofia.submit("/connexion/code", {"code": letter.code}).status_code == 303


def test_a_code_is_worth_nothing_in_another_browser(nugue: HouseUnderTest) -> None:
    sofia, thief = browser(nugue), browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    ask(thief, OTHER_MEMBER)
    thief.get("/connexion/lien")
    assert thief.submit("/connexion/code", {"code": letter.code}).status_code == 422
    assert thief.session == ""


def test_two_links_asked_in_one_browser_both_work_until_one_is_used(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    ask(sofia)
    first, second = letters(nugue)
    assert first.path != second.path
    sofia.get(first.path)
    assert sofia.submit(first.path, {}).status_code == 303
    assert "ne fonctionne plus" in sofia.get(second.path).text


def test_exhausted_codes_stay_so_when_another_link_is_asked(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [first] = letters(nugue)
    sofia.get("/connexion/lien")
    for _number in range(CODE_TRIES):
        sofia.submit("/connexion/code", {"code": "AAA AAA"})
    ask(sofia)
    second = letters(nugue)[-1]
    sofia.get("/connexion/lien")
    assert sofia.submit("/connexion/code", {"code": first.code}).status_code == 422
    assert sofia.submit("/connexion/code", {"code": second.code}).status_code == 303


def test_a_closed_account_is_not_opened_by_a_link_that_left_before(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    ask(sofia)
    [letter] = letters(nugue)
    close_account(nugue, MEMBER)
    sofia.get(letter.path)
    assert sofia.submit(letter.path, {}).status_code == 422
    assert sofia.session == ""


def test_a_new_secret_at_sign_in_and_the_former_session_ends(nugue: HouseUnderTest) -> None:
    sofia = browser(nugue)
    sofia.cookies["session"] = planted = "planted-" + "x" * 30
    ask(sofia)
    [letter] = letters(nugue)
    sofia.get(letter.path)
    sofia.submit(letter.path, {})
    first = sofia.session
    assert first not in ("", planted)
    ask(sofia)
    letter = letters(nugue)[-1]
    sofia.get(letter.path)
    sofia.submit(letter.path, {})
    assert sofia.session != first
    sofia.cookies["session"] = first
    assert not is_signed_in(sofia)


def test_staff_come_in_by_link_as_members_until_their_second_factor(nugue: HouseUnderTest) -> None:
    claire = browser(nugue)
    ask(claire, RECEPTION, "/accueil")
    letter = letters(nugue)[-1]
    claire.get(letter.path)
    answer = claire.submit(letter.path, {})
    assert answer.headers["location"].startswith("/connexion/second-facteur?next=/accueil")
    assert is_signed_in(claire)
    assert claire.get("/accueil").headers["location"].startswith("/connexion/second-facteur")


def test_without_an_own_address_the_mail_holds_the_code_alone(quick_nugue: HouseUnderTest) -> None:
    """A forged Host header must not choose where a secret goes."""
    victim = Browser(quick_nugue, host="elsewhere.example")
    ask(victim)
    [letter] = letters(quick_nugue)
    assert letter.path == ""
    assert "elsewhere.example" not in letter.text
    assert letter.code


def test_with_a_public_address_links_lead_there(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    with open_house(sqlite_templates.make("demo"), tmp_path, public_url="https://nugue.example/") as house:
        sofia = Browser(house, host="nugue.example")
        ask(sofia)
        run_jobs(house)
        [letter] = house.house.mail.letters  # type: ignore[attr-defined]
        assert "https://nugue.example/connexion/lien/" in letter.text
        assert "__Host-browser" in sofia.cookies


def test_links_asked_too_often_must_wait_and_other_ways_stay_open(nugue: HouseUnderTest) -> None:
    stranger = browser(nugue)
    for _number in range(LINKS_PER_ACCOUNT):
        assert ask(stranger) == 303
    assert ask(stranger) == 422
    assert ask(stranger, OTHER_MEMBER) == 303
    sofia = browser(nugue)
    assert sofia.sign_in().status_code == 303
    sofia.get("/mes-reservations")
    sofia.submit("/deconnexion", {})
    assert ask(sofia) == 303, "a browser she signed in with has room of its own"
    nugue.clock.instant += LINK_WINDOW
    assert ask(stranger) == 303


def test_one_origin_cannot_write_to_everybody(quick_nugue: HouseUnderTest) -> None:
    stranger = browser(quick_nugue)
    for number in range(LINKS_PER_ORIGIN):
        assert ask(stranger, f"person{number}@example.org") == 303
    assert ask(stranger, "one.more@example.org") == 422


@pytest.mark.parametrize(
    "email", ["", "x", "a" * 330 + "@example.org", "sofia\x00@example.org", "\ud83d\ude00", "a@b\n"]
)
def test_odd_addresses_are_told_or_taken_and_never_trip(quick_nugue: HouseUnderTest, email: str) -> None:
    who = browser(quick_nugue)
    assert ask(who, email.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")) in (303, 422)
    assert letters(quick_nugue) == []


@pytest.mark.parametrize("token", ["x", "0" * 43, "a" * 5000, "%00", "é", "..", "demonstration"])
def test_forged_links_open_nothing(quick_nugue: HouseUnderTest, token: str) -> None:
    who = browser(quick_nugue)
    who.get("/connexion")
    assert who.get(f"/connexion/lien/{token}").status_code in (200, 404)
    who.get("/connexion")
    assert who.submit(f"/connexion/lien/{token}", {}).status_code in (404, 405, 422)
    assert who.session == ""


def test_the_desk_sends_a_link_that_works_in_any_browser(nugue: HouseUnderTest) -> None:
    found = write(nugue, account, MEMBER)
    assert found is not None
    write(nugue, ask_for, found.id, "http://localhost:8080")
    [letter] = letters(nugue)
    assert letter.code == ""
    sofia = browser(nugue)
    sofia.get(letter.path)
    assert sofia.submit(letter.path, {}).headers["location"] == "/mon-espace"
    assert is_signed_in(sofia)
    write(nugue, end_all_sessions, found.id)
    assert not is_signed_in(sofia)


def test_the_demonstration_shows_the_letter_to_who_asked(quick_nugue: HouseUnderTest) -> None:
    sofia, other = browser(quick_nugue), browser(quick_nugue)
    ask(sofia)
    [letter] = letters(quick_nugue)
    assert letter.code in sofia.get("/connexion/lien/demonstration").text
    ask(other, OTHER_MEMBER + ".nobody")
    run_jobs(quick_nugue)
    assert "Aucun message" in other.get("/connexion/lien/demonstration").text
