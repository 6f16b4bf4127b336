"""What an attempt cost in the end: its energy comes late, its remark is nobody's wish, its weight is the spool's."""

import re

from devices.wire import MachineState
from tests.fablab.benches import Fablab
from tests.fablab.requests.wishes import HOURLY, accept, make, price, request
from tests.fablab.telemetry.test_measure_pages import run_for
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER
from tierslieu.basics.spans import HOUR
from tierslieu.fablab.telemetry.actions import set_price
from tierslieu.fablab.telemetry.reactions import WEIGH_AFTER

CENTS_PER_KWH = 1_000
USED = 20
"""Ten minutes at 120 W."""


def finished(fablab: Fablab) -> str:
    """A request whose machine has just ended, measured all the while; nobody has emptied it yet."""
    price(fablab)
    fablab.house.write(set_price, 0, CENTS_PER_KWH * 1000)
    job = request(fablab, note="En bleu, merci")
    accept(fablab, job)
    fablab.box.wake()
    assert fablab.dispatch(job).status_code == 202
    ref = str(fablab.spy.sent[-1][1]["job"]["job_ref"])
    fablab.box.started(ref)
    run_for(fablab, 600, 120.0, 50.0, step=30)
    fablab.box.ended(ref)
    return ref


def test_energy_that_is_known_after_the_machine_was_emptied_is_added_once(fablab: Fablab) -> None:
    ref = finished(fablab)
    assert fablab.clear().status_code == 200
    fablab.house.run_jobs()
    (due,) = fablab.manager.get("/api/v1/fablab/dues").json()
    assert due["energy_cents"] is None
    own = f"/mes-fabrications/{ref}"
    assert "énergie –" in Browser(fablab, MEMBER).get(own).text
    fablab.pass_time(WEIGH_AFTER)
    (known,) = fablab.manager.get("/api/v1/fablab/dues").json()
    assert abs(known["energy_cents"] - USED) <= 1
    assert known["cents"] == due["cents"] + known["energy_cents"]
    assert due["machine_cents"] == known["machine_cents"] > HOURLY / 10
    page = Browser(fablab, MEMBER).get(own).text
    assert "Coût réel" in page
    assert re.search(r"0,\d\d\xa0kWh\xa0: 0,\d\d\xa0€", page)


def test_what_was_settled_meanwhile_stays_as_it_was_paid(quick_fablab: Fablab) -> None:
    finished(quick_fablab)
    assert quick_fablab.clear().status_code == 200
    quick_fablab.house.run_jobs()
    (due,) = quick_fablab.manager.get("/api/v1/fablab/dues").json()
    assert quick_fablab.manager.post(f"/api/v1/fablab/dues/{due['id']}/settlement").status_code == 204
    quick_fablab.pass_time(WEIGH_AFTER)
    assert quick_fablab.manager.get("/api/v1/fablab/dues").json() == []
    assert quick_fablab.maker.get("/api/v1/fablab/jobs").json()[0]["state"] == "done"


def test_a_remark_at_the_machine_leaves_what_the_person_wrote(quick_fablab: Fablab) -> None:
    ref = finished(quick_fablab)
    path = "/api/v1/fablab/machines/p3d-1/clear"
    assert quick_fablab.manager.post(path, {"outcome": "failed", "note": "Décollée à mi-hauteur"}).status_code == 200
    quick_fablab.house.run_jobs()
    page = Browser(quick_fablab, MEMBER).get(f"/mes-fabrications/{ref}").text
    assert "En bleu, merci" in page
    assert "Décollée à mi-hauteur" in page


def test_an_attempt_that_nobody_measured_costs_what_is_expected_and_not_the_hours_since_the_former(
    quick_fablab: Fablab,
) -> None:
    """The first copy was heard; the second one is started, and ended, by hand at the machine, hours later."""
    fablab = quick_fablab
    price(fablab)
    job = request(fablab, quantity=2)
    accept(fablab, job)
    make(fablab, job)
    fablab.pass_time(3 * HOUR)
    fablab.manager, path = fablab.house.sign_in(FAB_MANAGER), f"/api/v1/fablab/jobs/{job['id']}"
    fablab.box.show(MachineState.IDLE)
    assert fablab.manager.post(f"{path}/started", {"machine": "p3d-1"}).status_code == 204
    begun = fablab.job(job)
    assert (begun["started_at"], begun["ended_at"]) == (None, None)
    assert fablab.manager.post(f"{path}/ended", {"outcome": "good"}).status_code == 204
    assert fablab.clear().status_code == 200
    fablab.house.run_jobs()
    costs = [one["machine_cents"] for one in fablab.manager.get("/api/v1/fablab/dues").json()]
    assert len(costs) == 2
    assert max(costs) < HOURLY, costs
