"""The desk brings a file for somebody, queues it, takes it back: all from their page."""

import re
from pathlib import Path

from tests.people.persons.test_persons_story import acts_about, desk, id_of
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest

SAMPLE = Path(__file__).parents[3] / "tierslieu/demo/samples/petit-cube.gcode"


def test_a_file_for_somebody_without_address(nugue: HouseUnderTest) -> None:
    claire, monique = desk(nugue), id_of(nugue, "u01")
    form = claire.get(f"/fablab/deposer?pour={monique}")
    assert "Vous agissez pour Monique Lefèvre" in form.text
    fields = {"_csrf": claire.token, "pour": monique}
    files = {"file": ("cube.gcode", SAMPLE.read_bytes(), "text/x-gcode")}
    taken = claire.send("POST", "/fablab/deposer", data=fields, files=files)
    assert taken.status_code == 303
    look = claire.get(taken.headers["location"])
    assert "Vous agissez pour Monique Lefèvre" in look.text
    wish = {"where": "printer_3d:", "material": "PLA", "quantity": "1", "note": ""}
    queued = claire.submit(taken.headers["location"], wish)
    assert queued.headers["location"] == f"/personnes/{monique}?fait=deposee#fablab"
    shown = claire.get(f"/personnes/{monique}")
    assert "déposé par Claire Démo-Accueil (accueil)" in shown.text
    which = re.search(r"/fablab/travaux/(\w{13})/annuler", shown.text)[1]  # type: ignore[index]
    back = claire.submit(f"/fablab/travaux/{which}/annuler", {"pour": monique})
    assert back.headers["location"] == f"/personnes/{monique}#fablab"
    acts = [act for act in acts_about(nugue, monique) if act.startswith("fablab.")]
    assert acts == ["fablab.deposit", "fablab.queue", "fablab.cancel"]


def test_programs_bring_a_file_for_somebody(nugue: HouseUnderTest) -> None:
    monique = id_of(nugue, "u01")
    for email, status in ((RECEPTION, 201), (MEMBER, 403)):
        caller = nugue.sign_in(email)
        files = {"file": ("cube.gcode", SAMPLE.read_bytes(), "text/x-gcode")}
        sent = nugue.client.post("/api/v1/fablab/files", headers=caller.headers, data={"person": monique}, files=files)
        assert sent.status_code == status, sent.text
