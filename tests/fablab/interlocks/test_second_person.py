"""A machine where nobody may be alone: the second person says on their own phone that they are there, or by card."""

import asyncio
import re

import httpx
from sqlalchemy import text

from tests.fablab.benches import codes
from tests.fablab.interlocks.terminal_beds import KEY, PAGE, Bed
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Refused
from tierslieu.fablab.interlocks import companions
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.infra.statements import Query

GATE = f"/m/{KEY}"
API = f"/api/v1/fablab/machines/{KEY}/session"
SEEN = re.compile(r'name="since" value="(\d+)"')
AS_BORN: Query[int] = Query(text("UPDATE person SET birth_year = :year WHERE id = :which"))
TOO_LATE = "n’est plus en attente"


def alone_never(bed: Bed) -> None:
    bed.set_policy(Policy(persons=2))
    bed.give_card("04A23B1C", MEMBER)
    bed.give_card("0402BBBB", FAB_MANAGER)
    bed.give_card("0401AAAA", OTHER_MEMBER)


def asked(bed: Bed, minutes: str = "30") -> Browser:
    """Sofia asked on her phone, and waits for somebody."""
    sofia = bed.browser()
    assert "Il faut être deux" in sofia.get(PAGE).text
    answer = sofia.submit(f"{PAGE}/ouvrir", {"minutes": minutes})
    assert answer.headers["location"] == f"{PAGE}?fait=second_asked"
    bed.exchange()
    assert bed.pins.shown == companions.SECOND_PERSON
    assert not bed.pins.is_energised
    return sofia


def joins(browser: Browser, page: str = GATE) -> httpx.Response:
    seen = SEEN.search(browser.get(page).text)
    assert seen is not None
    return browser.submit(f"{PAGE}/avec", {"since": seen[1]})


def pair(bed: Bed) -> tuple[int, int | None] | None:
    one = bed.session()
    return (one.person_id, one.companion_id) if one else None


def test_two_phones_unlock_and_the_second_who_leaves_locks(both_beds: Bed) -> None:
    bed = both_beds
    alone_never(bed)
    sofia, lucie, thomas = asked(bed), bed.browser(FAB_MANAGER), bed.browser(OTHER_MEMBER)
    waiting = sofia.get(PAGE).text
    assert "confirme avant 14:33" in waiting
    assert "Je suis avec" not in waiting
    shown = lucie.get(GATE).text
    assert "Je suis avec Sofia" in shown
    assert "Moreau" not in shown
    since = SEEN.search(shown)
    assert since is not None
    assert "Sofia" not in thomas.get(GATE).text, "who may not be the second one is told no name"
    assert "il vous manque" in thomas.get(PAGE).text
    for browser in (sofia, thomas):
        assert browser.submit(f"{PAGE}/avec", {"since": since[1]}).status_code == 422
    stranger = Browser(bed.house)
    assert stranger.get(GATE).headers["location"].startswith("/connexion")
    assert "Sofia" not in stranger.get(PAGE).text
    assert stranger.submit(f"{PAGE}/avec", {"since": since[1]}).status_code in (303, 401, 403)
    assert bed.session() is None
    assert joins(lucie).headers["location"] == f"{PAGE}?fait=asked"
    bed.exchange()
    one = bed.session()
    assert one is not None
    assert bed.pins.is_energised
    assert pair(bed) == (bed.person(), bed.person(FAB_MANAGER))
    assert one.until == one.requested_at + 1800, "as long as the first one wished"
    late = lucie.submit(f"{PAGE}/avec", {"since": since[1]})
    assert late.status_code == 422
    assert TOO_LATE in late.text
    assert sofia.submit(f"{PAGE}/partir", {}).status_code == 403
    assert "Je pars" not in sofia.get(PAGE).text
    assert "Je pars" in lucie.get(PAGE).text
    assert lucie.submit(f"{PAGE}/partir", {}).status_code == 303
    bed.exchange()
    assert not bed.pins.is_energised
    assert bed.last().why == "companion_left"
    assert "La deuxième personne est partie" in sofia.get(PAGE).text


def test_a_phone_and_a_card_in_either_order(bed: Bed) -> None:
    alone_never(bed)
    asked(bed)
    bed.pass_time(100)
    for refused in ("0401AAAA", "FFFFFFFF", "04A23B1C"):
        bed.badge(refused)
        bed.exchange()
        assert bed.session() is None
    bed.badge("0402BBBB")
    bed.exchange()
    assert bed.pins.is_energised
    assert pair(bed) == (bed.person(), bed.person(FAB_MANAGER))
    assert bed.last().until == bed.last().requested_at + 1800
    bed.badge("0402BBBB")
    bed.exchange()
    assert not bed.pins.is_energised, "the second card's leaving"
    bed.badge("04A23B1C")
    bed.exchange()
    bed.pass_time(40)
    assert joins(bed.browser(FAB_MANAGER), PAGE).status_code == 303
    bed.exchange()
    assert bed.pins.is_energised
    assert pair(bed) == (bed.person(), bed.person(FAB_MANAGER))
    assert bed.last().until == bed.last().requested_at + 3600, "a card wishes what is usual"


def test_what_was_asked_can_be_withdrawn_and_ends_alone(bed: Bed) -> None:
    alone_never(bed)
    sofia, lucie, thomas = asked(bed), bed.browser(FAB_MANAGER), bed.browser(OTHER_MEMBER)
    since = SEEN.search(lucie.get(GATE).text)
    assert since is not None
    assert "attend déjà" in lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30"}).text
    assert thomas.submit(f"{PAGE}/renoncer", {}).status_code == 403
    assert sofia.submit(f"{PAGE}/renoncer", {}).status_code == 303
    assert TOO_LATE in sofia.submit(f"{PAGE}/renoncer", {}).text
    assert TOO_LATE in lucie.submit(f"{PAGE}/avec", {"since": since[1]}).text
    bed.house.clock.instant += 5
    assert lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30"}).status_code == 303
    assert "Je suis avec Lucie" in sofia.get(GATE).text
    assert TOO_LATE in sofia.submit(f"{PAGE}/avec", {"since": since[1]}).text, "that was somebody else's wish"
    bed.house.clock.instant += 181
    bed.speak()
    assert "Je suis avec" not in sofia.get(GATE).text
    assert bed.session() is None


def test_programs_ask_join_and_leave(bed: Bed) -> None:
    alone_never(bed)
    sofia, lucie, thomas = (bed.house.sign_in(email) for email in (MEMBER, FAB_MANAGER, OTHER_MEMBER))
    began = sofia.post(API, {"minutes": 30})
    assert began.status_code == 202, began.text
    assert began.json()["session"] is None
    seen = {"asked_at": began.json()["second_asked_at"]}
    assert lucie.get(API).json()["second_asked_at"] == seen["asked_at"]
    assert thomas.get(API).json()["second_asked_at"] is None
    assert bed.house.stranger.get(API).json()["second_asked_at"] is None
    assert bed.house.stranger.post(f"{API}/second", seen).status_code == 401
    assert codes(sofia.post(f"{API}/second", seen)) == {"second_is_first"}
    assert "qualification_missing" in codes(thomas.post(f"{API}/second", seen))
    assert sofia.post(f"{API}/second/withdraw").status_code == 204
    assert codes(lucie.post(f"{API}/second", seen)) == {"second_not_awaited"}
    bed.house.clock.instant += 1
    seen = {"asked_at": sofia.post(API, {"minutes": 30}).json()["second_asked_at"]}
    assert lucie.post(f"{API}/second", {"asked_at": "soon"}).status_code in (400, 422)
    assert lucie.post(f"{API}/second", seen).json()["state"] == "asked"
    bed.exchange()
    assert sofia.post(f"{API}/second/leave").status_code == 403
    assert lucie.post(f"{API}/second/leave").status_code == 202
    bed.exchange()
    assert not bed.pins.is_energised


def test_a_child_is_no_second_person(both_beds: Bed) -> None:
    bed = both_beds
    alone_never(bed)
    asked(bed)
    lucie = bed.browser(FAB_MANAGER)
    since = SEEN.search(lucie.get(GATE).text)
    assert since is not None
    young = bed.person(FAB_MANAGER)
    bed.house.write(lambda tx: tx.run(AS_BORN, year=2014, which=young))
    shown = lucie.get(GATE).text
    assert "Quelqu’un attend" in shown
    assert "Sofia" not in shown
    assert lucie.submit(f"{PAGE}/avec", {"since": since[1]}).status_code == 422
    bed.badge("0402BBBB")
    bed.exchange()
    assert bed.session() is None


def test_two_seconds_and_a_change_of_mind_at_once(both_beds: Bed) -> None:
    """Whatever comes first: at most one unlock, with one companion, and everybody else is told no."""
    bed = both_beds
    alone_never(bed)
    asked(bed)
    since, may = bed.terminal().pending_at, frozenset({"fablab.unlock"})
    first, second = (Actor(bed.person(email), permissions=may) for email in (MEMBER, FAB_MANAGER))
    write = bed.house.house.db.write

    async def all_at_once() -> list[object]:
        acts = [
            write(companions.join, KEY, since, by=second),
            write(companions.withdraw, KEY, by=first),
            write(companions.join, KEY, since, by=second),
        ]
        return list(await asyncio.gather(*acts, return_exceptions=True))

    found = bed.house.client.blocking_portal.call(all_at_once)
    refused = [one for one in found if isinstance(one, BaseException)]
    assert [type(one) for one in refused] == [Refused, Refused]
    withdrawn = not isinstance(found[1], BaseException)
    assert pair(bed) == (None if withdrawn else (first.person_id, second.person_id))
