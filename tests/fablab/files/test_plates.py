"""A sliced package with several plates: each with its picture and its figures, and the one that was chosen is made."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fablab.benches import Fablab
from tests.fablab.files import makers
from tests.fablab.files.test_packages import code_of, png
from tests.fablab.test_pages import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER
from tierslieu.basics.errors import Invalid
from tierslieu.fablab.files.facts import Plate
from tierslieu.fablab.files.reading import examine

SMALL = makers.BARE.replace("X30", "X20")
ENTRIES: dict[str, bytes | str] = {
    "Metadata/slice_info.config": makers.SLICE_INFO,
    "Metadata/project_settings.config": makers.SETTINGS,
    "Metadata/plate_1.gcode": makers.BARE,
    "Metadata/plate_1.png": png(48),
    "Metadata/plate_2.gcode": SMALL,
    "Metadata/plate_2.png": png(32),
    "Metadata/plate_7.gcode": makers.BAMBU,
    "Metadata/thumbnail.png": png(64),
}
PACKAGE = makers.package(ENTRIES)


def test_each_plate_is_told_and_any_can_be_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    path.write_bytes(PACKAGE)
    first, second, last = (examine(path, "boite.gcode.3mf", plate).facts for plate in (None, 2, 7))
    assert (first.plate, first.plates, first.seconds, first.total_g) == (1, 3, 3210, 12.5)
    assert (second.plate, second.seconds, second.total_g) == (2, 99, None)
    assert first.size_mm == (20.0, 30.0, 0.4)
    assert second.size_mm == (10.0, 30.0, 0.4)
    assert (last.seconds, last.layers) == (687, 90)
    told = (Plate(1, 3210, 12.5, True), Plate(2, 99, None, True), Plate(7, 687, 24.41, False))
    assert first.plate_list == second.plate_list == told
    for plate, content in ((3, PACKAGE), (1, makers.PRUSA.encode())):
        path.write_bytes(content)
        with pytest.raises(Invalid) as refused:
            examine(path, "boite.gcode.3mf", plate)
        assert refused.value.fields == {"plate": "unknown_plate"}
    one = {name: data for name, data in ENTRIES.items() if "plate_1" in name}
    path.write_bytes(makers.package(one))
    assert examine(path, "boite.gcode.3mf").facts.plate_list == (), "nothing to choose"
    spoiled = {**ENTRIES, "Metadata/plate_1.gcode": "no command"}
    assert code_of(makers.package(spoiled), tmp_path) == "damaged_file"


def sent(fablab: Fablab, content: bytes = PACKAGE) -> dict[str, Any]:
    answer = fablab.send(fablab.maker, content, "boite.gcode.3mf")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_machine_is_told_which_plate(fablab: Fablab) -> None:
    fablab.box.wake()
    first = sent(fablab)
    assert [one["number"] for one in first["plate_list"]] == [1, 2, 7]
    answer = fablab.maker.post(f"/api/v1/fablab/files/{first['id']}/plate", {"plate": 2})
    second = answer.json()
    assert (answer.status_code, second["plate"], second["seconds"], second["sha256"]) == (201, 2, 99, first["sha256"])
    assert second["id"] != first["id"]
    assert second["preview"] != first["preview"]
    for file, plate in ((second["id"], 2), (first["id"], 1)):
        again = fablab.maker.post(f"/api/v1/fablab/files/{first['id']}/plate", {"plate": plate}).json()
        assert again["id"] == file, "read once"
    job = fablab.maker.post("/api/v1/fablab/jobs", {"file": second["id"], "material": "PLA"}).json()
    assert fablab.dispatch(job, seen=True).status_code == 202
    assert fablab.spy.sent[-1][1]["job"]["plate"] == 2


def test_a_plate_that_is_not_there_or_not_ones_own(quick_fablab: Fablab) -> None:
    spoiled = sent(quick_fablab, makers.package({**ENTRIES, "Metadata/plate_7.gcode": "no command"}))
    path = f"/api/v1/fablab/files/{spoiled['id']}/plate"
    for plate, code in ((3, "unknown_plate"), (7, "damaged_file")):
        answer = quick_fablab.maker.post(path, {"plate": plate})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert quick_fablab.house.sign_in(OTHER_MEMBER).post(path, {"plate": 2}).status_code == 404
    picture = f"/fablab/fichiers/{spoiled['id']}/plateaux"
    assert Browser(quick_fablab, OTHER_MEMBER).get(f"{picture}/2/image").status_code == 404
    sofia = Browser(quick_fablab, MEMBER)
    assert [sofia.get(f"{picture}/{plate}/image").status_code for plate in (2, 7, 99, "x")] == [200, 404, 404, 404]
    plain = quick_fablab.upload().json()
    assert quick_fablab.maker.post(path, {"plate": 0}).status_code == 400
    answer = quick_fablab.maker.post(f"/api/v1/fablab/files/{plain['id']}/plate", {"plate": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_plate")


def test_people_choose_by_picture(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab, MEMBER)
    content = {"file": ("boite.gcode.3mf", PACKAGE)}
    path = str(sofia.submit("/fablab/deposer", "/fablab/deposer", {}, files=content).headers["location"])
    shown = sofia.get(path).text
    for text in ("Quel plateau", "54\u00a0min, 12,5\u00a0g", "Plateau 7", "1 sur 3", "/plateaux/2/image"):
        assert text in shown, text
    picture = sofia.get(path.replace("deposer", "fichiers") + "/plateaux/2/image")
    assert picture.content.startswith(b"\x89PNG")
    chosen = sofia.submit(path, f"{path}/plateau", {"plate": "2"})
    second = sofia.get(str(chosen.headers["location"])).text
    assert "2 sur 3" in second
    assert 'value="2" aria-pressed="true"' in second
    for plate in ("4", "x", ""):
        refused = sofia.submit(path, f"{path}/plateau", {"plate": plate})
        assert refused.status_code == 422
    assert "n’a pas ce plateau" in sofia.submit(path, f"{path}/plateau", {"plate": "4"}).text


def test_a_backup_that_came_back_without_the_files_is_told(quick_fablab: Fablab) -> None:
    one = sent(quick_fablab)
    files = quick_fablab.house.house.files
    shutil.rmtree(files.folder)
    answer = quick_fablab.maker.post(f"/api/v1/fablab/files/{one['id']}/plate", {"plate": 2})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_file")
    sofia = Browser(quick_fablab, MEMBER)
    pictures = (f"/fablab/fichiers/{one['id']}/image", f"/fablab/fichiers/{one['id']}/plateaux/2/image")
    assert [sofia.get(path).status_code for path in pictures] == [404, 404]
