"""The desk writes somebody down, finds them, acts for them: through pages, without JavaScript, on both databases."""

import re

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.inside import read
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import about_person
from tierslieu.people.persons.queries import by_key, file

NAMES = {"first_name": "Rose", "last_name": "Garnier"}


def desk(house: HouseUnderTest, email: str = RECEPTION) -> Browser:
    """The receptionist's browser."""
    browser = Browser(house)
    browser.cookies["session"] = house.sign_in(email).headers["authorization"].removeprefix("Bearer ")
    return browser


def id_of(house: HouseUnderTest, key: str) -> str:
    """A person of the demonstration."""
    return show(house.read(by_key, key).id)


def acts_about(house: HouseUnderTest, person: str) -> list[str]:
    """What the audit log says of a person, oldest first."""
    return [one.act for one in reversed(read(house, about_person, read_id(person)))]


def test_two_names_are_enough(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    form = claire.get("/personnes/nouvelle")
    assert form.status_code == 200
    assert "autofocus" in form.text
    made = claire.submit("/personnes/nouvelle", NAMES)
    assert made.status_code == 303
    place = made.headers["location"]
    shown = claire.get(place)
    assert shown.status_code == 200
    assert "Rose Garnier" in shown.text
    assert "La fiche est créée" in shown.text
    person = re.fullmatch(r"/personnes/(\w{13})\?fait=creee", place)[1]  # type: ignore[index]
    assert f"/reserver?pour={person}" in shown.text
    assert f"/personnes/{person}/badge" in shown.text
    assert acts_about(nugue, person) == ["people.create", "people.look"]


def test_a_likely_double_is_asked_about_and_nothing_typed_is_lost(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    claire.get("/personnes/nouvelle")
    typed = {"first_name": "moniqe", "last_name": "LEFEVRE", "phone": "01 60 09 79 30"}
    asked = claire.submit("/personnes/nouvelle", typed)
    assert asked.status_code == 200
    assert "Est-ce l’une de ces personnes" in asked.text
    assert f'href="/personnes/{id_of(nugue, "u01")}"' in asked.text
    assert 'value="moniqe"' in asked.text
    assert 'value="01 60 09 79 30"' in asked.text
    made = claire.submit("/personnes/nouvelle", {**typed, "is_new": "1"})
    assert made.status_code == 303
    found = nugue.sign_in(RECEPTION).get("/api/v1/people", params={"q": "lefevre moniqu"}).json()
    assert sorted(one["first_name"] for one in found) == ["Monique"]
    found = nugue.sign_in(RECEPTION).get("/api/v1/people", params={"q": "lefevre mon"}).json()
    assert sorted(one["first_name"] for one in found) == ["Monique", "moniqe"]


def test_doubles_show_while_typing(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    claire.get("/personnes/nouvelle")
    assert claire.submit("/personnes/doublons", {"first_name": "Mo", "last_name": ""}).text.strip() == ""
    answer = claire.submit("/personnes/doublons", {"first_name": "Monique", "last_name": "Lefevr"})
    assert answer.status_code == 200
    assert "Monique Lefèvre" in answer.text


def test_what_cannot_be_kept_comes_back_with_a_word_beside_it(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    claire.get("/personnes/nouvelle")
    wrong = {"first_name": "-", "last_name": "x" * 201, "phone": "12", "email": "a@", "birth_year": "2090"}
    answer = claire.submit("/personnes/nouvelle", wrong)
    assert answer.status_code == 422
    for sentence in ("au moins une lettre", "trop long", "numéro n’est pas complet", "adresse n’est pas complète"):
        assert sentence in answer.text
    assert 'value="2090"' in answer.text
    later = claire.submit("/personnes/nouvelle", {**NAMES, "birth_year": "2090"})
    assert later.status_code == 422
    assert "pas encore là" in later.text


def test_an_address_belongs_to_one_person(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    claire.get("/personnes/nouvelle")
    answer = claire.submit("/personnes/nouvelle", {**NAMES, "email": MEMBER.upper()})
    assert answer.status_code == 422
    assert "déjà celle d’une autre personne" in answer.text
    assert 'value="Rose"' in answer.text


def test_correcting_moves_the_words_and_a_clash_shows_both(nugue: HouseUnderTest) -> None:
    claire, ines = desk(nugue), desk(nugue, "ines@example.org")
    monique = id_of(nugue, "u01")
    pages = [one.get(f"/personnes/{monique}/corriger") for one in (claire, ines)]
    seen = [re.search(r'name="changed_at" value="(\d+)"', page.text)[1] for page in pages]  # type: ignore[index]
    first = {"first_name": "Monique", "last_name": "Garnier", "phone": "06 39 98 05 00", "changed_at": seen[0]}
    assert claire.submit(f"/personnes/{monique}/corriger", first).status_code == 303
    second = {"first_name": "Monica", "last_name": "Lefèvre", "phone": "", "changed_at": seen[1]}
    clash = ines.submit(f"/personnes/{monique}/corriger", second)
    assert clash.status_code == 409
    for text in ("Monica", "Garnier", "06 39 98 05 00"):
        assert text in clash.text
    stored = nugue.read(file, read_id(monique))
    assert (stored.last_name, stored.phone, stored.first_name) == ("Garnier", "+33639980500", "Monique")
    caller = nugue.sign_in(RECEPTION)
    assert caller.get("/api/v1/people", params={"q": "lefevre"}).json() == []
    assert [one["id"] for one in caller.get("/api/v1/people", params={"q": "garn mon"}).json()] == [monique]
    assert acts_about(nugue, monique).count("people.correct") == 1


def test_a_look_is_noted_once_in_ten_minutes(nugue: HouseUnderTest) -> None:
    claire, monique = desk(nugue), id_of(nugue, "u01")
    for _ in range(3):
        assert claire.get(f"/personnes/{monique}").status_code == 200
    assert acts_about(nugue, monique) == ["people.look"]
    nugue.clock.instant += 601
    claire.get(f"/personnes/{monique}")
    assert acts_about(nugue, monique) == ["people.look", "people.look"]


def test_the_desk_reserves_moves_and_cancels_for_somebody(nugue: HouseUnderTest) -> None:
    claire, monique = desk(nugue), id_of(nugue, "u01")
    day = claire.get(f"/reserver?pour={monique}")
    assert "Vous agissez pour Monique Lefèvre" in day.text
    assert f"pour={monique}" in re.findall(r'class="days".*?href="([^"]+)"', day.text, re.S)[0]
    wish = f"/reserver?pour={monique}&date=2026-11-25&resource=visio-1&from=10:00&to=11:00&people=1"
    asked = claire.get(wish)
    assert f'name="pour" value="{monique}"' in asked.text
    fields = {
        "resource": "visio-1",
        "date": "2026-11-25",
        "from": "10:00",
        "to": "11:00",
        "people": "1",
        "pour": monique,
    }
    made = claire.submit("/reservations", fields)
    assert made.headers["location"] == f"/personnes/{monique}?fait=reservee#reservations"
    shown = claire.get(f"/personnes/{monique}")
    assert "faite par Claire Démo-Accueil (accueil)" in shown.text
    which = re.search(r"/accueil/reservations/(\w{13})/deplacer", shown.text)[1]  # type: ignore[index]
    claire.get(f"/accueil/reservations/{which}/deplacer")
    refused = claire.submit(
        f"/accueil/reservations/{which}/deplacer", {"date": "2026-11-25", "from": "11:00", "to": "10:00"}
    )
    assert refused.status_code == 422
    moved = claire.submit(
        f"/accueil/reservations/{which}/deplacer", {"date": "2026-11-25", "from": "14:00", "to": "15:00"}
    )
    assert moved.status_code == 303
    again = claire.get(f"/personnes/{monique}").text
    which = re.search(r"/accueil/reservations/(\w{13})/deplacer", again)[1]  # type: ignore[index]
    gone = claire.submit(f"/accueil/reservations/{which}/annuler", {"pour": monique})
    assert gone.headers["location"] == f"/personnes/{monique}?fait=annulee#reservations"
    acts = [act for act in acts_about(nugue, monique) if act.startswith("reservations.")]
    assert acts == ["reservations.reserve", "reservations.move", "reservations.cancel"]


def test_a_taken_slot_keeps_the_person_in_what_is_proposed(nugue: HouseUnderTest) -> None:
    nugue.sign_in().reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    claire, monique = desk(nugue), id_of(nugue, "u01")
    claire.get(f"/reserver?pour={monique}")
    fields = {
        "resource": "visio-1",
        "date": "2026-11-25",
        "from": "10:00",
        "to": "11:00",
        "people": "1",
        "pour": monique,
    }
    refused = claire.submit("/reservations", fields)
    assert refused.status_code == 409
    assert "Vous agissez pour Monique" in refused.text
    assert re.search(rf'href="/reserver\?resource=[^"]+&amp;pour={monique}"', refused.text)


def test_a_member_acts_for_nobody_else(nugue: HouseUnderTest) -> None:
    sofia, monique = desk(nugue, MEMBER), id_of(nugue, "u01")
    sofia.get("/reserver")
    fields = {
        "resource": "visio-1",
        "date": "2026-11-25",
        "from": "10:00",
        "to": "11:00",
        "people": "1",
        "pour": monique,
    }
    assert sofia.get(f"/reserver?pour={monique}").status_code == 403
    assert sofia.submit("/reservations", fields).status_code == 403
    assert sofia.get(f"/fablab/deposer?pour={monique}").status_code == 403
    assert sofia.get(f"/personnes/{monique}").status_code == 403
    assert nugue.client.get(f"/reserver?pour={monique}", follow_redirects=False).status_code == 303


def test_the_desk_notes_an_arrival_without_card_or_phone(nugue: HouseUnderTest) -> None:
    monique, caller = id_of(nugue, "u01"), nugue.sign_in(RECEPTION)
    made = caller.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T10:00", person=monique).json()["reservations"][0]
    nugue.clock.instant = at("2026-11-24T08:55")
    claire, caller = desk(nugue), nugue.sign_in(RECEPTION)
    assert "Noter son arrivée" in claire.get(f"/personnes/{monique}").text
    assert claire.submit(f"/personnes/{monique}/arrivee", {}).status_code == 303
    assert caller.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "checked_in"
    assert "Dernier passage" in claire.get(f"/personnes/{monique}").text
    assert "access.arrive" in acts_about(nugue, monique)


def test_closing_an_account_ends_everything_at_once(nugue: HouseUnderTest) -> None:
    sofia, claire = nugue.sign_in(), desk(nugue)
    person = id_of(nugue, "u05")
    claire.get(f"/personnes/{person}")
    assert claire.submit(f"/personnes/{person}/fermer", {}).status_code == 303
    assert sofia.get("/api/v1/me").status_code == 401
    closed = claire.get(f"/personnes/{person}")
    assert "Ce compte est fermé" in closed.text
    assert "Réserver pour elle" not in closed.text
    again = claire.submit(f"/personnes/{person}/fermer", {})
    assert again.status_code == 422
    assert claire.submit(f"/personnes/{person}/ouvrir", {}).status_code == 303
    assert sofia.get("/api/v1/me").status_code == 401
    assert nugue.sign_in().get("/api/v1/me").status_code == 200


def test_nobody_closes_their_own_account_nor_the_administrator_s(nugue: HouseUnderTest) -> None:
    claire = desk(nugue)
    own, boss = id_of(nugue, "s1"), id_of(nugue, "s7")
    claire.get(f"/personnes/{own}")
    assert "son propre compte" in claire.submit(f"/personnes/{own}/fermer", {}).text
    assert claire.submit(f"/personnes/{boss}/fermer", {}).status_code == 422


def test_one_s_own_space(nugue: HouseUnderTest) -> None:
    sofia = desk(nugue, MEMBER)
    space = sofia.get("/mon-espace")
    assert space.status_code == 200
    assert "Bonjour Sofia" in space.text
    form = sofia.get("/mon-espace/mes-informations")
    seen = re.search(r'name="changed_at" value="(\d+)"', form.text)[1]  # type: ignore[index]
    wish = {"first_name": "Sofía", "last_name": "Moreau", "phone": "", "email": "x@example.org", "changed_at": seen}
    assert sofia.submit("/mon-espace/mes-informations", wish).status_code == 303
    stored = nugue.read(file, nugue.read(by_key, "u05").id)
    assert (stored.first_name, stored.phone, stored.email) == ("Sofía", None, MEMBER)
    late = sofia.submit("/mon-espace/mes-informations", wish)
    assert late.status_code == 409
