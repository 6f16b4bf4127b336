"""The badge on a phone: a code for half a minute, kept ahead for moments without network, on one phone at a time."""

from typing import Any

from devices.badges import codec
from tests.access.doors import badge, kiosk, person_id, present
from tests.access.passes.phones import SVG, code_of, phone
from tests.people.pins.kiosks import PIN, at_kiosk, enter, with_pin
from tests.support.clients import OTHER_MEMBER, HouseUnderTest
from tierslieu.access.passes import actions, queries
from tierslieu.access.passes.actions import read_pass


def test_a_phone_shows_a_pass_that_opens_and_keeps_two_hours_of_them(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T10:00")
    sofia = nugue.sign_in()
    assert SVG.search(sofia.get("/mon-badge").text) is None
    carried = phone(nugue, sofia)
    page = carried.get()
    shown = code_of(page)
    assert 'http-equiv="refresh" content="20"' in page
    assert present(nugue, kiosk(nugue), shown)["first_name"] == "Sofia"
    status, kept = carried.fetch()
    passes: Any = kept["passes"]
    assert (status, len(passes), kept["why"], kept["now"]) == (200, 240, "", nugue.clock.instant)
    assert passes[0]["text"] == shown
    assert [one["at"] - passes[0]["at"] for one in passes] == [30 * number for number in range(240)]
    assert kept["until"] == passes[-1]["at"] + 30
    assert len({one["text"] for one in passes}) == 240
    assert carried.secret not in page


def test_a_pass_is_good_for_a_slot_before_and_after_and_at_one_door_only(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T10:00")
    carried, door, other = phone(nugue, nugue.sign_in()), kiosk(nugue), kiosk(nugue, "Fablab")
    texts = [one.text for one in carried.passes(person_id(nugue)).passes]
    nugue.clock.instant += 60
    said = [present(nugue, door, texts[slot], slot + 1) for slot in range(5)]
    assert [one["outcome"] for one in said] == ["denied", "granted", "granted", "granted", "denied"]
    assert {said[0]["reason"], said[4]["reason"]} == {"pass_stale"}
    copied = present(nugue, other, texts[2], 12)
    assert (copied["outcome"], copied["reason"]) == ("denied", "pass_replayed")
    assert present(nugue, door, texts[2], 13)["outcome"] == "granted"


def test_another_phone_takes_the_badge_over_and_the_card_still_works(nugue: HouseUnderTest) -> None:
    sofia, door, card = nugue.sign_in(), kiosk(nugue), badge(nugue).token
    first = phone(nugue, sofia)
    former = first.passes(person_id(nugue)).passes[0].text
    second = phone(nugue, sofia)
    assert present(nugue, door, former, 1)["reason"] == "badge_revoked"
    assert first.fetch()[1]["code"] == "phone_carries_nothing"
    assert SVG.search(first.get()) is None
    assert present(nugue, door, code_of(second.get()), 2)["outcome"] == "granted"
    assert present(nugue, door, card, 3)["outcome"] == "granted"
    thomas = nugue.sign_in(OTHER_MEMBER)
    assert SVG.search(thomas.get("/mon-badge", headers={"cookie": f"badge={second.secret}"}).text) is None


def test_what_a_phone_put_down_or_its_person_reported_lost_opens_nothing(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    card, sofia, door = badge(house), house.sign_in(), kiosk(house)
    carried = phone(house, sofia)
    kept = carried.passes(person_id(house)).passes
    assert carried.post("/mon-badge/retirer") == 303
    assert present(house, door, kept[0].text, 1)["reason"] == "badge_revoked"
    assert carried.fetch()[0] == 404
    page = sofia.get("/mon-badge").text
    assert page.count("je l’ai perdu") == 1
    lost = page.split('name="badge" value="')[1][:13]
    assert carried.post("/mon-badge/perdu", badge=lost) == 303
    assert present(house, door, card.token, 2)["reason"] == "badge_revoked"
    assert carried.post("/mon-badge/perdu", badge=lost) == 409
    assert house.sign_in(OTHER_MEMBER).get("/mon-badge").status_code == 200
    other = phone(house, house.sign_in(OTHER_MEMBER))
    assert other.post("/mon-badge/perdu", badge=lost) == 404


def test_outside_of_opening_hours_a_phone_keeps_few_passes(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    house.is_at("2026-11-24T03:00")
    carried = phone(house, house.sign_in())
    status, kept = carried.fetch()
    passes: Any = kept["passes"]
    assert (status, len(passes)) == (200, 10)
    assert "heures d’ouverture" in str(kept["why"])
    for _ in range(59):
        carried.fetch()
    assert carried.fetch()[1]["code"] == "too_many_attempts"
    assert {carried.post() for _ in range(9)} == {303}
    assert carried.post() == 403


def test_a_pass_of_elsewhere_or_of_a_key_that_ended_is_nobodys(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    carried, site = phone(house, house.sign_in()), house.read(queries.site)
    text = carried.passes(person_id(house)).passes[0].text
    _kid, signer = house.read(queries.signer)
    claims: Any = codec.read(text).claims

    def result(claims: codec.Claims) -> str:
        return str(house.read(read_pass, signer.pass_text(claims)).result)

    assert house.read(read_pass, text).result == "ok"
    assert result(codec.PhoneClaims(claims.kid, site % 255 + 1, claims.handle, claims.slot)) == "other_site"
    assert result(codec.PhoneClaims(claims.kid + 1, site, claims.handle, claims.slot)) == "badge_unknown"
    assert result(codec.PhoneClaims(claims.kid, site, "00" * 7, claims.slot)) == "badge_unknown"
    assert result(codec.PhoneClaims(claims.kid, site, claims.handle, claims.slot + 2)) == "pass_stale"
    assert house.read(read_pass, "https://example.org/").result == "not_a_badge"
    assert house.read(read_pass, text[:-1]).result == "misread"
    for guest in house.read(queries.guests):
        house.write(actions.revoke_guest, guest.id)
    kid = house.write(actions.turn_key)
    assert {one.kid for one in house.read(queries.keys)} == {claims.kid, kid}
    assert house.read(read_pass, text).result == "ok"
    assert codec.read(carried.passes(person_id(house)).passes[0].text).claims.kid == kid  # type: ignore[union-attr]
    house.clock.instant += 3 * 3600
    assert house.read(read_pass, text, house.clock.instant - 3 * 3600).result == "badge_unknown"
    assert [one.kid for one in house.read(queries.keys)] == [kid]


def test_keys_turn_each_year_and_never_reuse_a_number_in_use(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    kid = house.write(actions.ensure_key)
    assert house.write(actions.ensure_key) == kid
    house.clock.instant += 366 * 86_400
    assert house.write(actions.ensure_key) == (kid + 1) % 16
    for _ in range(14):
        house.write(actions.turn_key)
    assert len(house.read(queries.keys)) == 16
    refused = house.sign_in("ines@example.org")
    page = refused.get("/laissez-passer")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    headers = refused.headers
    said = refused._client.post("/laissez-passer/cle", data={"_csrf": token}, headers=headers)
    assert (said.status_code, "Toutes les clés servent encore" in said.text) == (409, True)


def test_a_kiosk_carries_nobodys_badge(quick_nugue: HouseUnderTest) -> None:
    browser = at_kiosk(quick_nugue)
    assert enter(browser, with_pin(quick_nugue).token, PIN).status_code == 303
    shown = browser.get("/mon-badge").text
    assert "Sur votre téléphone" in shown
    assert "Porter mon badge" not in shown
    assert browser.submit("/mon-badge", {}).status_code == 403
    assert "badge" not in browser.cookies
