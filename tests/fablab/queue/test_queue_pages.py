"""The staff's pages of the queue, with plain forms and no script."""

from tests.fablab.benches import Box, Fablab
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION


def test_staff_see_what_can_start_now_and_start_it_with_one_tap(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    fablab.box.wake()
    job = fablab.queue()
    lucie = Browser(fablab, FAB_MANAGER)
    shown = lucie.get("/fablab/file").text
    assert "Peut démarrer maintenant" in shown
    assert "Lancer sur Prusa MK4S" in shown
    assert "Le premier arrivé passe le premier." in shown
    sent = lucie.submit("/fablab/file", f"/fablab/travaux/{job['id']}/lancer", {"machine": "p3d-1"})
    assert sent.headers["location"] == "/fablab/machines/p3d-1?fait=sent"
    assert "Lancer sur" not in lucie.get("/fablab/file/etat").text


def test_what_keeps_a_job_from_beginning_is_told(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    Box(fablab.house, "p3d-1").wake()
    fablab.manager.post("/api/v1/fablab/machines/p3d-1/material", {"material": "PLA"})
    fablab.queue(machine="p3d-1", material="TPU")
    shown = Browser(fablab, FAB_MANAGER).get("/fablab/file").text
    assert "est chargée en PLA, ce travail demande TPU" in shown


def test_a_job_is_arranged_on_its_page(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job, other = fablab.queue(quantity=3), fablab.queue()
    lucie, page = Browser(fablab, FAB_MANAGER), f"/fablab/file/{job['id']}"
    assert "En combien de travaux" in lucie.get(page).text
    assert Browser(fablab, MEMBER).get(page).status_code == 403

    def submit(verb: str, **fields: str) -> tuple[int, str]:
        answer = lucie.submit(page, f"/fablab/travaux/{job['id']}/{verb}", fields)
        return answer.status_code, answer.headers.get("location", "") or answer.text

    assert submit("cote", reason="")[0] == 422
    assert submit("cote", reason="On attend la bobine") == (303, f"{page}?fait=held")
    assert "On attend la bobine" in lucie.get("/fablab/file").text
    assert submit("cote", reason="Encore")[0] == 422
    assert submit("reprendre") == (303, f"{page}?fait=released")
    assert submit("partager", parts="9")[0] == 422
    assert 'id="reason-too_few_copies"' in submit("partager", parts="9")[1]
    assert submit("partager", parts="deux")[0] == 422
    assert submit("partager", parts="3") == (303, f"{page}?fait=split")
    assert submit("deplacer", machine="p3d-3") == (303, f"{page}?fait=where")
    assert submit("tour", way="down") == (303, f"{page}?fait=moved")
    assert submit("priorite", why="Atelier de demain") == (303, f"{page}?fait=prioritised")
    assert "Atelier de demain" in lucie.get(page).text
    assert submit("priorite", why="") == (303, f"{page}?fait=deprioritised")
    assert fablab.job(other)["state"] == "queued"


def test_several_jobs_are_ticked_and_done_together(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    first, second = fablab.queue(), fablab.queue()
    lucie = Browser(fablab, FAB_MANAGER)
    both = {f"job-{first['id']}": "1", f"job-{second['id']}": "1"}

    def submit(**fields: str) -> int:
        return lucie.submit("/fablab/file", "/fablab/file/ensemble", fields).status_code

    assert submit(act="hold", reason="Panne") == 422
    assert submit(act="hold", **both) == 422
    assert submit(act="burn", **both) == 422
    assert submit(act="hold", reason="Panne", **both) == 303
    assert {fablab.job(one)["state"] for one in (first, second)} == {"held"}
    assert submit(act="release", **both) == 303
    assert submit(act="cancel", **both) == 303
    assert lucie.submit("/fablab/file", "/fablab/file/ensemble", {"act": "cancel", "job-%%%": "1"}).status_code in (
        404,
        422,
    )


def test_a_rule_is_tried_then_put_in_force(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    fablab.queue()
    lucie, page = Browser(fablab, FAB_MANAGER), "/fablab/regles"
    assert "Règles de la file" in lucie.get(page).text
    wish = {"kind": "printer_3d", "policy": "shortest", "guard_hours": "24", "clear_minutes": "5"}
    trial = lucie.submit(page, f"{page}/essai", wish)
    assert trial.status_code == 200
    assert "Place 1" in trial.text
    assert "J000001" in trial.text
    assert "Le premier arrivé passe le premier." in lucie.get("/fablab/file").text, "nothing changed yet"
    assert lucie.submit(page, f"{page}/essai", {**wish, "policy": "loudest"}).status_code == 422
    assert lucie.get(f"{page}?kind=oven").status_code == 404
    assert lucie.submit(page, page, {**wish, "guard_hours": "0"}).status_code == 422
    assert lucie.submit(page, page, wish).headers["location"] == "/fablab/regles?kind=printer_3d&fait=policy"
    shown = lucie.get("/fablab/file").text.replace("\u00a0", " ")
    assert "Les travaux courts passent d’abord." in shown
    assert "plus de 24 h derrière" in shown
    assert Browser(fablab, RECEPTION).get(page).status_code == 403
