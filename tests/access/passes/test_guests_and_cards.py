"""Passes of guests, cards lent for a day, several cards of a person: what the desk does, what the doors say."""

from devices.badges import codec
from tests.access.doors import badge, kiosk, person_id, plain, present, submit, without_card
from tests.access.passes.phones import code_of
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tierslieu.access import actions as badges
from tierslieu.access.passes import actions, lending, queries
from tierslieu.access.passes.personal import forget_guests, forget_uses
from tierslieu.access.queries import badges_now
from tierslieu.basics.ids import read, show

ASKED = {"first_name": "Noor", "zone": "1", "minutes": "120"}


def test_a_guest_gets_a_pass_and_loses_it(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T10:20")
    claire, door = nugue.sign_in(RECEPTION), kiosk(nugue)
    made = submit(claire, "/laissez-passer", **ASKED)
    assert made.status_code == 303, made.text
    page = claire.get(made.headers["location"])
    assert page.headers["cache-control"] == "no-store"
    text = code_of(page.text)
    claims = codec.read(text).claims
    assert isinstance(claims, codec.GuestClaims)
    assert (claims.zone, claims.valid_from, claims.valid_until) == (1, at("2026-11-24T10:00"), at("2026-11-24T12:30"))
    assert code_of(claire.get(made.headers["location"]).text) == text
    said = present(nugue, door, text, 1)
    assert (said["outcome"], said["first_name"]) == ("granted", "Noor")
    nugue.is_at("2026-11-24T12:31")
    assert present(nugue, door, text, 2)["reason"] == "badge_expired"
    nugue.is_at("2026-11-24T11:00")
    claire = nugue.sign_in(RECEPTION)
    assert "Noor" in claire.get("/laissez-passer").text
    stop = f"{made.headers['location']}/arret"
    assert submit(claire, "/laissez-passer", stop).status_code == 303
    assert present(nugue, door, text, 3)["reason"] == "badge_revoked"
    assert submit(claire, "/laissez-passer", stop).status_code == 409
    assert "Noor" not in claire.get("/laissez-passer").text
    assert "n’ouvre plus rien" in claire.get(made.headers["location"]).text


def test_a_guest_pass_needs_a_day_and_a_zone_that_exist(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    for wrong in ({"zone": "200"}, {"day": "2026-11-20"}, {"day": "2028-01-01"}, {"day": "x"}, {"minutes": "3"}):
        refused = submit(claire, "/laissez-passer", **ASKED | wrong)
        assert refused.status_code == 422
        assert 'value="Noor"' in refused.text, "nothing typed is lost"
    later = submit(claire, "/laissez-passer", **ASKED, day="2026-12-01", hour="14:00")
    claims = codec.read(code_of(claire.get(later.headers["location"]).text)).claims
    assert isinstance(claims, codec.GuestClaims)
    assert claims.valid_from == at("2026-12-01T14:00")
    member = quick_nugue.sign_in(MEMBER)
    assert [member.get(path).status_code for path in ("/laissez-passer", "/cartes")] == [403, 403]
    assert "Renouveler la clé" not in claire.get("/laissez-passer").text
    assert claire.post("/laissez-passer/cle").status_code == 403
    admin = quick_nugue.sign_in(ADMINISTRATOR)
    kid = quick_nugue.read(queries.signing_since)[0]
    assert submit(admin, "/laissez-passer", "/laissez-passer/cle").status_code == 303
    assert quick_nugue.read(queries.signing_since)[0] == (kid + 1) % 16
    page = claire.get(later.headers["location"]).text
    assert codec.read(code_of(page)).claims == claims, "the paper stays the same"


def test_a_guest_whom_the_house_forgot_is_known_again(nugue: HouseUnderTest) -> None:
    """An older copy of its data was restored: what it signed says itself where and when it is good."""
    nugue.is_at("2026-11-24T10:20")
    door = kiosk(nugue)
    lost = nugue.write(actions.issue_guest, "Noor", 1, at("2026-11-24T10:20"), 120)
    text = nugue.read(actions.guest_text, lost)
    nugue.write(forget_guests, lost.valid_until + 1, 10)
    assert nugue.read(queries.guest_by_handle, lost.handle) is None
    nugue.is_at("2026-11-24T09:00")
    assert present(nugue, door, text, 1)["reason"] == "badge_not_yet"
    nugue.is_at("2026-11-24T10:30")
    said = [present(nugue, door, text, number) for number in (2, 3)]
    assert [(one["outcome"], one["first_name"]) for one in said] == [("granted", None)] * 2
    found = nugue.read(queries.guest_by_handle, lost.handle)
    assert (found.zone, found.valid_from, found.valid_until) == (lost.zone, lost.valid_from, lost.valid_until)
    nugue.write(actions.revoke_guest, found.id)
    assert present(nugue, door, text, 4)["reason"] == "badge_revoked", "staff can stop it"
    nugue.write(forget_guests, lost.valid_until + 1, 10)
    nugue.is_at("2026-11-24T12:31")
    assert present(nugue, door, text, 5)["reason"] == "badge_expired"
    assert present(nugue, door, text, 6, direction="out")["outcome"] == "granted"
    assert nugue.read(queries.guest_by_handle, lost.handle) is None, "what has ended is not noted anew"


def test_a_card_is_lent_until_tonight_and_comes_back(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T10:00")
    claire, door = nugue.sign_in(RECEPTION), kiosk(nugue)
    first, second = nugue.write(lending.make_cards, 2)
    sofia = f"/personnes/{show(person_id(nugue))}/badge"
    assert present(nugue, door, first.token, 1)["reason"] == "badge_unknown"
    wrong = submit(claire, sofia, f"{sofia}/pret", card="123459")
    assert (wrong.status_code, "Aucune carte à prêter" in wrong.text, 'value="123459"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert submit(claire, sofia, f"{sofia}/pret", card=first.number).status_code == 303
    assert present(nugue, door, first.token, 2)["first_name"] == "Sofia"
    taken = submit(claire, sofia, f"{sofia}/pret", card=second.token)
    assert (taken.status_code, second.token in taken.text) == (422, False), "one card a day for each"
    thomas = f"/personnes/{show(person_id(nugue, OTHER_MEMBER))}/badge"
    assert "Cette carte est prêtée" in submit(claire, thomas, f"{thomas}/pret", card=first.number).text
    assert submit(claire, thomas, f"{thomas}/pret", card=second.token).status_code == 303
    nugue.is_at("2026-11-25T10:00")
    assert present(nugue, door, first.token, 3)["reason"] == "badge_expired"
    claire = nugue.sign_in(RECEPTION)
    listed = claire.get("/cartes").text
    late = listed.count("Pas rendue")
    card = next(show(one.id) for one in nugue.read(queries.house_cards) if one.card_number == first.number)
    assert f"/cartes/{card}/rendue" in listed
    assert submit(claire, "/cartes", f"/cartes/{card}/rendue").status_code == 303
    assert submit(claire, "/cartes", f"/cartes/{card}/rendue").status_code == 409
    assert claire.get("/cartes").text.count("Pas rendue") == late - 1
    assert submit(claire, "/cartes", f"/cartes/{card}/retrait").status_code == 303
    assert card not in claire.get("/cartes").text


def test_a_lost_lent_card_stays_stopped_until_it_is_found(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    claire, door = house.sign_in(RECEPTION), kiosk(house)
    (card,) = house.write(lending.make_cards, 1)
    lent = house.write(lending.lend, person_id(house), card.number)
    house.write(badges.revoke_badge, lent.id, "lost")
    assert present(house, door, card.token, 1)["reason"] == "badge_revoked"
    thomas = f"/personnes/{show(person_id(house, OTHER_MEMBER))}/badge"
    assert "notée perdue" in submit(claire, thomas, f"{thomas}/pret", card=card.number).text
    page = claire.get("/cartes").text
    which = next(one for one in house.read(queries.house_cards) if one.card_number == card.number)
    assert "Perdue" in page
    assert submit(claire, "/cartes", f"/cartes/{show(which.id)}/rendue").status_code == 303
    assert submit(claire, thomas, f"{thomas}/pret", card=card.number).status_code == 303
    sent = claire.get(thomas).text.split("badge/rendue")[1].split('name="badge" value="')[1][:13]
    assert submit(claire, thomas, f"{thomas}/rendue", badge=sent).status_code == 303
    assert present(house, door, card.token, 2)["reason"] == "badge_unknown"


def test_somebody_has_several_cards_each_with_a_name(nugue: HouseUnderTest) -> None:
    claire, door, who = nugue.sign_in(RECEPTION), kiosk(nugue), without_card(nugue)
    page = f"/personnes/{show(who)}/badge"
    first = badge(nugue).token
    for label in ("clé de voiture", "atelier"):
        assert submit(claire, page, label=label).status_code == 200
    again = submit(claire, page, label="atelier")
    assert (again.status_code, "a déjà un badge" in again.text) == (409, True)
    assert submit(claire, page, label="x" * 41).status_code == 422
    assert "clé de voiture" in claire.get(page).text
    second = next(one for one in nugue.read(badges_now, who) if one.label == "atelier")
    replaced = submit(claire, page, replace=show(second.id))
    assert (replaced.status_code, plain(second.card_number[:3]) in plain(replaced.text)) == (200, True)
    labels = sorted(one.label for one in nugue.read(badges_now, who) if one.kind == "card")
    assert labels == ["", "atelier", "clé de voiture"]
    assert present(nugue, door, first, 1)["outcome"] == "granted"
    for label in ("3", "4"):
        nugue.write(badges.issue_badge, who, "card", None, label)
    full = submit(claire, page, label="5")
    assert (full.status_code, "5 cartes" in full.text) == (409, True)


def test_guests_and_uses_are_forgotten(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    claire = house.sign_in(RECEPTION)
    made = submit(claire, "/laissez-passer", **ASKED).headers["location"]
    guest = house.read(queries.guest, read(made.rsplit("/", 1)[1]))
    house.write(forget_guests, guest.valid_until, 100)
    assert claire.get(made).status_code == 200
    assert house.write(forget_guests, guest.valid_until + 1, 100) == 1
    assert house.write(forget_uses, house.clock.instant, 100) == 0
    assert claire.get(made).status_code == 404
