"""Repeated no-shows: off by default; then the desk is asked, or one reserves less far ahead, and staff may pardon."""

from tests.reservations.presence.rooms import comes, reserved, state, with_grace
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.basics.ids import read, show

RULES = {
    "most_late_minutes": "30",
    "unknown_days": "2",
    "missed_count": "2",
    "missed_days": "30",
    "lasting_days": "10",
    "consequence": "approval",
    "horizon_days": "1",
}


def desk(house: HouseUnderTest) -> Browser:
    """The reception's browser."""
    browser = Browser(house)
    browser.sign_in(RECEPTION)
    browser.get("/accueil/presences-regles")
    return browser


def misses(house: HouseUnderTest, day: str) -> tuple[Caller, str]:
    """Sofia reserves the closed office of a morning and does not come."""
    house.is_at(f"{day}T08:30")
    sofia = house.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", f"{day}T10:00", f"{day}T11:00")
    run_jobs(house)
    comes(house, f"{day}T10:15")
    assert state(sofia, mine) == "missed"
    return sofia, mine


def test_nothing_follows_unless_the_house_says_so(quick_nugue: HouseUnderTest) -> None:
    with_grace(quick_nugue, "bureau-1", 15)
    misses(quick_nugue, "2026-11-24")
    sofia, _mine = misses(quick_nugue, "2026-11-25")
    assert state(sofia, reserved(sofia, "bureau-1", "2026-11-26T10:00", "2026-11-26T11:00")) == "confirmed"


def test_after_two_no_shows_the_desk_is_asked_until_it_pardons(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "bureau-1", 15)
    assert desk(nugue).submit("/accueil/presences-regles", {**RULES, "app_check_in": "1"}).status_code == 303
    misses(nugue, "2026-11-24")
    nugue.house.mail.letters.clear()  # type: ignore[attr-defined]
    sofia, second = misses(nugue, "2026-11-25")
    told = [one for one in nugue.house.mail.letters if "rendue" in one.subject]  # type: ignore[attr-defined]
    assert "attendent l’accord de l’accueil, jusqu’au samedi 5 décembre" in told[0].text.replace("\u00a0", " ")
    asked = reserved(sofia, "bureau-1", "2026-11-26T10:00", "2026-11-26T11:00")
    assert state(sofia, asked) == "requested"
    who = sofia.get("/api/v1/me").json()["id"]
    claire = desk(nugue)
    page = claire.get(f"/personnes/{who}").text
    assert "Ne pas compter" in page
    done = claire.submit(f"/accueil/presences/{second}/excuse", {"retour": f"personne:{who}"})
    assert done.headers["location"] == f"/personnes/{show(read(who))}#presence"
    free = reserved(sofia, "bureau-1", "2026-11-26T14:00", "2026-11-26T15:00")
    assert state(sofia, free) == "confirmed"


def test_or_one_reserves_less_far_ahead_for_a_while(quick_nugue: HouseUnderTest) -> None:
    with_grace(quick_nugue, "bureau-1", 15)
    rules = {**RULES, "consequence": "horizon"}
    assert desk(quick_nugue).submit("/accueil/presences-regles", rules).status_code == 303
    misses(quick_nugue, "2026-11-24")
    sofia, _mine = misses(quick_nugue, "2026-11-25")
    assert "au plus 1 jour à l’avance" in own_space(quick_nugue)
    far = sofia.reserve("bureau-1", "2026-11-27T10:00", "2026-11-27T11:00")
    assert far.json()["code"] == "too_far_ahead"
    assert sofia.reserve("bureau-1", "2026-11-26T10:00", "2026-11-26T11:00").status_code == 201
    quick_nugue.is_at("2026-12-08T09:00")
    sofia = quick_nugue.sign_in(MEMBER)
    assert sofia.reserve("bureau-1", "2026-12-10T10:00", "2026-12-10T11:00").status_code == 201


def own_space(house: HouseUnderTest) -> str:
    """What Sofia's own space says."""
    browser = Browser(house)
    browser.sign_in()
    return browser.get("/mon-espace").text.replace("\u00a0", " ")


def test_the_form_of_the_rules_keeps_what_was_typed(quick_nugue: HouseUnderTest) -> None:
    browser = desk(quick_nugue)
    wrong = browser.submit("/accueil/presences-regles", {**RULES, "missed_count": "99"})
    assert wrong.status_code == 422
    assert 'value="99"' in wrong.text
    assert 'href="#missed_count"' in wrong.text


def test_arriving_from_anywhere_may_be_closed(quick_nugue: HouseUnderTest) -> None:
    assert desk(quick_nugue).submit("/accueil/presences-regles", RULES).status_code == 303
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", "2026-11-24T10:00", "2026-11-24T11:00")
    quick_nugue.is_at("2026-11-24T10:00")
    assert sofia.post(f"/api/v1/reservations/{mine}/arrival").json()["code"] == "arrive_on_the_spot"
