"""Trays that a machine tells of: which of them feed a job, what is missing in them, and what is sent with a start."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.wire import Loaded, MachineState
from tests.fablab.benches import Fablab
from tests.fablab.files import makers
from tests.fablab.queue.test_matching import against, job, machine
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER
from tierslieu.fablab import trays
from tierslieu.fablab.files.facts import Tool
from tierslieu.fablab.queue import matching
from tierslieu.fablab.queue.matching import Fit
from tierslieu.infra.statements import to_json

BLACK = Loaded(slot=0, material="PLA", colour="#0A0A0A", left_percent=12, is_tagged=True)
ORANGE = Loaded(slot=1, material="PLA", colour="#F2754E")
PETG = Loaded(slot=6, material="PETG", colour="#FFFFFF")
UNKNOWN = Loaded(slot=3)
FOUR = (BLACK, ORANGE, PETG)


def loaded(*slots: Loaded, **more: Any) -> Any:
    return machine(slots=to_json(slots), **more)


def feeding(material: str, colour: str = "", tools: tuple[Tool, ...] = (), slots: Any = FOUR) -> Any:
    return trays.mapping(trays.wanted_by(material, colour, tools), slots)


def test_the_trays_that_feed_a_job() -> None:
    assert feeding("pla", "Noir") == (0,)
    assert feeding("PLA", "orange") == (1,)
    assert feeding("PLA") == (0,), "no colour was asked for: the fullest that is told"
    assert feeding("PLA", "", (Tool(0, material="PETG", colour="#FF8000"),)) == (1,), "the nearest to the drawing"
    assert feeding("", "", (Tool(0, material="PETG"), Tool(2, material="PLA", colour="#FF8000"))) == (6, -1, 1)
    assert feeding("ABS") is None
    assert feeding("") is None, "nothing is chosen among several"
    assert feeding("", slots=(BLACK, ORANGE)) == (0,)
    assert feeding("ABS", slots=(*FOUR, UNKNOWN)) == (3,), "the only one that can be it"
    assert feeding("ABS", slots=(UNKNOWN, Loaded(slot=9))) is None
    assert feeding("PLA", "noir", slots=()) is None, "the machine tells nothing"
    assert feeding("PLA", slots=(Loaded(slot=254, material="PLA"),)) == (254,)
    assert feeding("PLA", "galaxie", slots=(PETG, ORANGE)) == (1,), "a word that nobody knows is no colour"


@pytest.mark.parametrize(
    ("one", "fit", "slots", "codes"),
    [
        (job(material="PLA", colour="noir"), Fit(), FOUR, set()),
        (job(material="ABS"), Fit(), FOUR, {"wrong_material"}),
        (job(material="ABS"), Fit(), (*FOUR, UNKNOWN), set()),
        (job(material="ABS"), Fit(), (*FOUR, UNKNOWN, Loaded(slot=9)), {"wrong_material"}),
        (job(material="PLA", colour="vert"), Fit(), FOUR, {"wrong_colour"}),
        (job(material="PLA", colour="noir"), Fit(grams=200.0), FOUR, {"spool_too_short"}),
        (job(material="PLA"), Fit(grams=200.0), FOUR, set()),
        (job(material=""), Fit(tools=(Tool(0, material="PLA"), Tool(1, material="TPU"))), FOUR, {"wrong_material"}),
        (job(material="ABS"), Fit(), (UNKNOWN,), {"wrong_material"}),
    ],
)
def test_what_is_missing_in_the_trays(one: Any, fit: Fit, slots: tuple[Loaded, ...], codes: set[str]) -> None:
    """The last: nothing is told, so what staff noted holds (PLA)."""
    assert against(one, fit, loaded(*slots)) == codes


def test_what_nobody_tells_is_a_doubt() -> None:
    def doubts(one: Any, *slots: Loaded) -> list[str]:
        return [reason.code for reason in matching.doubts(one, Fit(grams=20.0), loaded(*slots), ())]

    assert doubts(job(material="PLA", colour="noir"), *FOUR) == []
    assert doubts(job(material="PLA", colour="orange"), *FOUR) == ["left_unknown"]
    assert doubts(job(material="ABS"), *FOUR, UNKNOWN) == ["loaded_unknown"]
    assert doubts(job(material=""), *FOUR) == ["file_material_unknown"]
    two = Fit(tools=(Tool(0, material="PLA", colour="#000000"), Tool(1, material="PLA", colour="#FFFFFF")))
    found = matching.doubts(job(material=""), two, loaded(BLACK), ())
    assert [reason.code for reason in found] == ["colours_on_one_spool"]


@given(
    st.lists(st.sampled_from([*FOUR, UNKNOWN, Loaded(slot=254, material="TPU")]), unique=True),
    st.lists(st.sampled_from(["PLA", "PETG", "TPU", ""]), max_size=4),
    st.sampled_from(["", "PLA", "TPU"]),
    st.sampled_from(["", "noir", "vert", "?"]),
)
def test_every_tool_is_fed_with_its_material_or_none_is(
    slots: list[Loaded], materials: list[str], material: str, colour: str
) -> None:
    tools = tuple(Tool(2 * place, material=name or None) for place, name in enumerate(materials))
    found = feeding(material, colour, tools, slots)
    by_slot, asked = {one.slot: one for one in slots}, trays.wanted_by(material, colour, tools)
    wanted = {one.tool: one.material for one in asked}
    for place, slot in enumerate(found or ()):
        assert (slot == -1) == (place not in wanted)
        assert slot == -1 or by_slot[slot].material in ("", wanted[place]) or not wanted[place]
    if found is not None and trays.speaks(slots):
        assert not against(job(material=material, colour=colour), Fit(tools=tools), loaded(*slots))


def test_words_for_colours_and_places() -> None:
    assert [trays.word_of(one) for one in ("#101010", "#F8F8F8", "#F2754E", None)] == ["noir", "blanc", "orange", ""]
    assert [trays.place_of(slot) for slot in (0, 7, 15, 128, 254)] == ["A1", "B4", "D4", "HT-1", ""]
    assert all(trays.nearest(f"#{named}") == named for named in trays.COLOURS)


def shown(fablab: Fablab, *slots: Loaded) -> None:
    fablab.box.show(MachineState.IDLE, slots=slots)


def test_a_start_names_the_trays_and_the_page_shows_them(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    shown(quick_fablab, *FOUR, UNKNOWN, Loaded(slot=254, material="TPU", is_feeding=True))
    page = Browser(quick_fablab, FAB_MANAGER).get("/fablab/machines/p3d-1").text
    for text in ("Bobine A1", "PLA, noir, reste 12\u00a0%, lue sur la bobine", "Bobine B3", "matière inconnue"):
        assert text in page, text
    assert "TPU, en service" in page
    quick_fablab.box.show(MachineState.IDLE)
    page = Browser(quick_fablab, FAB_MANAGER).get("/fablab/machines/p3d-1").text
    assert "Bobine A1" in page, "silence empties nothing"
    file = quick_fablab.send(quick_fablab.maker, makers.sliced(), "boite.gcode.3mf").json()
    made = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file["id"]}).json()
    assert quick_fablab.dispatch(made, seen=True).status_code == 202
    assert quick_fablab.spy.sent[-1][1]["job"]["slots"] == [1, -1, 6]
