"""Measures through the house: what machines send becomes charts, hours, thresholds, energy and euros."""

import csv
import io

import httpx
import pytest
from sqlalchemy import text

from devices.wire import Channel, MachineState, Telemetry, Temperature
from tests.fablab.benches import Box, Fablab
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.telemetry import queries, reactions, storing
from tierslieu.infra.statements import Query

COUNT: Query[tuple[int]] = Query(text("SELECT count(*) FROM machine_sample"))
HERE = "/fablab/machines/p3d-1"


def measure(box: Box, power: float | None, energy: float | None = None, tool: float | None = None) -> None:
    heat = () if tool is None else (Temperature(sensor="tool0", actual=tool, target=215.0),)
    at = box.house.clock.instant
    said = Telemetry(boot_id=box.boot, observed_at=at, power_w=power, energy_wh=energy, temperatures=heat)
    box.say(Channel.TELEMETRY, said)


def run_for(fablab: Fablab, seconds: int, power: float | None, energy: float | None = None, step: int = 60) -> float:
    """Measure for some time; answers the meter's last value."""
    total = energy or 0.0
    for _ in range(0, seconds, step):
        measure(fablab.box, power, None if energy is None else total, 200.0)
        fablab.house.clock.instant += step
        total += (power or 0.0) * step / 3600
    return total


def browse(fablab: Fablab, email: str = FAB_MANAGER) -> Browser:
    browser = Browser(fablab.house)
    browser.sign_in(email)
    browser.get("/fablab/energie" if email == FAB_MANAGER else "/fablab")  # the forms of a session have its token
    return browser


def fold(fablab: Fablab) -> None:
    fablab.house.client.blocking_portal.call(reactions.fold, fablab.house.house, None)


def machine_id(fablab: Fablab) -> int:
    return int(fablab.house.read(fablab_queries.machine, "p3d-1").id)


def test_a_recorded_machine_gets_thresholds_that_count_its_last_days(fablab: Fablab) -> None:
    fablab.box.wake()
    browser = browse(fablab)
    page = browser.get(f"{HERE}/etalonnage").text
    assert "Aucun seuil n’est en vigueur" in page
    for phase, power in (("idle", 8.0), ("busy", 150.0)):
        assert browser.submit(f"{HERE}/etalonnage/enregistrer", {"phase": phase, "what": "begin"}).status_code == 303
        run_for(fablab, 900, power, 0.0 if phase == "idle" else 2.0)
        browser = browse(fablab)
        assert browser.submit(f"{HERE}/etalonnage/enregistrer", {"phase": phase, "what": "end"}).status_code == 303
    fablab.house.clock.instant += 120
    fold(fablab)
    page = browser.get(f"{HERE}/etalonnage").text
    assert "proposés d’après vos enregistrements" in page
    limits = fablab.house.read(queries.thresholds, machine_id(fablab))
    assert limits is None
    values = {"off_below": "3", "idle_below": "64,8", "busy_above": "93,2", "busy_after": "5", "idle_after": "120"}
    assert browser.submit(f"{HERE}/etalonnage", values).headers["location"].endswith("?fait=limits_set")
    hours = fablab.house.read(queries.hours, machine_id(fablab), 0, fablab.house.clock.instant)
    assert sum(one.idle_s for one in hours) == 900
    fablab.house.clock.instant += 300
    run_for(fablab, 600, 8.0, 60.0)
    fablab.house.clock.instant += 120
    fold(fablab)
    hours = fablab.house.read(queries.hours, machine_id(fablab), 0, fablab.house.clock.instant)
    assert sum(one.busy_s for one in hours) >= 840
    assert sum(one.energy_wh or 0 for one in hours) == pytest.approx(60 + 8.0 * 540 / 3600)


def test_measures_are_shown_with_the_figures_behind_them(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    browser = browse(quick_fablab)
    assert "Rien n’a été mesuré" in browser.get(f"{HERE}/mesures").text
    run_for(quick_fablab, 7200, 84.0, 0.0)
    quick_fablab.house.clock.instant += 120
    fold(quick_fablab)
    browser = browse(quick_fablab)
    for period in ("jour", "semaine", "mois"):
        page = browser.get(f"{HERE}/mesures?sur={period}").text
        assert page.count("<polyline") >= 4
        assert "84\u00a0W" in page
        assert "200\u00a0°C" in page
        assert "0,17\u00a0kWh" in page
        assert "n’est pas étalonnée" in page
    rows = list(csv.reader(io.StringIO(browser.get(f"{HERE}/mesures.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows[0]) == 10
    assert sum(float(row[4].replace(",", ".")) for row in rows[1:]) == pytest.approx(84 * 7140 / 3600, abs=0.02)
    assert {row[7] for row in rows[1:]} == {""}, "without thresholds nobody knows"
    assert "84\u00a0W" in browser.get(HERE).text or "Mesures" in browser.get(HERE).text


def test_a_job_is_told_what_it_used(fablab: Fablab) -> None:
    job = fablab.running()
    run_for(fablab, 600, 120.0, 50.0, step=30)
    fablab.box.ended(job["number"])
    fablab.house.run_jobs()
    fablab.pass_time(reactions.WEIGH_AFTER)
    kwh = fablab.house.read(queries.kwh_of, job["number"])
    assert kwh == pytest.approx(0.019, abs=0.0011)
    browser = browse(fablab)
    answer = browser.submit("/fablab/energie/prix", {"cents": "25,16", "since": "2026-01-01"})
    assert answer.headers["location"] == "/fablab/energie?fait=price_set"
    fablab.house.clock.instant += 120
    fold(fablab)
    page = browser.get("/fablab/energie").text
    assert "25,16\u00a0c/kWh" in page
    assert "0,02\u00a0kWh" in page
    rows = csv.reader(io.StringIO(browser.get("/fablab/energie.csv?mois=2026-11").text.lstrip("\ufeff")), delimiter=";")
    line = next(row for row in rows if row[2] == "1")
    assert (line[4], line[6]) == ("0,02", "0,00")


def test_a_job_without_a_meter_used_nobody_knows_what(quick_fablab: Fablab) -> None:
    job = quick_fablab.running()
    quick_fablab.house.clock.instant += 600
    quick_fablab.box.ended(job["number"])
    quick_fablab.house.run_jobs()
    quick_fablab.pass_time(reactions.WEIGH_AFTER)
    assert quick_fablab.house.read(queries.kwh_of, job["number"]) is None
    assert quick_fablab.house.read(queries.kwh_of, "J999999") is None


def test_weeks_and_months_answer_whatever_is_asked(quick_fablab: Fablab) -> None:
    browser = browse(quick_fablab)
    for odd in ("2026-02-31", "nonsense", "0001-01-01", "9999-12-31", "2026-W03"):
        assert browser.get(f"/fablab/semaine?date={odd}").status_code == 200
        assert browser.get(f"/fablab/energie?mois={odd[:7]}").status_code == 200
        assert browser.get(f"/fablab/semaine.csv?date={odd}").status_code == 200
    assert browser.get(f"{HERE}/mesures?sur=siecle").status_code == 200


def test_what_cannot_be_is_refused_beside_its_field(quick_fablab: Fablab) -> None:
    browser = browse(quick_fablab)
    values = {"off_below": "50", "idle_below": "40", "busy_above": "30", "busy_after": "5", "idle_after": "120"}
    answer = browser.submit(f"{HERE}/etalonnage", values)
    assert answer.status_code == 422
    assert "doivent se suivre" in answer.text
    answer = browser.submit(f"{HERE}/etalonnage", {**values, "off_below": "peu"})
    assert answer.status_code == 422
    assert 'value="peu"' in answer.text
    answer = browser.submit(f"{HERE}/etalonnage/enregistrer", {"phase": "idle", "what": "end"})
    assert answer.status_code == 422
    assert "Aucun enregistrement n’est en cours" in answer.text
    for cents in ("nan", "inf", "-1", "0", "x" * 50, "1e999"):
        assert browser.submit("/fablab/energie/prix", {"cents": cents, "since": "2026-01-01"}).status_code == 422
    assert browser.get("/fablab/machines/nothing/mesures").status_code == 404


@pytest.mark.parametrize("path", ["/mesures", "/mesures.csv", "/etalonnage"])
def test_members_do_not_see_measures(quick_fablab: Fablab, path: str) -> None:
    browser = browse(quick_fablab, MEMBER)
    assert browser.get(HERE + path).status_code == 403
    assert "Mesures" not in browser.get(HERE).text


def test_raw_measures_are_forgotten_and_their_hours_stay(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    run_for(quick_fablab, 3600, 84.0, 0.0)
    quick_fablab.house.clock.instant += 120
    fold(quick_fablab)
    fold(quick_fablab)
    before = quick_fablab.house.read(queries.hours, machine_id(quick_fablab), 0, quick_fablab.house.clock.instant)
    quick_fablab.house.clock.instant += 8 * 86_400
    quick_fablab.house.client.blocking_portal.call(reactions.tidy, quick_fablab.house.house, None)
    assert quick_fablab.house.read(lambda reader: reader.row(COUNT)) == (0,)
    now = quick_fablab.house.clock.instant
    assert quick_fablab.house.read(queries.hours, machine_id(quick_fablab), 0, now) == before
    assert sum(one.energy_wh or 0 for one in before) == pytest.approx(84 * 3540 / 3600)
    assert storing.BEHIND < 120


def test_what_is_measured_twice_or_late_is_counted_once(fablab: Fablab) -> None:
    fablab.box.wake()
    for _ in range(3):
        measure(fablab.box, 84.0, 1.0, 20.0)
    assert fablab.house.read(lambda reader: reader.row(COUNT)) == (1,)
    stale = Telemetry(boot_id="another", observed_at=1, power_w=5.0)
    fablab.house.clock.instant += 5
    fablab.box.say(Channel.TELEMETRY, stale)
    (_first, second) = fablab.house.read(queries.samples, machine_id(fablab), 0, 2_000_000_000)
    assert second.at == fablab.house.clock.instant, "a clock that is far off is not believed"
    fablab.box.say(Channel.TELEMETRY, stale, retain=True)
    assert fablab.house.read(lambda reader: reader.row(COUNT)) == (2,)


def test_the_public_board_says_what_is_free_and_names_nobody(quick_fablab: Fablab) -> None:
    job = quick_fablab.running()
    answer: httpx.Response = quick_fablab.house.client.get("/tableau")
    assert answer.status_code == 200
    assert "Occupée" in answer.text
    assert "encore 10" in answer.text
    for secret in ("Sofia", "Moreau", job["number"], "cube"):
        assert secret not in answer.text
    quick_fablab.box.show(MachineState.IDLE)
    assert "Machines libres" in quick_fablab.house.client.get("/tableau").text
