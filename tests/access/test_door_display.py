"""The screen at a room's door: now, next, until when; half an hour of the room for a badge."""

import re
from collections import deque
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from devices.badges import codec
from devices.badges.codec import PhoneClaims
from tests.access.doors import badge, fields, person_id, plain, submit
from tests.access.passes.phones import phone
from tests.people.pins.kiosks import PIN, with_pin
from tests.reservations.presence.rooms import reserved, state, with_grace
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access.actions import lend_badge
from tierslieu.access.kiosk import door_rules, enrolment
from tierslieu.basics.hours import ALWAYS_CLOSED, Opening
from tierslieu.basics.spans import Span
from tierslieu.venue.map import Need, ResourceFacts, SpaceFacts

DAY = "2026-11-24T"
ELEMENT = re.compile(r"<[a-z][a-z0-9]*[ >]")
BUDGET = 120


def door(house: HouseUnderTest, key: str = "bureau-1", *, names: bool = False) -> Caller:
    """The screen of a room in service."""
    code = house.write(lambda tx: enrolment.offer_code(tx, f"Porte {key}", key, shows_names=names))
    return Caller(house.client, house.write(enrolment.enrol, code))


def shown(screen: Caller) -> str:
    """What the screen says now."""
    text = screen.get("/porte/etat").text
    now = next(
        part for part in text.split('<div class="message stack"') if part.strip() and " hidden>" not in part[:120]
    )
    return " ".join(plain(re.sub(r"<[^>]+>", " ", f"<{now}")).split())


def present(house: HouseUnderTest, screen: Caller, text: str, again: str = "", pin: str = "") -> tuple[str, str]:
    """Show a badge, or type its number with a pin; the state and the words of the answer, and the id of the scan."""
    scan_id = again or fields(screen.get("/porte"))["scan_id"]
    answer = submit(screen, "/porte", "/porte/badge", badge=text, scan_id=scan_id, pin=pin)
    assert answer.status_code in (200, 422), answer.text
    return plain(answer.text), scan_id


def shape(text: str, number: str) -> str:
    """A page without what differs each time: tokens, ids, the number that was typed."""
    return re.sub(r'(name="(?:_csrf|scan_id)") value="[^"]*"', r"\1", text).replace(number, "")


def test_staff_make_a_device_the_screen_of_a_door(nugue: HouseUnderTest) -> None:
    claire = nugue.sign_in(RECEPTION)
    answer = submit(claire, "/bornes", name="Porte Ourcq", door="bureau-1")
    code = re.search(r'class="one-time-code">(\d{4}.\d{4})<', answer.text)
    assert code is not None
    nugue.client.cookies.clear()
    typed = submit(Caller(nugue.client), "/kiosk/enrolment", code=code[1])
    assert typed.status_code == 303
    assert "device=" in typed.headers["set-cookie"]
    nugue.client.cookies.clear()
    screen = door(nugue)
    assert screen.get("/kiosk", follow_redirects=False).headers["location"] == "/porte"
    assert "écran de la porte" in plain(nugue.sign_in(RECEPTION).get("/bornes").text)


def test_the_screen_says_now_next_and_until_when(nugue: HouseUnderTest) -> None:
    for key in ("bureau-1", "visio-1"):
        with_grace(nugue, key, 0)
    screen, named = door(nugue), door(nugue, "visio-1", names=True)
    sofia = nugue.sign_in(MEMBER)
    reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    reserved(nugue.sign_in(OTHER_MEMBER), "visio-1", DAY + "10:00", DAY + "11:00")
    nugue.is_at(DAY + "09:30")
    assert shown(screen).startswith("Libre jusqu’à 10 h")
    assert "10 h – 11 h" in shown(screen)
    assert "occupé" in shown(screen)
    nugue.is_at(DAY + "10:30")
    assert shown(screen).startswith("Occupé jusqu’à 11 h")
    assert "Sofia" not in screen.get("/porte").text
    assert "Thomas" in shown(named)
    assert 'data-state="denied"' in screen.get("/porte").text
    assert len(ELEMENT.findall(screen.get("/porte").text)) <= BUDGET


def test_a_badge_takes_the_room_for_half_an_hour(nugue: HouseUnderTest) -> None:
    screen, card = door(nugue), badge(nugue)
    nugue.is_at(DAY + "10:05")
    said, scan_id = present(nugue, screen, card.token)
    assert "C’est à vous" in said
    assert "jusqu’à 10 h 30" in said or "jusqu’à 11 h" in said
    again, _scan_id = present(nugue, screen, card.token, scan_id)
    assert "C’est à vous" in again
    sofia = nugue.sign_in(MEMBER)
    mine = sofia.get("/api/v1/reservations").json()["items"]
    assert [(one["resource"], one["state"]) for one in mine] == [("bureau-1", "checked_in")]
    other = badge(nugue, OTHER_MEMBER)
    assert "Pas de réservation possible" in present(nugue, screen, other.token)[0]
    assert shown(screen).startswith("Occupé")


def test_a_typed_number_needs_its_pin(nugue: HouseUnderTest) -> None:
    screen, card = door(nugue), with_pin(nugue)
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    nugue.is_at(DAY + "09:50")
    number, unknown = card.badge.card_number, codec.card_number(codec.LAST_STEM)
    asked = [shape(present(nugue, screen, text)[0], text) for text in (number, unknown)]
    assert asked[0] == asked[1]
    assert "Tapez aussi votre code" in asked[0]
    wrong = [shape(present(nugue, screen, text, pin="904171")[0], text) for text in (number, unknown)]
    assert wrong[0] == wrong[1]
    assert state(sofia, mine) == "confirmed"
    said, scan_id = present(nugue, screen, number, pin=PIN)
    assert "jusqu’à 12 h" in said
    assert "jusqu’à 12 h" in present(nugue, screen, number, scan_id, pin=PIN)[0]
    assert state(sofia, mine) == "checked_in"
    for _turn in range(5):
        present(nugue, screen, number, pin="904171")
    assert shape(present(nugue, screen, number, pin=PIN)[0], number) == wrong[0]
    assert "jusqu’à 12 h" in present(nugue, screen, card.token)[0]


def test_a_phone_takes_the_room_and_its_code_does_so_once(quick_nugue: HouseUnderTest) -> None:
    screen, other = door(quick_nugue), door(quick_nugue, "visio-1")
    quick_nugue.is_at(DAY + "10:05")
    (shown, *_later) = phone(quick_nugue, quick_nugue.sign_in()).passes(person_id(quick_nugue)).passes
    assert "C’est à vous" in present(quick_nugue, screen, shown.text)[0]
    assert "déjà servi" in present(quick_nugue, other, shown.text)[0]


def test_a_forged_pass_an_old_one_or_a_lent_card_of_yesterday_takes_no_room(quick_nugue: HouseUnderTest) -> None:
    screen, sofia = door(quick_nugue), person_id(quick_nugue)
    quick_nugue.is_at(DAY + "10:05")
    (old, *_later) = phone(quick_nugue, quick_nugue.sign_in()).passes(sofia).passes
    claims = codec.read(old.text).claims
    assert isinstance(claims, PhoneClaims)
    secret, number = bytes(16), codec.card_number(codec.LAST_STEM)
    quick_nugue.write(lend_badge, sofia, number, codec.stored(secret), quick_nugue.clock.instant + 60)
    quick_nugue.is_at(DAY + "10:15")
    forged = codec.encode_pass(replace(claims, slot=codec.slot_of(quick_nugue.clock.instant)), bytes(64))
    for text in (old.text, forged, codec.encode(secret)):
        assert "C’est à vous" not in present(quick_nugue, screen, text)[0]
    assert quick_nugue.sign_in(MEMBER).get("/api/v1/reservations").json()["items"] == []


def test_a_screen_asks_no_faster_than_a_kiosk(quick_nugue: HouseUnderTest) -> None:
    screen, card = door(quick_nugue), badge(quick_nugue)
    most = quick_nugue.house.settings.presence.scans_per_minute
    quick_nugue.house.lately["scans:kiosk-porte-bureau-1"] = deque([quick_nugue.clock.now()] * most, maxlen=most)
    assert "Un instant" in present(quick_nugue, screen, card.token)[0]
    quick_nugue.clock.instant += 61
    assert "Un instant" not in present(quick_nugue, screen, card.token)[0]


def test_what_is_no_badge_changes_nothing(quick_nugue: HouseUnderTest) -> None:
    screen = door(quick_nugue)
    person_id(quick_nugue)
    for text in ("123456", "bonjour", ""):
        said, _scan_id = present(quick_nugue, screen, text)
        assert 'data-state="denied"' in said
    run_jobs(quick_nugue)
    assert quick_nugue.sign_in(MEMBER).get("/api/v1/reservations").json()["items"] == []


def test_only_the_screen_of_a_door_sees_it(quick_nugue: HouseUnderTest) -> None:
    screen = door(quick_nugue)
    assert quick_nugue.sign_in(RECEPTION).get("/porte").status_code == 403
    assert quick_nugue.stranger.get("/porte", follow_redirects=False).status_code == 303
    assert screen.get("/api/v1/kiosk").status_code == 403
    quick_nugue.write(enrolment.stop_kiosk, "kiosk-porte-bureau-1")
    assert screen.get("/porte", follow_redirects=False).status_code == 303


SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 90), st.integers(1, 30))
CLAIMS = st.lists(st.tuples(st.sampled_from((1, 2)), SPANS, st.integers(1, 5)), max_size=8)


@given(CLAIMS, st.lists(SPANS, max_size=3), st.integers(1, 2))
def test_the_stretches_tell_each_instant_once(
    quick: list[tuple[int, Span, int]], opened: list[Span], count: int
) -> None:
    rows = [(unit, span.start, span.end, "reservation", id_) for unit, span, id_ in quick]
    window = Span(0, 130)
    found = door_rules.stretches(room(count), opened, rows, window)
    assert [one.span.start for one in found] == [0, *(one.span.end for one in found[:-1])]
    assert found[-1].span.end == window.end
    for one in found:
        for instant in one.span[0], one.span[1] - 1:
            now = Span(instant, instant + 1)
            is_open = any(span.contains(now) for span in opened)
            taken = {row[0] for row in rows if row[1] < now.end and now.start < row[2]}
            wanted = "closed" if not is_open else "free" if 2 - len(taken) >= count else "taken"
            assert one.state == wanted


def room(count: int) -> ResourceFacts:
    """A room of two units, of which one reservation needs so many."""
    space = SpaceFacts(1, "hall", "Hall", "oasis", 10, Opening(ALWAYS_CLOSED))
    numbers = (10, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0)
    capacity, grid, least, most, _one, notice, horizon, before, after, cancel, cents = numbers
    return ResourceFacts(
        1,
        "room",
        space,
        "Salle",
        "room",
        "all",
        capacity,
        True,
        True,
        False,
        grid,
        least,
        most,
        notice,
        horizon,
        before,
        after,
        cancel,
        cents,
        "",
        (1, 2),
        needs=(Need((1, 2), count),),
    )
