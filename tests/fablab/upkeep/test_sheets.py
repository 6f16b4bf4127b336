"""Safety sheets: read and accepted before the first use, anew after each change, by a parent for a child."""

from tests.fablab.benches import Fablab, codes
from tests.fablab.upkeep.test_incidents import why_not
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER
from tests.support.inside import read
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import show
from tierslieu.fablab.upkeep import sheets
from tierslieu.people.persons.queries import by_key

KARINE = "karine.martin@example.org"
PATH = "/fablab/machines/brodeuse-1/fiche"
ACCEPTANCES = "/api/v1/fablab/machines/brodeuse-1/sheet/acceptances"


def test_a_sheet_is_read_accepted_and_accepted_anew_when_it_changes(fablab: Fablab) -> None:
    assert why_not(fablab, "brodeuse-1") == ["sheet_not_accepted"]
    sofia = Browser(fablab.house)
    sofia.sign_in(MEMBER)
    assert "J’ai lu et j’accepte" in sofia.get(PATH).text
    for _time in range(2):
        assert sofia.submit(PATH, {"version": "1"}).status_code == 303
    assert "Vous avez accepté cette fiche" in sofia.get(PATH).text
    assert why_not(fablab, "brodeuse-1") == []

    desk = Browser(fablab.house)
    desk.sign_in(FAB_MANAGER)
    form = desk.get(f"{PATH}/modifier").text
    assert "Gardez les doigts loin" in form
    assert desk.submit(f"{PATH}/modifier", {"text": "court"}).status_code == 422
    fields = {"text": "Débranchez avant de changer l’aiguille.", "signs": "Cheveux attachés\nLunettes"}
    assert desk.submit(f"{PATH}/modifier", fields).status_code == 303
    assert fablab.maker.get("/api/v1/fablab/machines/brodeuse-1/sheet").json() == {
        "machine": "brodeuse-1",
        "version": 2,
        "text": "Débranchez avant de changer l’aiguille.",
        "signs": ["Cheveux attachés", "Lunettes"],
        "is_accepted": False,
    }
    assert why_not(fablab, "brodeuse-1") == ["sheet_not_accepted"]
    late = sofia.submit(PATH, {"version": "1"})
    assert (late.status_code, "a changé" in late.text) == (422, True)


def test_a_parent_accepts_for_a_child_and_staff_note_a_paper(quick_fablab: Fablab) -> None:
    hugo = read(quick_fablab.house, lambda reader: by_key(reader, "u08"))
    assert hugo is not None
    person = show(hugo.id)
    assert quick_fablab.maker.post(ACCEPTANCES, {"version": 1, "person": person}).status_code == 403
    karine = Browser(quick_fablab.house)
    karine.sign_in(KARINE)
    assert "Noter que Hugo" in karine.get(f"{PATH}?pour={person}").text
    assert karine.submit(PATH, {"version": "1", "pour": person}).status_code == 303
    desk = Browser(quick_fablab.house)
    desk.sign_in(FAB_MANAGER)
    shown = desk.get(f"/personnes/{person}").text
    assert f'href="{PATH}?pour={person}"' in shown
    assert "Fiches de sécurité" in karine.get("/mon-espace").text
    assert why_not(quick_fablab, "brodeuse-1", "u08") == []
    thomas = read(quick_fablab.house, lambda reader: by_key(reader, "u09"))
    assert thomas is not None
    paper = quick_fablab.manager.post(ACCEPTANCES, {"version": 1, "person": show(thomas.id)})
    assert paper.status_code == 204, paper.text
    assert why_not(quick_fablab, "brodeuse-1", "u09") == []


def test_the_word_of_a_minor_is_not_enough(quick_fablab: Fablab) -> None:
    hugo = read(quick_fablab.house, lambda reader: by_key(reader, "u08"))
    assert hugo is not None

    async def try_it() -> str:
        try:
            await quick_fablab.house.house.db.write(
                sheets.accept, "brodeuse-1", 1, hugo.id, by=Actor(person_id=hugo.id)
            )
        except Refused as error:
            return error.reasons[0].code
        return ""

    assert quick_fablab.house.client.blocking_portal.call(try_it) == "guardian_accepts_sheet"


def test_a_machine_without_a_sheet_asks_nothing(quick_fablab: Fablab) -> None:
    assert why_not(quick_fablab, "p3d-1") == []
    assert "pas de fiche" in quick_fablab.house.stranger.get("/fablab/machines/p3d-1/fiche").text
    refused = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/sheet/acceptances", {"version": 1})
    assert refused.status_code == 404
    wrong = quick_fablab.maker.post(ACCEPTANCES, {"version": 9})
    assert codes(wrong) == {"sheet_changed"}
