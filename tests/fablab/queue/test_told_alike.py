"""What the maker, the team and everybody are told of the same wait, and where the gate leads to."""

import re
from pathlib import Path

from tests.fablab.benches import Fablab
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER
from tierslieu.fablab import sentences

ROOT = Path(sentences.__file__).parent


def test_a_job_that_only_waits_for_a_hand_is_told_so_to_all(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    fablab.box.wake()
    fablab.queue(machine="p3d-1")
    sofia, lucie = Browser(fablab, MEMBER), Browser(fablab, FAB_MANAGER)
    assert "Peut démarrer maintenant" in lucie.get("/fablab/file").text
    shown = sofia.get("/fablab").text.replace("\u00a0", " ")
    assert "une machine est prête : l’équipe peut le lancer" in shown
    assert "prochaine impression 3D vers mer. 25 nov." in shown, "nobody is there today"
    assert "Prochaine place vers mer. 25 nov." in fablab.house.client.get("/tableau").text.replace("\u00a0", " ")
    assert 'href="/mes-fabrications/J000001"' in shown


def test_a_machine_that_works_is_ready_for_nobody(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    fablab.running()
    fablab.queue(machine="p3d-1")
    shown = Browser(fablab, MEMBER).get("/fablab").text
    assert "une machine est prête" not in shown
    gate = Browser(fablab, FAB_MANAGER).get("/m/p3d-1").text
    assert "Il pourra partir quand la machine sera libre." in gate
    assert "/lancer" not in gate


def test_after_the_gate_come_the_photo_and_the_shelf(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.running()
    fablab.box.ended(job["number"])
    lucie, sofia = Browser(fablab, FAB_MANAGER), Browser(fablab, MEMBER)
    assert f'name="job" value="{job["number"]}"' in lucie.get("/m/p3d-1").text
    answer = lucie.submit("/m/p3d-1", "/m/p3d-1", {"outcome": "good", "job": job["number"]})
    where = answer.headers["location"]
    assert where == f"/m/p3d-1?fait=cleared&piece={job['number']}"
    links = re.findall(r'href="(/[^"]*J\d+)"', lucie.get(where).text)
    assert links == [f"/fablab/demandes/{job['number']}", f"/fablab/retraits/{job['number']}"]
    assert all(lucie.get(one).status_code == 200 for one in links)
    assert f'href="/mes-fabrications/{job["number"]}"' in sofia.get(where).text
    assert "J1%22" not in sofia.get("/m/p3d-1?fait=cleared&piece=J1%22").text


def test_the_log_of_a_machine_has_words_for_all_that_is_noted() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    noted = set(re.findall(r'\bnote\(tx, [a-z_.]+, "([a-z_]+)"', source))
    assert len(noted) > 15
    assert noted <= set(sentences.LOG)
    assert {"estop", "estop_reset", "power_restored"} <= set(sentences.LOG)
