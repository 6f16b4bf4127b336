"""« Imprimez-le pour moi » : from a file to a piece in its person's hands, and what it cost."""

from tests.fablab.benches import Fablab, codes
from tests.fablab.requests.wishes import CUBE_CENTS, accept, kept, letters, make, price, request
from tests.support.clients import MEMBER, OTHER_MEMBER
from tests.support.inside import run_jobs


def test_the_team_makes_it_and_its_person_collects_it(fablab: Fablab) -> None:
    price(fablab)
    job = request(fablab)
    waiting = fablab.manager.get("/api/v1/fablab/requests").json()
    assert [(one["number"], one["why"], one["turn"], one["estimate_cents"]) for one in waiting] == [
        ("J000001", "staff", "staff", CUBE_CENTS)
    ]
    assert accept(fablab, job)["state"] == "queued"
    assert fablab.manager.get("/api/v1/fablab/requests").json() == []

    make(fablab, job)
    assert fablab.job(job)["state"] == "done"
    item = kept(fablab, job)
    assert item is not None
    assert item.state == "waiting"
    assert fablab.manager.put(f"/api/v1/fablab/shelf/{job['id']}", {"shelf": "C9"}).status_code == 422
    assert fablab.manager.post("/api/v1/fablab/shelf/places", {"code": "C9"}).status_code == 204
    assert fablab.manager.put(f"/api/v1/fablab/shelf/{job['id']}", {"shelf": "C9"}).status_code == 204
    run_jobs(fablab.house)
    subjects = {subject for to, subject in letters(fablab) if to == MEMBER}
    assert subjects == {
        "Votre demande J000001 est arrivée",
        "Votre demande J000001 est acceptée",
        "J000001 : la fabrication a commencé",
        "J000001 : votre pièce est prête",
    }

    handed = fablab.manager.post(f"/api/v1/fablab/shelf/{job['id']}/handover", {"to": "person"})
    assert handed.status_code == 204, handed.text
    again = fablab.manager.post(f"/api/v1/fablab/shelf/{job['id']}/handover", {"to": "person"})
    assert codes(again) == {"already_collected"}
    steps = fablab.maker.get(f"/api/v1/fablab/jobs/{job['id']}/steps").json()
    assert [one["kind"] for one in steps] == [
        *("deposited", "asked", "accepted", "started", "ended", "good", "ready", "shelved", "collected"),
    ]


def test_what_it_really_took_is_due_once(fablab: Fablab) -> None:
    price(fablab)
    job = request(fablab, quantity=2)
    accept(fablab, job)
    make(fablab, job)
    make(fablab, job)
    dues = fablab.manager.get("/api/v1/fablab/dues").json()
    real = 1167  # 700 seconds as the machine said, at 60 € an hour
    assert [(one["cents"], one["machine_cents"], one["energy_cents"]) for one in dues] == [(real, real, None)] * 2
    assert fablab.manager.post(f"/api/v1/fablab/dues/{dues[0]['id']}/settlement").status_code == 204
    assert codes(fablab.manager.post(f"/api/v1/fablab/dues/{dues[0]['id']}/settlement")) == {"due_over"}
    waived = fablab.manager.post(f"/api/v1/fablab/dues/{dues[1]['id']}/waiver", {"reason": "Pièce pour l’école"})
    assert waived.status_code == 204
    assert fablab.manager.get("/api/v1/fablab/dues").json() == []


def test_a_failed_attempt_costs_nothing_and_is_told(quick_fablab: Fablab) -> None:
    price(quick_fablab)
    job = request(quick_fablab)
    accept(quick_fablab, job)
    make(quick_fablab, job, "failed")
    run_jobs(quick_fablab.house)
    assert quick_fablab.manager.get("/api/v1/fablab/dues").json() == []
    assert letters(quick_fablab)[-1] == (MEMBER, "J000001 est à refaire")
    assert kept(quick_fablab, job) is None


def test_questions_go_back_and_forth(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    path = f"/api/v1/fablab/requests/{job['id']}"
    asked = quick_fablab.manager.post(f"{path}/question", {"text": "Quelle face doit être lisse ?"})
    assert asked.status_code == 204
    assert quick_fablab.maker.get(path).json()["turn"] == "person"
    assert quick_fablab.maker.post(f"{path}/messages", {"text": "Celle du dessus."}).status_code == 204
    assert quick_fablab.maker.get(path).json()["turn"] == "staff"
    run_jobs(quick_fablab.house)
    assert (MEMBER, "Une question sur J000001") in letters(quick_fablab)
    assert accept(quick_fablab, job, note="Avec plaisir.")["state"] == "queued"
    late = quick_fablab.manager.post(f"{path}/refusal", {"text": "Trop tard"})
    assert codes(late) == {"request_answered"}


def test_a_dearer_change_waits_for_a_yes(fablab: Fablab) -> None:
    price(fablab)
    job = request(fablab)
    offered = accept(fablab, job, material="PETG", quantity=3)
    assert (offered["state"], offered["turn"]) == ("requested", "agreement")
    assert offered["proposed_cents"] > offered["estimate_cents"]
    path = f"/api/v1/fablab/requests/{job['id']}"
    assert codes(fablab.manager.post(f"{path}/question", {"text": "Alors ?"})) == {"agreement_awaited"}
    assert fablab.maker.post(f"{path}/agreement").status_code == 204
    assert codes(fablab.maker.post(f"{path}/agreement")) == {"request_answered"}
    taken = fablab.job(job)
    assert (taken["state"], taken["material"]) == ("queued", "PETG")
    run_jobs(fablab.house)
    assert (MEMBER, "J000001 : votre accord est attendu") in letters(fablab)


def test_a_person_may_correct_or_withdraw_until_it_is_answered(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    path = f"/api/v1/fablab/requests/{job['id']}"
    corrected = quick_fablab.maker.post(f"{path}/corrections", {"material": "PETG", "quantity": 2})
    assert corrected.status_code == 204, corrected.text
    found = quick_fablab.maker.get(path).json()
    assert (found["material"], found["quantity"]) == ("PETG", 2)
    assert quick_fablab.maker.post(f"{path}/withdrawal").status_code == 204
    assert quick_fablab.job(job)["state"] == "cancelled"
    assert codes(quick_fablab.maker.post(f"{path}/corrections", {})) == {"request_answered"}


def test_strangers_are_refused_everywhere(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    other = quick_fablab.house.sign_in(OTHER_MEMBER)
    path = f"/api/v1/fablab/requests/{job['id']}"
    assert other.get(path).status_code == 404
    assert other.get(f"/api/v1/fablab/jobs/{job['id']}/steps").status_code == 404
    for verb, body in (
        *(("corrections", {}), ("withdrawal", None), ("agreement", None)),
        ("messages", {"text": "Bonjour"}),
    ):
        assert other.post(f"{path}/{verb}", body).status_code == 404, verb
    for verb in ("acceptance", "question", "refusal"):
        assert other.post(f"{path}/{verb}", {"text": "Non"}).status_code == 403, verb
    assert other.get("/api/v1/fablab/requests").status_code == 403
    assert other.post(f"/api/v1/fablab/shelf/{job['id']}/handover", {"to": "person"}).status_code == 403
    for page in ("", "/corriger", "/bon.pdf", "/photo.webp"):
        assert other.get(f"/mes-fabrications/J000001{page}").status_code == 404, page
    assert quick_fablab.job(job)["state"] == "requested"
