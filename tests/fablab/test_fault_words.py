"""What machines say is wrong, and why they refuse: in plain French where the code is known, else as it came."""

import re
from pathlib import Path

import pytest

from devices.wire import AckResult, Fault, MachineState
from tests.fablab.benches import Fablab
from tierslieu.basics.zone import Zone
from tierslieu.fablab import sentences
from tierslieu.http.words import spoken

ADAPTERS = Path(__file__).parents[2] / "devices" / "adapters"
GIVEN = re.compile(r'fault\("([a-z_]+)"\)')
"""Faults without the machine's own words: nothing else says what is wrong."""


def test_a_machine_says_why_it_refused_a_job(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    job = quick_fablab.queue()
    assert quick_fablab.dispatch(job).status_code == 202
    quick_fablab.box.ack(quick_fablab.spy.sent[-1][1]["cmd_id"], AckResult.REFUSED, "storage_full")
    assert quick_fablab.job(job)["state"] == "queued"
    page = quick_fablab.manager.get("/fablab/machines/p3d-1").text
    assert "La mémoire de la machine est pleine" in page
    assert "La machine a refusé" in page


def test_a_fault_is_said_in_french_or_as_it_came(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    quick_fablab.box.show(MachineState.FAULT, faults=(Fault(code="printer_error"), Fault(code="hms_0300", text="E3")))
    page = quick_fablab.manager.get("/fablab").text
    assert "L’imprimante signale une erreur" in page
    assert "E3" in page
    assert "printer_error" not in page


@pytest.mark.parametrize(
    ("code", "said", "ending"),
    [("own_queue", "3", "videz-la d’abord."), ("klipper_shutdown", "MCU lost", "(MCU lost)"), ("odd", "", "odd")],
)
def test_the_words_of_a_machine_stay_behind_ours(code: str, said: str, ending: str) -> None:
    assert sentences.fault(spoken("fr", Zone("Europe/Paris")), code, said).endswith(ending)


def test_every_fault_that_comes_without_words_has_a_sentence() -> None:
    given = {code for path in ADAPTERS.rglob("*.py") for code in GIVEN.findall(path.read_text(encoding="utf-8"))}
    assert given
    assert given <= set(sentences.FAULTS)
