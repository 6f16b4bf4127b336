"""Whose requests: a child's guardian, a file that staff prepare, somebody who leaves, papers and SMS without names."""

from pathlib import Path

from tests.fablab.benches import CUBE, Fablab, codes
from tests.fablab.requests.wishes import accept, letters, make, request
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER
from tests.support.inside import read, run_jobs, write
from tierslieu import demo
from tierslieu.basics.ids import read as number_of
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests.letters import BODIES, SHORTS, SUBJECTS
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.actions import Bond, link
from tierslieu.people.rights.actions import erase

WEDGE = Path(demo.__file__).parent / "samples" / "cale.stl"
PREPARED = "/api/v1/fablab/requests/{}/file"


def test_a_model_waits_until_staff_prepared_its_file(fablab: Fablab) -> None:
    file = fablab.upload(path=WEDGE).json()["id"]
    wish = {"file": file, "material": "PLA", "service": "self"}
    job = fablab.maker.post("/api/v1/fablab/jobs", wish).json()
    assert (job["state"], job["file_name"]) == ("requested", "cale.stl")
    path = f"/api/v1/fablab/requests/{job['id']}"
    assert codes(fablab.manager.post(f"{path}/acceptance", {})) == {"not_prepared"}
    files = {"file": ("cale.gcode", CUBE.read_bytes(), "application/octet-stream")}
    sent = fablab.house.client.post(f"{path}/file", files=files, headers=fablab.manager.headers)
    assert sent.status_code == 204, sent.text
    assert accept(fablab, job)["file_name"] == "cale.gcode"
    fablab.house.clock.instant += 3 * 86_400
    run_jobs(fablab.house)
    original = read(fablab.house, queries.original_of, number_of(job["id"]))
    assert original is not None
    kept = read(fablab.house, fablab_queries.file, original)
    assert (kept.name, kept.person_id) == ("cale.stl", read(fablab.house, fablab_queries.job, kept_id(job)).person_id)
    assert fablab.house.house.files.path(kept.sha256).is_file()


def kept_id(job: dict[str, str]) -> int:
    return number_of(job["id"])


def test_a_drawing_is_not_for_a_printer(quick_fablab: Fablab) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm"><path d="M0 0L40 20"/></svg>'
    file = quick_fablab.send(quick_fablab.maker, drawing, "plaque.svg").json()["id"]
    refused = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file})
    assert codes(refused) == {"format_not_for_kind"}
    taken = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file, "kind": "laser_cutter", "service": "staff"})
    assert taken.status_code == 201, taken.text
    assert taken.json()["state"] == "requested"


def test_a_guardian_follows_what_a_child_asked_for(quick_fablab: Fablab) -> None:
    house = quick_fablab.house
    child, parent = read(house, by_key, "u05"), read(house, by_key, "u18")
    assert child is not None
    assert parent is not None
    known = {MEMBER: child}
    assert known[MEMBER].email == MEMBER
    request(quick_fablab)
    browser = Browser(quick_fablab, str(parent.email))
    assert browser.get("/mes-fabrications/J000001").status_code == 404
    write(house, link, Bond(child.id, parent.id, "carer", may_act=True))
    assert "J000001, cube.gcode" in browser.get("/mes-fabrications").text
    own = browser.get("/mes-fabrications/J000001").text
    assert "Ce travail est celui de Sofia Moreau" in own
    assert browser.submit("/mes-fabrications/J000001", "/mes-fabrications/J000001/retirer", {}).status_code == 303
    assert "Annulé" in browser.get("/mes-fabrications/J000001").text


def test_a_job_that_staff_look_at_is_taken_back_like_any_other(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    assert quick_fablab.maker.delete(f"/api/v1/fablab/jobs/{job['id']}").status_code == 204
    assert quick_fablab.job(job)["state"] == "cancelled"
    assert quick_fablab.manager.get("/api/v1/fablab/requests").json() == []


def test_who_is_erased_leaves_no_request_and_no_word(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    path = f"/api/v1/fablab/requests/{job['id']}"
    quick_fablab.manager.post(f"{path}/question", {"text": "Pour Sofia, en bleu ?"})
    one = read(quick_fablab.house, fablab_queries.job, number_of(job["id"]))
    write(quick_fablab.house, erase, quick_fablab.house.house.personal, one.person_id)
    quick_fablab.house.run_jobs()
    assert quick_fablab.manager.get("/api/v1/fablab/requests").json() == []
    assert {said.text for said in read(quick_fablab.house, queries.talk, one.id)} == {""}
    assert read(quick_fablab.house, fablab_queries.job, one.id).state == "cancelled"


def test_staff_ask_for_somebody_without_an_address(quick_fablab: Fablab) -> None:
    house = quick_fablab.house
    person = read(house, by_key, "u03")
    assert person is not None
    lucie = Browser(quick_fablab, FAB_MANAGER)
    page = f"/fablab/deposer?pour={show(person.id)}"
    with CUBE.open("rb") as stream:
        sent = lucie.submit(page, "/fablab/deposer", {"pour": show(person.id)}, files={"file": ("cube.gcode", stream)})
    confirm = str(sent.headers["location"])
    choices = {"where": "printer_3d:", "material": "PLA", "quantity": "1", "service": "staff"}
    assert lucie.submit(confirm, confirm, choices).headers["location"].startswith("/personnes/")
    slip = lucie.get("/mes-fabrications/J000001/bon.pdf")
    assert slip.headers["content-type"] == "application/pdf"
    assert slip.content.startswith(b"%PDF")


def test_subjects_and_short_messages_name_nobody() -> None:
    for text in (*SUBJECTS.values(), *SHORTS.values()):
        assert "{name}" not in text
        assert "{file}" not in text
        assert "{number}" in text
    assert set(SUBJECTS) == set(SHORTS) == set(BODIES)


def test_what_was_said_of_the_price_holds_at_the_end(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    accept(quick_fablab, job)
    make(quick_fablab, job)
    run_jobs(quick_fablab.house)
    assert [subject for _to, subject in letters(quick_fablab)].count("J000001 : la fabrication a commencé") == 1
