"""The pages: what makers, staff and strangers see, with plain forms and no script."""

import re

import httpx

from devices.wire import Fault, MachineState
from tests.fablab.benches import CUBE, Fablab
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER
from tierslieu.demo.people import PASSWORD

S = MachineState


class Browser:
    """Cookies, forms and redirects of one person, as a browser without script."""

    def __init__(self, fablab: Fablab, email: str = "") -> None:
        self._client, self._cookies = fablab.house.client, httpx.Cookies()
        if email:
            self.submit("/connexion", "/connexion", {"email": email, "password": PASSWORD, "next": "/"})
            code = fablab.house.code_of(email)
            if code:
                self.submit("/connexion/second-facteur", "/connexion/second-facteur", {"code": code, "next": "/"})

    def get(self, path: str) -> httpx.Response:
        return self._send("GET", path)

    def submit(self, page: str, path: str, fields: dict[str, str], **more: object) -> httpx.Response:
        token = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get(page).text)
        assert token is not None, page
        return self._send("POST", path, data={**fields, "_csrf": token[1]}, **more)

    def _send(self, method: str, path: str, **more: object) -> httpx.Response:
        self._client.cookies = self._cookies
        answer = self._client.request(method, path, follow_redirects=False, **more)  # type: ignore[arg-type]
        self._cookies.update(answer.cookies)
        self._client.cookies = httpx.Cookies()
        return answer


def upload(browser: Browser) -> str:
    with CUBE.open("rb") as stream:
        answer = browser.submit("/fablab/deposer", "/fablab/deposer", {}, files={"file": ("cube.gcode", stream)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_maker_brings_a_file_and_staff_make_it(fablab: Fablab) -> None:
    fablab.box.wake()
    sofia, lucie = Browser(fablab, MEMBER), Browser(fablab, FAB_MANAGER)
    confirm = upload(sofia)
    shown = sofia.get(confirm).text
    assert "1\u00a0min" in shown
    assert "0,1\u00a0g" in shown
    assert "PrusaSlicer 2.8.1" in shown
    image = re.search(r'src="(/fablab/fichiers/[^"]+)"', shown)
    assert image is not None
    assert sofia.get(image[1]).content.startswith(b"\x89PNG")

    answer = sofia.submit(confirm, confirm, {"where": "printer_3d:", "material": "PLA", "quantity": "1"})
    assert answer.headers["location"] == "/fablab?fait=queued"
    assert "J000001, cube.gcode" in sofia.get("/fablab").text

    queue = lucie.get("/fablab/file").text
    assert "Sofia M." in queue
    action = re.search(r'action="(/fablab/travaux/[^"]+/lancer)"', queue)
    assert action is not None
    sent = lucie.submit("/fablab/file", action[1], {"machine": "p3d-1"})
    assert sent.headers["location"] == "/fablab/machines/p3d-1?fait=sent"
    fablab.house.run_jobs()
    fablab.box.started("J000001")
    fablab.box.show(S.RUNNING, "J000001", percent=40.0)
    page = lucie.get("/fablab/machines/p3d-1").text
    assert "En marche" in page
    assert "10\u00a0min" in page
    fablab.box.ended("J000001")
    fablab.box.show(S.ENDED, "J000001")
    assert "Retirée, et bonne" in lucie.get("/fablab/machines/p3d-1").text
    cleared = lucie.submit("/fablab/machines/p3d-1", "/fablab/machines/p3d-1/debarrasser", {"outcome": "good"})
    assert cleared.headers["location"] == "/fablab/machines/p3d-1?fait=cleared"
    assert "Terminé" in sofia.get("/fablab").text


def test_a_refused_start_says_every_reason_above_the_queue(quick_fablab: Fablab) -> None:
    job = quick_fablab.queue(material="PETG")
    lucie = Browser(quick_fablab, FAB_MANAGER)
    answer = lucie.submit("/fablab/file", f"/fablab/travaux/{job['id']}/lancer", {"machine": "p3d-1"})
    assert answer.status_code == 422
    assert 'id="reason-machine_offline"' in answer.text
    assert 'id="reason-wrong_material"' in answer.text


def test_names_stay_with_their_people(quick_fablab: Fablab) -> None:
    quick_fablab.running()
    for path in ("/fablab", "/fablab/machines/p3d-1"):
        for browser in (Browser(quick_fablab), Browser(quick_fablab, OTHER_MEMBER)):
            text = browser.get(path).text
            assert "Occupée" in text
            assert "Sofia" not in text
            assert "cube.gcode" not in text
            assert "J000001" not in text
    assert "J000001" in Browser(quick_fablab, MEMBER).get("/fablab/machines/p3d-1").text
    assert "Sofia M." in Browser(quick_fablab, FAB_MANAGER).get("/mur").text


def test_the_wall_shows_nine_machines_and_the_fault_first(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    quick_fablab.box.show(S.FAULT, faults=(Fault(code="thermal_runaway", text="Emballement thermique"),))
    wall = Browser(quick_fablab, FAB_MANAGER).get("/mur").text
    assert wall.count('<li class="machine ') == 9
    assert wall.index("Prendre en charge") < wall.index('id="machine-p3d-1"') < wall.index('id="machine-p3d-2"')
    assert "Emballement thermique" in wall


def test_pages_are_for_whom_they_are_for(quick_fablab: Fablab) -> None:
    stranger, sofia = Browser(quick_fablab), Browser(quick_fablab, MEMBER)
    assert stranger.get("/fablab/deposer").status_code == 303
    for path in ("/fablab/file", "/mur", "/mur/flux", "/fablab/file/etat"):
        assert stranger.get(path).status_code == 303
        assert sofia.get(path).status_code == 403
    assert Browser(quick_fablab, OTHER_MEMBER).get(upload(sofia)).status_code == 404


def test_a_form_without_its_token_changes_nothing(quick_fablab: Fablab) -> None:
    job = quick_fablab.queue()
    sofia = Browser(quick_fablab, MEMBER)
    assert sofia._send("POST", f"/fablab/travaux/{job['id']}/annuler", data={"_csrf": "0" * 40}).status_code == 403
    assert quick_fablab.job(job)["state"] == "queued"


def test_machines_are_taken_out_with_a_reason_and_put_back(quick_fablab: Fablab) -> None:
    lucie, sofia = Browser(quick_fablab, FAB_MANAGER), Browser(quick_fablab, MEMBER)
    page = "/fablab/machines/p3d-1"
    assert lucie.submit(page, f"{page}/hors-service", {"note": ""}).status_code == 422
    assert lucie.submit(page, f"{page}/hors-service", {"note": "Buse bouchée"}).status_code == 303
    assert "Buse bouchée" in sofia.get("/fablab").text
    assert sofia.submit(page, f"{page}/en-service", {}).status_code == 403
    told = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/problems", {"note": "Elle siffle"})
    assert told.status_code == 204
    assert "Elle siffle" in lucie.get(page).text
    assert lucie.submit(page, f"{page}/en-service", {}).status_code == 303
    assert lucie.submit(page, f"{page}/matiere", {"material": "TPU"}).status_code == 303
    assert quick_fablab.machine()["material"] == "TPU"
    assert lucie.submit(page, f"{page}/debarrasser", {"outcome": "good"}).status_code == 422


def test_bad_files_come_back_with_a_sentence(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    for name, content in (("cube.stl", b"solid"), ("cube.gcode", b""), ("cube.gcode", b"\x00\x01binary"), ("", b"")):
        answer = sofia.submit("/fablab/deposer", "/fablab/deposer", {}, files={"file": (name, content)})
        assert answer.status_code == 422, name
        assert 'id="file-error"' in answer.text
    wrong = sofia.submit(confirm := upload(sofia), confirm, {"where": "printer_3d:", "quantity": "0"})
    assert wrong.status_code == 422
    assert 'id="quantity-error"' in wrong.text
