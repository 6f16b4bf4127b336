"""A guest's pass says the same to the service, to a kiosk alone and to a door alone, heard of or not."""

from pathlib import Path

from devices.badges.codec import GuestClaims
from devices.badges.signing import Signer
from devices.doors.deciding import Known, opened, taken_apart
from devices.doors.readings import shown
from tests.access.scanning.standing import at_zone, present
from tests.support.clients import Caller, HouseUnderTest, at
from tests.support.node import NODE, told_by
from tierslieu.access.passes import actions, queries
from tierslieu.access.passes.personal import forget_guests
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.zones.queries import zone_by_key

SCRIPT = Path(__file__).with_name("judge_passes.mjs")
NOW = "2026-11-24T10:20"
EXPECTED = {
    "of the workshop": ("granted entered", "granted entered", "denied not_allowed"),
    "of the entrance": ("granted entered", "denied not_allowed", "denied not_allowed"),
    "stopped": ("denied badge_revoked",) * 3,
    "of yesterday": ("denied badge_expired",) * 3,
    "of tonight": ("denied badge_not_yet",) * 3,
    "of another town": ("denied other_site",) * 3,
    "of a thief": ("denied badge_unknown",) * 3,
}
"""What each pass is told at the entrance, at the workshop, and elsewhere."""


def tickets(house: HouseUnderTest) -> dict[str, str]:
    """Passes by what they are. The house forgets all but the stopped one, as when an older copy was restored."""
    zone = house.read(zone_by_key, "fablab").number
    times = {"of yesterday": "2026-11-23T10:00", "of tonight": "2026-11-24T20:00"}
    rows: dict[str, GuestRow] = {}
    for name, number in {"of the workshop": zone, "of the entrance": 0, **dict.fromkeys(times, zone)}.items():
        rows[name] = house.write(actions.issue_guest, "", number, at(times.get(name, NOW)), 120)
    found = {name: house.read(actions.guest_text, row) for name, row in rows.items()}
    house.write(forget_guests, at("2027-01-01T00:00"), 1000)
    rows["stopped"] = house.write(actions.issue_guest, "", zone, at(NOW), 120)
    house.write(actions.revoke_guest, rows["stopped"].id)
    found["stopped"] = house.read(actions.guest_text, rows["stopped"])
    (kid, key), site = house.read(queries.signer), house.read(queries.site)
    span = (at("2026-11-24T10:00"), at("2026-11-24T12:00"))
    found["of another town"] = key.pass_text(GuestClaims(kid, site % 255 + 1, "a1a2a3a4a5", zone, *span))
    found["of a thief"] = Signer(bytes(32)).pass_text(GuestClaims(kid, site, "b1b2b3b4b5", zone, *span))
    return found


def list_of(screen: Caller) -> str:
    answer = screen.get("/api/v1/kiosk/snapshot")
    assert answer.status_code == 200, answer.text
    return answer.text


def door_says(answer: str, now: int, text: str) -> str:
    body = opened(taken_apart(answer.encode()), None)
    assert body is not None
    found = Known(body, now).decide(shown(text), "in", now, is_clock_set=True)
    return f"{found.outcome} {found.reason}"


def kiosks_say(lists: list[str], now: int, texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = told_by(SCRIPT, [{"list": answer, "now": now, "texts": texts} for answer in lists])
    return found


def test_a_guest_is_told_the_same_by_all_three(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    house.is_at(NOW)
    shown_here, expected = tickets(house), list(EXPECTED.values())
    texts = [shown_here[name] for name in EXPECTED]
    screens = [
        at_zone(house, name, key) for name, key in (("Hall", "site"), ("Labo", "fablab"), ("Salle", "coworking"))
    ]
    now, lists = house.clock.instant, [list_of(screen) for screen in screens]
    assert [tuple(door_says(answer, now, text) for answer in lists) for text in texts] == expected
    if NODE is not None:
        assert list(zip(*kiosks_say(lists, now, texts), strict=True)) == expected
    for number, (text, told) in enumerate(zip(texts, expected, strict=True)):
        for place, screen in enumerate(screens):
            said = present(house, screen, text, 10 * number + place + 1)
            assert f"{said['outcome']} {said['code']}" == told[place]
