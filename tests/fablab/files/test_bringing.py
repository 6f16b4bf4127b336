"""Bringing files of every format: what is told of them, who may see them, what leaves for the machine."""

from pathlib import Path

import pytest

from devices.wire import MachineState
from tests.fablab.benches import CUBE, Fablab
from tests.fablab.files import makers
from tests.fablab.test_pages import Browser, upload
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, open_house
from tests.support.databases import SqliteTemplates
from tierslieu.fablab import reactions
from tierslieu.fablab.depositing import DAY
from tierslieu.fablab.files.tracing import MARK, MOST_BYTES

EVERY = [
    ("pied.gcode", makers.PRUSA.encode(), "gcode"),
    ("pied.bgcode", makers.bgcode(compression=3, encoding=2), "bgcode"),
    ("boite.gcode.3mf", makers.sliced(), "sliced_3mf"),
    ("pied.stl", makers.stl(makers.TWO_TRIANGLES), "model"),
    ("pied.3mf", makers.package({"3D/3dmodel.model": makers.MODEL_3MF}), "model"),
    ("plaque.svg", makers.SVG.encode(), "drawing"),
    ("plaque.dxf", makers.DXF.encode(), "drawing"),
]


def test_every_format_is_taken_in_on_both_databases(fablab: Fablab) -> None:
    for name, content, wanted in EVERY:
        answer = fablab.send(fablab.maker, content, name)
        assert answer.status_code == 201, (name, answer.text)
        told = answer.json()
        assert (told["format"], told["is_misnamed"]) == (wanted, False), name
        assert told["size_mm"] is not None, name
        assert fablab.maker.get(f"/api/v1/fablab/files/{told['id']}").json() == told
        assert (told["preview"] is not None) == (wanted in ("gcode", "bgcode", "sliced_3mf")), name
    assert fablab.send(fablab.maker, makers.SVG.encode(), "pied.gcode").json()["is_misnamed"] is True


def test_programs_are_told_every_figure_with_its_source(quick_fablab: Fablab) -> None:
    told = quick_fablab.send(quick_fablab.maker, makers.PRUSA.encode(), "pied.gcode").json()
    assert told["filament"] == [
        {"tool": 0, "mm": 3421.55, "g": 10.2, "cm3": 8.23, "material": "PETG", "colour": "#FF8000"}
    ]
    assert told["box"] == {"low": [10.0, 10.0, 0.2], "high": [30.0, 40.0, 0.4]}
    assert (told["layers"], told["tool_temperature_max"], told["seconds_by_mode"]["silent"]) == (112, 240.0, 4831)
    assert (told["sources"]["seconds"], told["sources"]["box"]) == ("slicer", "motion")


def test_the_preview_is_its_persons_and_the_teams(quick_fablab: Fablab) -> None:
    told = quick_fablab.upload().json()
    answer = quick_fablab.maker.get(told["preview"])
    assert answer.status_code == 200
    assert answer.content.startswith(MARK)
    assert len(answer.content) <= MOST_BYTES
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert quick_fablab.manager.get(told["preview"]).status_code == 200
    other = quick_fablab.house.sign_in(OTHER_MEMBER)
    for path in (told["preview"], f"/api/v1/fablab/files/{told['id']}"):
        assert other.get(path).status_code == 404
        assert quick_fablab.house.stranger.get(path).status_code == 401
    model = quick_fablab.send(quick_fablab.maker, makers.stl(makers.TWO_TRIANGLES), "pied.stl").json()
    missing = quick_fablab.maker.get(f"/api/v1/fablab/files/{model['id']}/preview")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_preview")
    assert quick_fablab.maker.get("/api/v1/fablab/files/0000000000000/preview").status_code == 404


def test_the_page_says_what_was_read_and_from_where(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    form = sofia.get("/fablab/deposer").text
    assert ".bgcode" in form
    assert "de 200 Mo au plus" in form
    content = {"file": ("pied.gcode", makers.PRUSA.encode())}
    answer = sofia.submit("/fablab/deposer", "/fablab/deposer", {}, files=content)
    shown = sofia.get(str(answer.headers["location"])).text
    for text in (
        "1\u00a0h\u00a012 · selon le trancheur",
        "10,2\u00a0g, 3,42\u00a0m · selon le trancheur",
        "PETG · selon les réglages du fichier",
        "d’après les mouvements",
        "buse 240\u00a0°C, plateau 65\u00a0°C",
        "MK4S, buse de 0,40\u00a0mm, marlin2",
        "PrusaSlicer 2.9.2",
    ):
        assert text in shown, text
    assert "data-preview=" in shown
    assert "preview-" in shown, "its script"


def test_a_model_has_only_what_a_model_has(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    content = {"file": ("pied.stl", makers.stl(makers.TWO_TRIANGLES))}
    answer = sofia.submit("/fablab/deposer", "/fablab/deposer", {}, files=content)
    shown = sofia.get(str(answer.headers["location"])).text
    assert "Modèle 3D, à préparer par l’équipe" in shown
    assert "mesurée sur la forme" in shown
    assert "data-preview=" not in shown
    assert "Trancheur" not in shown


def test_a_damaged_file_is_told_beside_its_field(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    content = {"file": ("pied.bgcode", makers.bgcode()[:200])}
    answer = sofia.submit("/fablab/deposer", "/fablab/deposer", {}, files=content)
    assert answer.status_code == 422
    assert "abîmé ou incomplet" in answer.text
    assert not [path for path in quick_fablab.house.house.files.folder.rglob("*") if path.is_file()]


def test_what_one_person_brings_in_a_day_is_limited(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    size = CUBE.stat().st_size
    with open_house(sqlite_templates.make("demo"), tmp_path, upload_per_day=2 * size) as house:
        fablab = Fablab(house)
        assert fablab.upload().status_code == 201
        assert fablab.upload().status_code == 201
        kept = sorted(path for path in house.house.files.folder.rglob("*") if path.is_file())
        third = fablab.send(fablab.maker, CUBE.read_bytes() + b"G1 X5 Y5 E1\n", "other.gcode")
        assert (third.status_code, third.json()["code"]) == (422, "too_much_today")
        left = sorted(path for path in house.house.files.folder.rglob("*") if path.is_file())
        assert left == kept, "nothing of a refused file stays"
        assert fablab.upload(house.sign_in(OTHER_MEMBER)).status_code == 201
        for _again in range(3):
            assert fablab.upload(fablab.manager).status_code == 201
        house.clock.instant += DAY + 1
        assert fablab.upload(house.sign_in(MEMBER)).status_code == 201


@pytest.mark.parametrize(("name", "content", "ending"), [(*EVERY[1][:2], ".bgcode"), (*EVERY[2][:2], ".gcode.3mf")])
def test_a_machine_gets_the_file_under_its_own_ending(
    quick_fablab: Fablab, name: str, content: bytes, ending: str
) -> None:
    quick_fablab.box.wake()
    sent = quick_fablab.send(quick_fablab.maker, content, name).json()
    job = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": sent["id"], "material": "PLA"}).json()
    answer = quick_fablab.dispatch(job, seen=True)
    assert answer.status_code == 202, answer.text
    order = quick_fablab.spy.sent[-1][1]["job"]
    assert order["file_name"] == f"{order['job_ref']}{ending}"
    quick_fablab.box.show(MachineState.IDLE)
    fetched = quick_fablab.manager.get(f"/api/v1/files/{sent['sha256']}")
    assert fetched.content == content
    assert f"{sent['sha256'][:12]}{ending}" in fetched.headers["content-disposition"]
    assert fetched.headers["content-type"] == "application/octet-stream"


def test_the_team_fetches_a_model_under_the_ending_its_programs_know(quick_fablab: Fablab) -> None:
    for name, content, ending in ((*EVERY[3][:2], ".stl"), (*EVERY[5][:2], ".svg"), ("plaque", EVERY[6][1], "")):
        sent = quick_fablab.send(quick_fablab.maker, content, name).json()
        answer = quick_fablab.manager.get(f"/api/v1/files/{sent['sha256']}")
        assert f'"{sent["sha256"][:12]}{ending}"' in answer.headers["content-disposition"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-type"] == "application/octet-stream", "never shown by a browser"


def test_a_forgotten_file_takes_its_preview_along(fablab: Fablab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "SETTLED_AFTER", -1)
    fablab.send(fablab.maker, makers.PRUSA.encode(), "pied.gcode")
    folder = fablab.house.house.files.folder
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2
    fablab.house.clock.instant += reactions.DAY + 1
    fablab.house.client.blocking_portal.call(lambda: reactions.tidy(fablab.house.house, {}))
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_the_picture_is_for_who_acts_for_its_person_too(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    page = sofia.get(upload(sofia)).text
    path = page.partition('src="/fablab/fichiers/')[2].partition('"')[0]
    assert path
    assert Browser(quick_fablab, FAB_MANAGER).get(f"/fablab/fichiers/{path}").status_code == 200
    assert Browser(quick_fablab, OTHER_MEMBER).get(f"/fablab/fichiers/{path}").status_code == 404
