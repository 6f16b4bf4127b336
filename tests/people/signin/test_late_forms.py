"""A form that arrives after its session's end is not lost: sign in again, then send it with one press."""

import re

from tests.people.signin.post_box import browser
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.people.signin.keeping import KEPT_FOR
from tierslieu.people.signin.rules import session_limits

WISH = {"title": "Réunion d’équipe", "people": "2"}
STAFF_IDLE, MEMBER_IDLE = session_limits(["receptionist"])[0], session_limits(["member"])[0]
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def late(house: HouseUnderTest, email: str = MEMBER, wait: int = MEMBER_IDLE) -> Browser:
    """Somebody whose page is open and whose session is over."""
    who = browser(house)
    assert who.sign_in(email).status_code == 303
    who.get("/mon-espace/connexion")
    house.clock.instant += wait
    return who


def test_the_form_is_taken_up_again_after_sign_in(nugue: HouseUnderTest) -> None:
    sofia = late(nugue)
    answer = sofia.submit("/reservations", {**WISH, "password": "typed-secret"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("/connexion?next=/connexion/reprise/")
    back = sofia.sign_in(next=place.partition("next=")[2]).headers["location"]
    page = sofia.get(back)
    assert page.status_code == 200
    assert 'action="/reservations"' in page.text
    fields = dict(HIDDEN.findall(page.text))
    assert {name: fields[name] for name in WISH} == WISH
    assert "typed-secret" not in page.text
    assert sofia.submit("/reservations", WISH).status_code != 403


def test_staff_get_it_back_after_both_factors(nugue: HouseUnderTest) -> None:
    claire = late(nugue, RECEPTION, STAFF_IDLE)
    place = claire.submit("/bornes", {"name": "Borne du hall"}).headers["location"]
    answer = claire.sign_in(RECEPTION, next=place.partition("next=")[2])
    page = claire.get(answer.headers["location"])
    assert 'value="Borne du hall"' in page.text


def test_it_is_kept_for_its_person_and_its_browser_only(nugue: HouseUnderTest) -> None:
    sofia = late(nugue)
    place = sofia.submit("/reservations", WISH).headers["location"].partition("next=")[2]
    other = browser(nugue)
    other.sign_in()
    assert other.get(place).status_code == 404
    sofia.sign_in(OTHER_MEMBER)
    assert sofia.get(place).status_code == 404
    sofia.sign_in()
    assert sofia.get(place).status_code == 200
    nugue.clock.instant += KEPT_FOR
    assert sofia.get(place).status_code == 404
    run_jobs(nugue)


def test_a_form_that_was_not_ours_is_not_kept(nugue: HouseUnderTest) -> None:
    sofia = late(nugue)
    for token in ("", "0" * 40, browser(nugue).token):
        assert sofia.submit("/reservations", WISH, token).status_code == 401
    stranger = browser(nugue)
    stranger.get("/connexion")
    assert stranger.submit("/reservations", WISH).status_code == 401
    ended = browser(nugue)
    ended.sign_in()
    ended.get("/mon-espace/connexion")
    secret = ended.session
    ended.submit("/deconnexion", {})
    ended.cookies["session"] = secret
    assert ended.submit("/reservations", WISH).status_code == 401, "signed out by hand: nothing is kept"


def test_odd_forms_never_trip(quick_nugue: HouseUnderTest) -> None:
    sofia = late(quick_nugue)
    for body in (b"\xff\xfe=1", b"a=" + b"x" * 200_000, b"&".join(b"a%d=1" % number for number in range(500))):
        answer = sofia.send(
            "POST",
            "/reservations",
            content=body,
            headers={"content_type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code in (401, 413)
