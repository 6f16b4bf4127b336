"""Preferences: a browser remembers them, an account carries them everywhere, the desk notes them for who asks."""

import re

import pytest

from tests.people.roles.test_roles_story import browser_of
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, Caller, HouseUnderTest
from tests.support.counting import counted
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import show
from tierslieu.http.showing import EASY, Showing, read_showing
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.queries import about_person
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences import actions
from tierslieu.people.preferences.queries import showing, words_for
from tierslieu.people.signin.queries import account

ROOT = re.compile(r"<html ([^>]*)>")
WISH = {"language": "fr", "text_size": "150", "easy": "1"}


def root(browser: Browser, path: str = "/", **headers: str) -> str:
    found = ROOT.search(browser.get(path, **headers).text)
    assert found
    return found[1]


def choose(browser: Browser, **fields: str) -> int:
    browser.get("/preferences")
    return browser.submit("/preferences", fields).status_code


def test_a_visitor_reads_larger_and_plainer(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    assert root(browser) == 'lang="fr"'
    assert choose(browser, **WISH) == 303
    assert root(browser) == 'lang="fr" data-text="150"'
    home = browser.get("/").text
    assert "Voir le FabLab" in home
    assert 'class="picture"' in home
    assert "C’est fait. Regardez les pages." in browser.get("/preferences?fait=1").text
    assert "Nous ne trouvons pas cette page." in browser.get("/rien").text
    assert choose(browser, language="", text_size="100") == 303
    assert root(browser) == 'lang="fr"'
    home = browser.get("/").text
    assert "Aller au FabLab" in home
    assert 'class="picture"' not in home
    assert set(browser.cookies) <= {"visitor"}


def test_the_page_shows_what_is_chosen(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    choose(browser, language="en", text_size="125")
    page = browser.get("/preferences").text
    for chosen in ('<option value="en" selected>', '<option value="125" selected>'):
        assert chosen in page
    assert root(browser) == 'lang="en" data-text="125"'


def test_plain_words_are_french_only_and_english_stays_english(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    choose(browser, language="en", text_size="100", easy="1")
    assert root(browser) == 'lang="en"'
    assert 'class="picture"' not in browser.get("/").text
    choose(browser, language="", text_size="100", easy="1")
    assert root(browser, accept_language="en") == 'lang="en"'
    assert "Voir le FabLab" in browser.get("/", accept_language="fr").text


@pytest.mark.parametrize(
    "cookies",
    [
        {"text_size": "999", "easy": "2", "language": "fr_easy"},
        {"text_size": "<script>", "easy": "true", "language": "../../etc"},
        {"text_size": "", "easy": "", "language": ""},
        {"text_size": "１５０", "easy": "１", "language": "FR"},
        {"text_size": "1e2", "easy": "0", "language": "de"},
    ],
)
def test_forged_cookies_change_nothing(quick_nugue: HouseUnderTest, cookies: dict[str, str]) -> None:
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = quick_nugue.client.get("/", headers={b"cookie": text.encode()})
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.text
    assert "Aller au FabLab" in answer.text


@pytest.mark.parametrize("text", ["", "fr", "fr:150", "fr:150:1:1", "xx:7:9", ":::", "fr:150:1"])
def test_a_damaged_text_is_the_usual_showing(text: str) -> None:
    expected = Showing("fr", 150, True) if text == "fr:150:1" else Showing()
    assert read_showing(text) == expected
    assert read_showing(expected.text) == expected


@pytest.mark.parametrize("fields", [{"text_size": "900"}, {"language": "de"}, {"easy": "maybe"}])
def test_what_cannot_be_chosen_is_not(quick_nugue: HouseUnderTest, fields: dict[str, str]) -> None:
    browser = Browser(quick_nugue)
    browser.get("/preferences")
    answer = browser.submit("/preferences", fields)
    assert answer.status_code == 422
    assert not {"language", "text_size", "easy"} & set(browser.cookies)


def test_the_account_carries_the_choice_to_other_browsers(nugue: HouseUnderTest) -> None:
    one = someone(nugue, "member")
    here, there = browser_of(nugue, one), Browser(nugue)
    assert choose(here, **WISH) == 303
    assert read(nugue, showing, one.id) == Showing("fr", 150, True)
    choose(there, language="en", text_size="125")
    assert root(there) == 'lang="en" data-text="125"'
    there.cookies["session"] = one.token
    assert root(there) == 'lang="fr" data-text="150"'
    assert "Voir le FabLab" in there.get("/").text
    del there.cookies["session"]
    assert root(there) == 'lang="en" data-text="125"'


def test_an_account_without_a_choice_reads_as_its_browser_does(nugue: HouseUnderTest) -> None:
    browser = browser_of(nugue, someone(nugue, "member"))
    browser.cookies["text_size"] = "125"
    assert root(browser) == 'lang="fr" data-text="125"'


def test_showing_costs_no_statement_more(nugue: HouseUnderTest) -> None:
    one = someone(nugue, "member")
    caller = Caller(nugue.client, one.token)
    write(nugue, actions.choose, one.id, Showing("fr", 150, True))
    with counted(nugue) as engine:
        before = engine.statements
        assert "Comment vous voulez lire" in caller.get("/preferences").text
        assert engine.statements == before + 1


def test_the_desk_notes_it_for_who_asks(nugue: HouseUnderTest) -> None:
    desk, other = someone(nugue, "receptionist"), someone(nugue, "member")
    browser, path = browser_of(nugue, desk), f"/personnes/{show(other.id)}/preferences"
    browser.get("/preferences")
    answer = browser.submit(path, WISH)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/personnes/{show(other.id)}#preferences"
    assert read(nugue, showing, other.id).is_easy
    assert [one.act for one in read(nugue, about_person, other.id)] == ["preferences.choose"]
    member = browser_of(nugue, other)
    member.get("/preferences")
    assert member.submit(f"/personnes/{show(desk.id)}/preferences", WISH).status_code == 403
    assert choose(member, language="fr", text_size="100") == 303
    assert [one.act for one in read(nugue, about_person, other.id)] == ["preferences.choose"]


def test_nobody_there_has_no_preferences(nugue: HouseUnderTest) -> None:
    browser = browser_of(nugue, someone(nugue, "receptionist"))
    browser.get("/preferences")
    assert browser.submit("/personnes/0000000000001/preferences", WISH).status_code in (404, 409)


def test_letters_come_in_the_words_of_their_reader(nugue: HouseUnderTest) -> None:
    found = read(nugue, account, MEMBER)
    assert found is not None
    write(nugue, actions.choose, found.id, Showing("", 100, True))
    zone = nugue.house.zone

    def catalogue(reader: Reader) -> Words:
        return words_for(reader, found.id, zone)

    assert read(nugue, catalogue).catalogue == EASY
    person = read(nugue, known, found.id)
    assert person is not None
    assert person.locale == EASY
    assert nugue.sign_in().reserve("coworking", "2026-11-24T10:00", "2026-11-24T12:00").status_code == 201
    run_jobs(nugue)
    letter = nugue.house.mail.letters[-1]  # type: ignore[attr-defined]
    assert "Vous avez réservé." in letter.text
    assert "Dites-le nous." in letter.text
    write(nugue, actions.choose, found.id, Showing("en", 100, True))
    assert read(nugue, catalogue).catalogue == "en"
    write(nugue, actions.choose, found.id, Showing())
    assert read(nugue, catalogue).catalogue == "fr"


def test_the_kiosk_speaks_plainly_when_its_browser_asks(quick_nugue: HouseUnderTest) -> None:
    from tests.access.doors import kiosk

    device = kiosk(quick_nugue)
    usual = device.get("/kiosk").text
    assert "Placez le code devant la caméra" in usual
    plain = quick_nugue.client.get("/kiosk", headers={**device.headers, "cookie": "easy=1"}).text
    assert "Mettez votre badge devant la caméra." in plain
    assert plain.count("data-language=") == usual.count("data-language=") == 2
