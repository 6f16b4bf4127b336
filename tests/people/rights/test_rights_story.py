"""A person and their data: read it, take it away, leave."""

import io
import re

import pypdfium2
import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs
from tierslieu.basics.ids import read as read_id
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.queries import about_person, broken_at
from tierslieu.people.persons.queries import known_among
from tierslieu.people.signin.queries import account
from tierslieu.reservations.queries import mine
from tierslieu.reservations.schemas import ReservationView


def id_of(house: HouseUnderTest, email: str = MEMBER) -> int:
    found = read(house, account, email)
    assert found is not None
    return found.id


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(page.get_textpage().get_text_range() for page in document)


def name_of(house: HouseUnderTest, person_id: int) -> str:
    (one,) = read(house, known_among, [person_id])
    return f"{one.first_name} {one.last_name}"


def test_everything_held_can_be_taken_away(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    sofia.reserve("visio-1", "2026-11-24T14:00", "2026-11-24T15:00", people=3)
    sofia.reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00", people=2)
    page = sofia.get("/mon-espace/mes-donnees")
    assert page.status_code == 200
    assert "Réservations" in page.text

    answer = sofia.get("/mon-espace/mes-donnees/json")
    assert answer.headers["content-disposition"] == 'attachment; filename="donnees.json"'
    assert answer.headers["cache-control"] == "no-store"
    content = answer.json()
    assert (content["person"]["first_name"], content["person"]["email"]) == ("Sofia", MEMBER)
    (bookings,) = [part for part in content["parts"] if part["table"] == "reservation"]
    assert [row["people"] for row in bookings["rows"]] == [3, 2]
    assert bookings["rows"][0]["starts_at"] == "2026-11-24T14:00:00+01:00"
    assert "visio" in bookings["rows"][0]["resource_id.name"].lower()

    paper = sofia.get("/mon-espace/mes-donnees/pdf")
    assert paper.content.startswith(b"%PDF")
    said = words_of(paper.content)
    assert "Sofia" in said
    assert "24 novembre 2026" in said


def test_nothing_of_others_is_in_it(nugue: HouseUnderTest) -> None:
    thomas = nugue.sign_in(OTHER_MEMBER)
    thomas.reserve("visio-1", "2026-11-24T14:00", "2026-11-24T15:00", people=3)
    text = nugue.sign_in().get("/mon-espace/mes-donnees/json").text
    assert "Thomas" not in text
    assert OTHER_MEMBER not in text


def test_no_secret_is_in_it(nugue: HouseUnderTest) -> None:
    text = nugue.sign_in(ADMINISTRATOR).get("/mon-espace/mes-donnees/json").text
    assert not re.search(r"[0-9a-f]{64}|argon2|secret|hash", text)


def test_unknown_kinds_of_file_and_strangers_are_refused(quick_nugue: HouseUnderTest) -> None:
    assert quick_nugue.sign_in().get("/mon-espace/mes-donnees/xml").status_code == 404
    answer = quick_nugue.stranger.get("/mon-espace/mes-donnees/json", follow_redirects=False)
    assert answer.status_code in (303, 401)


def test_the_desk_hands_data_over_and_the_person_sees_that_it_did(nugue: HouseUnderTest) -> None:
    sofia, claire = nugue.sign_in(), nugue.sign_in(RECEPTION)
    who = id_of(nugue)
    page = claire.get("/api/v1/people?q=moreau").json()[0]["id"]
    assert read_id(page) == who
    assert claire.get(f"/personnes/{page}/donnees/pdf").content.startswith(b"%PDF")
    assert sofia.get(f"/personnes/{page}/donnees/pdf").status_code == 403
    assert "people.hand_over_data" in [one.act for one in read(nugue, about_person, who)]
    assert "remis ses données" in sofia.get("/mon-espace/mes-donnees").text
    assert "Claire" not in sofia.get("/mon-espace/mes-donnees").text


def test_leaving_takes_the_names_and_leaves_the_figures(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    past = sofia.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T10:00").json()
    sofia.reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00")
    nugue.is_at("2026-11-24T11:00")
    who = id_of(nugue)
    assert past

    browser = Browser(nugue)
    browser.sign_in()
    assert browser.get("/mon-espace/effacer").status_code == 200
    refused = browser.submit("/mon-espace/effacer", {})
    assert refused.status_code == 422
    assert name_of(nugue, who) == "Sofia Moreau"
    assert browser.submit("/mon-espace/effacer", {"sure": "1"}).status_code == 303
    run_jobs(nugue)

    assert name_of(nugue, who) == "— —"
    assert read(nugue, account, MEMBER) is None
    assert browser.get("/mes-reservations").status_code in (303, 401)
    states = [one.state for one in [*read(nugue, mine, who), *past_of(nugue, who)]]
    assert states.count("cancelled") == 1
    assert len(states) == 2
    free = nugue.sign_in(OTHER_MEMBER).reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00")
    assert free.status_code == 201, free.text
    assert read(nugue, broken_at) is None


def past_of(house: HouseUnderTest, who: int) -> list[ReservationView]:
    def past(reader: Reader) -> list[ReservationView]:
        return list(mine(reader, who, is_past=True))

    return read(house, past)


def test_no_name_is_left_anywhere_in_the_database(nugue: HouseUnderTest) -> None:
    """Every text of every table is read: the names and addresses of the erased person are in none."""
    ines, sofia = Browser(nugue), nugue.sign_in()
    sofia.reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00")
    run_jobs(nugue)
    ines.sign_in(ADMINISTRATOR)
    shown = nugue.sign_in(ADMINISTRATOR).get("/api/v1/people?q=moreau").json()[0]["id"]
    assert ines.get(f"/personnes/{shown}/effacer").status_code == 200
    assert ines.submit(f"/personnes/{shown}/effacer", {"sure": "1"}).status_code == 303
    run_jobs(nugue)
    assert [line for line in texts_of(nugue) if "moreau" in line.lower() or MEMBER in line] == []


def texts_of(house: HouseUnderTest) -> list[str]:
    """Every text of the database, with the table it lies in."""

    def all_texts(reader: Reader) -> list[str]:
        found = []
        for table in SQLModel.metadata.sorted_tables:
            everything: Query[tuple[object, ...]] = Query(select(*table.c))
            for row in reader.rows(everything):
                found += [f"{table.name}: {value}" for value in row if isinstance(value, str)]
        return found

    return read(house, all_texts)


def test_staff_cannot_vanish_while_they_hold_a_role(nugue: HouseUnderTest) -> None:
    browser = Browser(nugue)
    browser.sign_in(ADMINISTRATOR)
    browser.get("/mon-espace/effacer")
    answer = browser.submit("/mon-espace/effacer", {"sure": "1"})
    assert answer.status_code == 409
    assert read(nugue, account, ADMINISTRATOR) is not None


def test_an_erased_file_cannot_be_erased_again(nugue: HouseUnderTest) -> None:
    ines = Browser(nugue)
    ines.sign_in(ADMINISTRATOR)
    shown = nugue.sign_in(ADMINISTRATOR).get("/api/v1/people?q=moreau").json()[0]["id"]
    ines.get(f"/personnes/{shown}/effacer")
    assert ines.submit(f"/personnes/{shown}/effacer", {"sure": "1"}).status_code == 303
    assert ines.submit(f"/personnes/{shown}/effacer", {"sure": "1"}).status_code == 404


def test_only_administrators_erase_and_read_the_log(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    shown = claire.get("/api/v1/people?q=moreau").json()[0]["id"]
    assert claire.get(f"/personnes/{shown}/effacer").status_code == 403
    assert claire.get("/journal").status_code == 403
    assert claire.get("/conservation").status_code == 403
    ines = quick_nugue.sign_in(ADMINISTRATOR)
    assert ines.get("/journal").status_code == 200
    assert ines.get(f"/journal?person={shown}").status_code == 200
    assert ines.get("/journal?person=nonsense").status_code == 422
    assert ines.get("/conservation").status_code == 200


def test_the_log_can_be_verified_from_its_page(nugue: HouseUnderTest) -> None:
    ines = Browser(nugue)
    ines.sign_in(ADMINISTRATOR)
    ines.get("/journal")
    answer = ines.submit("/journal/verifier", {})
    assert answer.status_code == 200
    assert "Le journal est entier" in answer.text


@pytest.mark.parametrize("path", ["/mon-espace/mes-donnees", "/conservation", "/journal"])
def test_pages_name_their_language(quick_nugue: HouseUnderTest, path: str) -> None:
    answer = quick_nugue.sign_in(ADMINISTRATOR).get(path, headers={"accept-language": "fr"})
    assert '<html lang="fr"' in answer.text
