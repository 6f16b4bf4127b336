"""A maker learns the laser: what the machine's page says, a training, the grant, the reservation, the withdrawal."""

import re
from typing import Any

import httpx

from tests.people.qualifications.workshop import add_skill, do, newcomer, person, skill, token
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.actor import Actor
from tierslieu.people.audit.queries import about_person
from tierslieu.people.qualifications import actions, queries, training

LASER = "/fablab/machines/laser-1"
SESSION = re.compile(r"/habilitations/seances/([0-9A-Z]{13})")


def letters_of(house: HouseUnderTest) -> list[Any]:
    """The letters that left."""
    mail: Any = house.house.mail
    found: list[Any] = mail.letters
    return found


def browser(house: HouseUnderTest, email: str) -> Browser:
    found = Browser(house)
    assert found.sign_in(email).status_code == 303
    return found


def plan(
    house: HouseUnderTest, lucie: Browser, day: str = "2026-12-01", key: str = "decoupe-laser", **more: str
) -> str:
    """A session, for the laser unless another qualification is named; its id."""
    lucie.get("/habilitations/seances")
    facts = {"date": day, "start": "18:00", "minutes": "120", "place": "Atelier", "capacity": "2"}
    facts["qualification"] = token(skill(house, key).id)
    answer = lucie.submit("/habilitations/seances", {**facts, **more})
    assert answer.status_code == 303, answer.text
    found = SESSION.search(answer.headers["location"])
    assert found is not None
    return found[1]


def test_from_the_machine_page_to_working_alone(nugue: HouseUnderTest) -> None:
    thomas, lucie = browser(nugue, OTHER_MEMBER), browser(nugue, FAB_MANAGER)
    session = plan(nugue, lucie)
    write(nugue, _know_birth_year, person(nugue, "u06"), 1985)

    page = thomas.get(LASER).text
    assert "Vous n’avez pas encore l’habilitation «\u00a0Découpe laser\u00a0»" in page
    assert f"/habilitations/seances/{session}" in page

    answer = thomas.submit(f"/habilitations/seances/{session}/inscription", {})
    assert answer.status_code == 303
    assert "Vous êtes inscrit ou inscrite" in thomas.get(LASER).text
    run_jobs(nugue)
    assert any("Découpe laser" in letter.subject for letter in letters_of(nugue))

    refused = thomas_reserves(nugue)
    assert refused.status_code == 422
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["qualification_missing"]
    assert refused.json()["reasons"][0]["remedies"][0]["href"].startswith("/habilitations/seances")

    nugue.is_at("2026-12-01T20:30")
    lucie = browser(nugue, FAB_MANAGER)
    thomas_id = token(person(nugue, "u06"))
    lucie.get(f"/habilitations/seances/{session}")
    fields = {f"present_{thomas_id}": "1", "level": "autonomous"}
    preview = lucie.submit(f"/habilitations/seances/{session}/apercu", fields)
    assert "Peut la recevoir" in preview.text
    assert queries_of(nugue, "u06") == []
    assert lucie.submit(f"/habilitations/seances/{session}/habilitations", fields).status_code == 303
    (one,) = queries_of(nugue, "u06")
    assert (one.level, one.session_id is not None, one.note) == ("autonomous", True, "after_training")
    assert one.valid_until == at("2027-12-02T00:00")

    thomas = browser(nugue, OTHER_MEMBER)
    assert "seul ou seule jusqu’au mardi 1er juin 2027" in thomas.get(LASER).text, "six months without use end it"
    assert thomas_reserves(nugue, "2026-12-04").status_code == 201
    acts = [entry.act for entry in read(nugue, about_person, person(nugue, "u06"))]
    assert "qualifications.grant" in acts

    lucie.get(f"/habilitations/donner/{thomas_id}")
    gone = lucie.submit(f"/habilitations/retirer/{token(one.id)}", {"reason": "unsafe"})
    assert gone.status_code == 303
    assert thomas_reserves(nugue, "2026-12-11").status_code == 422
    again = lucie.submit(f"/habilitations/retirer/{token(one.id)}", {"reason": "unsafe"})
    assert again.status_code == 422


def _know_birth_year(tx: object, person_id: int, year: int) -> None:
    from sqlalchemy import bindparam, update

    from tierslieu.infra.statements import Query, columns, table_of
    from tierslieu.people.persons.tables import Person

    p = columns(Person)
    query: Query[object] = Query(
        update(table_of(Person)).where(p.id == bindparam("which")).values(birth_year=bindparam("year"))
    )
    tx.run(query, which=person_id, year=year)  # type: ignore[attr-defined]


def thomas_reserves(house: HouseUnderTest, day: str = "2026-11-27") -> httpx.Response:
    return house.sign_in(OTHER_MEMBER).reserve("laser-1", f"{day}T14:00", f"{day}T15:00")


def queries_of(house: HouseUnderTest, key: str) -> list[queries.GrantLine]:
    return read(house, queries.grants_of, person(house, key))


def test_the_desk_gives_withdraws_and_sees_the_board(nugue: HouseUnderTest) -> None:
    lucie, who = browser(nugue, FAB_MANAGER), newcomer(nugue)
    form = lucie.get(f"/habilitations/donner/{token(who)}")
    assert "Nour Essai" in form.text
    wanted = token(skill(nugue, "impression-3d").id)
    fields = {"qualification": wanted, "level": "accompanied", "note": "observed", f"seen_{wanted}": ""}
    assert lucie.submit(f"/habilitations/donner/{token(who)}", fields).status_code == 303
    stale = lucie.submit(f"/habilitations/donner/{token(who)}", {**fields, "level": "autonomous"})
    assert stale.status_code == 422
    assert "Quelqu’un vient de changer" in stale.text
    assert 'value="autonomous" selected' in stale.text, "what was chosen stays"
    board = lucie.get("/habilitations?qualification=impression-3d&niveau=accompanied").text
    assert "Nour Essai" in board
    assert "Nour Essai" not in lucie.get("/habilitations?niveau=autonomous").text
    assert "Nour Essai" not in lucie.get("/habilitations?etat=expired").text
    nugue.is_at("2029-01-01T09:00")
    assert "Nour Essai" in browser(nugue, RECEPTION).get("/habilitations?etat=expired").text


def test_printing_is_for_everyone_and_the_page_says_what_is_missing(quick_nugue: HouseUnderTest) -> None:
    thomas = browser(quick_nugue, OTHER_MEMBER)
    assert "Vous n’avez pas encore l’habilitation" in thomas.get("/fablab/machines/p3d-1").text
    assert "Puis-je l’utiliser" not in thomas.get("/fablab/machines/scan-1").text
    stranger = Browser(quick_nugue).get(LASER).text
    assert "Se connecter pour savoir" in stranger
    assert "Inscrire" not in stranger


def test_the_own_space_and_the_desk_show_the_same_part(quick_nugue: HouseUnderTest) -> None:
    from tierslieu.people.qualifications.granting import read_part

    words = quick_nugue.client.app.state.words["fr"]
    part = read(quick_nugue, read_part, words, person(quick_nugue, "u05"))
    assert {line.qualification for line in part.current} == {"Impression 3D", "Découpe laser"}
    assert all(line.missing == [] for line in part.current)
    assert part.offered


def test_the_catalogue_is_edited(nugue: HouseUnderTest) -> None:
    lucie = browser(nugue, FAB_MANAGER)
    lucie.get("/habilitations/catalogue/nouvelle")
    new = {
        "key": "tour-bois",
        "name": "Tour à bois",
        "training_minutes": "90",
        "valid_months": "12",
        "min_age": "16",
        "level_autonomous": "1",
        "level_trainer": "1",
        "need_electronique": "discovery",
        "is_active": "1",
    }
    assert lucie.submit("/habilitations/catalogue/nouvelle", new).status_code == 303
    made = skill(nugue, "tour-bois")
    assert (made.levels, made.min_age, made.is_enforced) == (("autonomous", "trainer"), 16, False)
    assert [need.key for need in made.needs] == ["electronique"]
    wrong = lucie.submit("/habilitations/catalogue/nouvelle", {**new, "key": "Tour à bois", "min_age": "0"})
    assert wrong.status_code == 422
    assert 'value="Tour à bois"' in wrong.text
    assert 'id="min_age-error"' in wrong.text
    taken = lucie.submit("/habilitations/catalogue/nouvelle", new)
    assert "est déjà pris" in taken.text
    circle = lucie.submit(
        f"/habilitations/catalogue/{token(skill(nugue, 'electronique').id)}",
        {"key": "electronique", "name": "Électronique", "level_autonomous": "1", "need_tour-bois": "autonomous"},
    )
    assert circle.status_code == 422
    assert "se demanderait elle-même" in circle.text
    assert skill(nugue, "electronique").needs == ()
    assert lucie.submit(f"/habilitations/catalogue/{token(made.id)}", {**new, "valid_months": ""}).status_code == 303
    assert skill(nugue, "tour-bois").valid_months is None


def test_a_session_is_full_left_and_cancelled(nugue: HouseUnderTest) -> None:
    lucie, thomas = browser(nugue, FAB_MANAGER), browser(nugue, OTHER_MEMBER)
    add_skill(nugue, "tour")
    first, second = plan(nugue, lucie, key="tour", capacity="1"), plan(nugue, lucie, "2026-12-08", "tour")
    do(nugue, _desk(), training.enrol, _number(first), newcomer(nugue))
    thomas.get("/habilitations/seances")
    full = thomas.submit(f"/habilitations/seances/{first}/inscription", {})
    assert full.status_code == 422
    assert "Prochaine séance" in full.text
    assert second in full.text
    assert thomas.submit(f"/habilitations/seances/{second}/inscription", {}).status_code == 303
    assert thomas.submit(f"/habilitations/seances/{second}/inscription", {}).status_code == 422
    assert thomas.submit(f"/habilitations/seances/{second}/desinscription", {}).status_code == 303
    assert thomas.submit(f"/habilitations/seances/{second}/desinscription", {}).status_code == 422
    assert thomas.submit(f"/habilitations/seances/{second}/inscription", {}).status_code == 303
    run_jobs(nugue)
    letters_of(nugue).clear()
    lucie.get("/habilitations/seances")
    assert lucie.submit(f"/habilitations/seances/{second}/annuler", {}).status_code == 303
    run_jobs(nugue)
    assert [letter.to for letter in letters_of(nugue)] == [OTHER_MEMBER]
    assert "Annulée" in thomas.get(f"/habilitations/seances/{second}").text


def _number(text: str) -> int:
    from tierslieu.basics.ids import read as read_id

    return read_id(text)


def _desk() -> Actor:
    return Actor(1, permissions=frozenset({actions.SEE_ALL}))


def test_staff_may_give_the_laser_to_somebody_they_stay_with(nugue: HouseUnderTest) -> None:
    who, claire = newcomer(nugue), nugue.sign_in(RECEPTION)
    span = ("2026-11-26T17:00", "2026-11-26T18:00")
    refused = claire.reserve("laser-1", *span, person=token(who))
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["qualification_missing"]
    assert claire.reserve("laser-1", *span, person=token(who), exception="because").status_code == 400
    assert claire.reserve("laser-1", *span, person=token(who), exception="beside").status_code == 201
    noted = next(e for e in read(nugue, about_person, who) if e.act == "qualifications.exception")
    assert '"reason":"beside"' in noted.facts
    thomas = nugue.sign_in(OTHER_MEMBER)
    own = thomas.reserve("laser-1", "2026-11-27T14:00", "2026-11-27T15:00", exception="other")
    assert own.status_code == 422, "nobody passes over their own missing qualification"

    desk = browser(nugue, RECEPTION)
    wish = f"/reserver?pour={token(who)}&resource=laser-1&date=2026-11-28&from=10:00&to=11:00"
    page = desk.get(wish)
    assert "Réserver quand même" in page.text
    fields = {"resource": "laser-1", "date": "2026-11-28", "from": "10:00", "to": "11:00", "people": "1"}
    made = desk.submit("/reservations", {**fields, "pour": token(who), "exception": "training"})
    assert made.status_code == 303, made.text
