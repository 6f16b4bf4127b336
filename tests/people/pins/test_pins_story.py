"""Card and pin at the kiosk, from the desk's permission to « Terminer », through the pages and without script."""

import re

from tests.access.doors import badge, fields, present, scan
from tests.people.pins.kiosks import PIN, at_kiosk, desk_page, enter, with_pin, without_address
from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.access import actions as access
from tierslieu.people.audit.queries import newest
from tierslieu.people.pins.queries import pin_of
from tierslieu.people.pins.rules import PERMISSION_LIFE


def test_somebody_without_address_gets_a_pin_and_uses_their_space(nugue: HouseUnderTest) -> None:
    rose = without_address(nugue)
    card = write(nugue, access.issue_badge, rose).token
    desk, person = desk_page(nugue, rose)
    assert "Laisser choisir un code" in desk.get(person).text
    assert desk.submit(f"{person}/code", {}).headers["location"] == f"{person}#pins"
    assert "peut choisir son code à la borne" in desk.get(person).text

    kiosk = at_kiosk(nugue)
    kiosk.get("/kiosk/code")
    asked = kiosk.submit("/kiosk/code/carte", {"badge": card})
    assert "Le même code, encore une fois" in asked.text
    chosen = kiosk.submit("/kiosk/code", {"badge": card, "pin": PIN, "again": PIN})
    assert chosen.status_code == 200
    assert "Votre code est prêt" in chosen.text

    opened = enter(kiosk, card, PIN)
    assert (opened.status_code, opened.headers["location"]) == (303, "/mon-espace")
    own = kiosk.get("/mon-espace")
    assert own.status_code == 200
    assert "Terminer" in own.text
    assert '<meta http-equiv="refresh" content="60;url=/kiosk">' in own.text
    ended = kiosk.submit("/terminer", {})
    assert (ended.status_code, ended.headers["location"]) == (303, "/kiosk")
    assert "kiosk" not in kiosk.cookies
    acts = [entry.act for entry in read(nugue, newest) if entry.subject_id == rose]
    assert "pins.allow" in acts


def test_the_stored_pin_is_a_slow_hash(nugue: HouseUnderTest) -> None:
    issued = with_pin(nugue)
    found = read(nugue, pin_of, issued.badge.person_id)
    assert found is not None
    assert found.pin_hash.startswith("$argon2id$")
    assert PIN not in found.pin_hash


def test_the_pages_work_without_script_and_keep_nothing_typed(quick_nugue: HouseUnderTest) -> None:
    card = with_pin(quick_nugue).token
    kiosk = at_kiosk(quick_nugue)
    first = kiosk.get("/kiosk/espace")
    assert "<script" not in first.text
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["referrer-policy"] == "no-referrer"
    asked = kiosk.submit("/kiosk/espace/carte", {"badge": card})
    field = re.search(r'<input id="pin"[^>]*>', asked.text)
    assert field is not None
    for part in ('type="password"', 'inputmode="numeric"', 'autocomplete="off"'):
        assert part in field[0]
    for pin in ("12", "abcdef", "1234567"):
        refused = kiosk.submit("/kiosk/espace", {"badge": card, "pin": pin})
        assert refused.status_code == 422
        assert "Un code a six chiffres" in refused.text
        assert f'value="{pin}"' not in refused.text


def test_the_number_under_the_code_and_other_digits_do_as_well(quick_nugue: HouseUnderTest) -> None:
    issued = with_pin(quick_nugue)
    number = issued.badge.card_number
    for card, pin in (
        (number, PIN),
        (f"{number[:3]} {number[3:]}", "28 04 17"),
        (issued.token.lower(), "٢٨٠٤١٧"),
        (f"]Q1{issued.token}", " 280-417\u00a0"),
    ):
        kiosk = at_kiosk(quick_nugue, f"Borne {card[:3]}{pin[:1]}")
        assert enter(kiosk, card, pin).status_code == 303, (card, pin)


def test_the_kiosk_goes_on_scanning_while_somebody_is_in_their_space(nugue: HouseUnderTest) -> None:
    card, other = with_pin(nugue).token, badge(nugue, ADMINISTRATOR).token
    kiosk = at_kiosk(nugue)
    assert enter(kiosk, card, PIN).status_code == 303
    answer = kiosk.send("POST", "/api/v1/scans", json=scan(nugue, other), headers={"x-requested-with": "fetch"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["outcome"] == "granted"
    assert kiosk.send("GET", "/api/v1/kiosk").status_code == 200
    me = kiosk.send("GET", "/api/v1/me").json()
    assert me["first_name"] == "Sofia"


def test_the_waiting_screen_forgets_the_person(nugue: HouseUnderTest) -> None:
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    enter(kiosk, card, PIN)
    assert "kiosk" in kiosk.cookies
    assert "Mon espace avec ma carte et mon code" in kiosk.get("/kiosk").text
    assert "kiosk" not in kiosk.cookies
    assert kiosk.get("/mon-espace").status_code == 403


def test_staff_are_members_at_the_kiosk(nugue: HouseUnderTest) -> None:
    for email in (RECEPTION, ADMINISTRATOR):
        card = with_pin(nugue, email).token
        kiosk = at_kiosk(nugue, f"Borne {email}")
        assert enter(kiosk, card, PIN).status_code == 303
        mine = set(kiosk.send("GET", "/api/v1/me").json()["permissions"])
        members = set(nugue.sign_in(MEMBER).get("/api/v1/me").json()["permissions"])
        assert mine <= members
        assert kiosk.get("/personnes").status_code in (403, 303)
        assert "second-facteur" not in kiosk.get("/accueil").headers.get("location", "")


def test_nothing_delicate_is_done_at_a_kiosk(nugue: HouseUnderTest) -> None:
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    enter(kiosk, card, PIN)
    kiosk.get("/mon-espace")
    refused = kiosk.submit("/mon-espace/identites/0000000000001/retrait", {})
    assert refused.status_code == 403
    assert "à la borne" in refused.text


def test_a_pin_and_a_card_stay_apart(nugue: HouseUnderTest) -> None:
    """A wrong pin, five times, changes nothing at the door."""
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    for _ in range(7):
        kiosk.get("/kiosk/espace")
        kiosk.submit("/kiosk/espace", {"badge": card, "pin": "999990"})
    door = Caller(nugue.client, kiosk.cookies["device"])
    assert present(nugue, door, card)["outcome"] == "granted"


def test_a_permission_is_good_once_and_for_ten_minutes(nugue: HouseUnderTest) -> None:
    rose = without_address(nugue)
    card = write(nugue, access.issue_badge, rose).token
    desk, person = desk_page(nugue, rose)
    desk.get(person)
    kiosk = at_kiosk(nugue)
    for is_late in (False, True):
        desk.submit(f"{person}/code", {})
        nugue.clock.instant += PERMISSION_LIFE if is_late else PERMISSION_LIFE - 1
        kiosk.get("/kiosk/code")
        answer = kiosk.submit("/kiosk/code/carte", {"badge": card})
        assert answer.status_code == (409 if is_late else 200)
        desk.get(person)
    desk.submit(f"{person}/code", {})
    kiosk.get("/kiosk/code")
    sent = {"badge": card, "pin": PIN, "again": PIN}
    assert kiosk.submit("/kiosk/code", sent).status_code == 200
    kiosk.get("/kiosk/code")
    again = kiosk.submit("/kiosk/code", {**sent, "pin": "739164", "again": "739164"})
    assert again.status_code == 409
    assert enter(kiosk, card, PIN).status_code == 303


def test_simple_and_differing_pins_are_explained(quick_nugue: HouseUnderTest) -> None:
    rose = without_address(quick_nugue)
    card = write(quick_nugue, access.issue_badge, rose).token
    desk, person = desk_page(quick_nugue, rose)
    desk.get(person)
    desk.submit(f"{person}/code", {})
    kiosk = at_kiosk(quick_nugue)
    kiosk.get("/kiosk/code")
    for pin, again, told in (
        ("123456", "123456", "trop facile"),
        ("195128", "195128", "trop facile"),
        ("120651", "120651", "trop facile"),
        ("739164", "739165", "pas les mêmes"),
        ("73916", "73916", "six chiffres"),
    ):
        answer = kiosk.submit("/kiosk/code", {"badge": card, "pin": pin, "again": again})
        assert answer.status_code == 422
        assert told in answer.text
    assert kiosk.submit("/kiosk/code", {"badge": card, "pin": "٧٣٩١٦٤", "again": "739164"}).status_code == 200


def test_the_desk_takes_a_pin_away(nugue: HouseUnderTest) -> None:
    issued = with_pin(nugue)
    desk, person = desk_page(nugue, issued.badge.person_id)
    assert "Retirer le code" in desk.get(person).text
    desk.submit(f"{person}/code/retrait", {})
    assert "Retirer le code" not in desk.get(person).text
    assert enter(at_kiosk(nugue), issued.token, PIN).status_code == 422
    acts = [entry.act for entry in read(nugue, newest)]
    assert "pins.remove" in acts


def test_only_a_kiosk_shows_the_form(quick_nugue: HouseUnderTest) -> None:
    for path in ("/kiosk/espace", "/kiosk/code"):
        assert quick_nugue.sign_in().get(path).status_code == 403
        assert quick_nugue.stranger.get(path, follow_redirects=False).status_code == 303
    assert fields(Caller(quick_nugue.client, at_kiosk(quick_nugue).cookies["device"]).get("/kiosk/espace"))["_csrf"]
