"""A plug is tried like a printer: what answered is told, what did not is saved only when somebody says so."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from litestar.testing import TestClient
from paho.mqtt.enums import CallbackAPIVersion

from tests.fablab.buses import DEADLINE_S
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, TUESDAY_MORNING, HouseUnderTest, at
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, write
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.fablab import queries as machines
from tierslieu.fablab.setup import actions, queries, trying
from tierslieu.fablab.setup.link_screens import was_heard
from tierslieu.fablab.setup.program import CONFIGURATION, broker_for_machines, folder_of
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.fablab.telemetry.tables import MachineSample
from tierslieu.infra.settings import Settings
from tierslieu.infra.statements import Query, insert_into
from tierslieu.people.devices.actions import enrol_device

AT = "/fablab/reglages/laser-1/liaison"
PLUG = "prise-1"
PRINTER = Way("octoprint", {"address": "http://127.0.0.1:9", "api_key": "k"})
HALF = Found("ok", meter=Found("unheard"))
ADD_SAMPLE: Query[Any] = Query(insert_into(MachineSample))
WISH = {"adapter": "tasmota", "meter": "", "agent": "", "a_topic": PLUG, "a_template": ""}
SAYS = {
    b"10": ("STATUS10", {"StatusSNS": {"ENERGY": {"Total": 1.5, "Power": 12.0}}}),
    b"2": ("STATUS2", {"StatusFWR": {"Version": "14.2.0(tasmota)"}}),
    b"": ("STATUS", {"Status": {"DeviceName": "Prise laser"}}),
}


class Plug:
    """A Tasmota with an account of the venue's broker."""

    def __init__(self, url: str, password: str) -> None:
        self._is_in = threading.Event()
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._mqtt.username_pw_set(PLUG, password)
        self._mqtt.on_connect = lambda client, *_: client.subscribe(f"plugs/{PLUG}/cmnd/#", qos=1)
        self._mqtt.on_subscribe = lambda *_: self._is_in.set()
        self._mqtt.on_message = self._answer
        self._mqtt.connect("127.0.0.1", int(url.rpartition(":")[2]))
        self._mqtt.loop_start()
        assert self._is_in.wait(DEADLINE_S)
        self._mqtt.publish(f"plugs/{PLUG}/tele/LWT", b"Online", qos=1, retain=True).wait_for_publish(DEADLINE_S)

    def _answer(self, client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        topic, said = SAYS[bytes(message.payload)]
        client.publish(f"plugs/{PLUG}/stat/{topic}", json.dumps(said).encode(), qos=1)

    def leave(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt


@pytest.fixture
def alive(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """A house with its own broker, and a program of its own that listens to plugs."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_templates.make("demo"), demo=True)
    clock = SetClock(at(TUESDAY_MORNING))
    with TestClient(create_app(settings, clock)) as client:
        yield HouseUnderTest(client, clock)


def test_a_plug_that_answers_is_saved_with_its_name_its_firmware_and_a_first_reading(alive: HouseUnderTest) -> None:
    wait_for(folder_of(alive.house) / CONFIGURATION)
    password = write(alive, enrol_device, PLUG, "meter", "Prise")
    plug = Plug(broker_for_machines(alive.house), password)
    lucie = Browser(alive)
    lucie.sign_in(FAB_MANAGER)
    lucie.get(f"{AT}?adapter=tasmota&meter=")
    answer = lucie.submit(AT, WISH)
    plug.leave()
    assert answer.headers["location"] == f"{AT}?fait=linked", answer.text
    shown = lucie.get(AT).text
    for said in ("La machine répond.", "Prise laser", "Tasmota 14.2.0(tasmota)", "12,0 W", "1,50 kWh"):
        assert said in shown, said
    assert "Jamais entendue" not in shown
    assert password not in shown
    (link,) = read(alive, queries.links)
    assert (link.code, link.probe.power_w) == ("ok", 12.0)


def wait_for(file: Path) -> None:
    """The program writes its configuration when it begins."""
    waiting = threading.Event()
    for _ in range(DEADLINE_S * 20):
        if file.exists():
            return
        waiting.wait(0.05)
    raise AssertionError(f"{file.name} did not come")


def test_what_did_not_answer_is_saved_only_as_a_second_step(nugue: HouseUnderTest) -> None:
    lucie = Browser(nugue)
    lucie.sign_in(FAB_MANAGER)
    lucie.get(f"{AT}?adapter=tasmota&meter=")
    refused = lucie.submit(AT, WISH)
    assert refused.status_code == 422
    assert 'name="anyway"' in refused.text
    assert f'value="{PLUG}"' in refused.text
    assert read(nugue, queries.links) == []
    kept = lucie.submit(AT, {**WISH, "anyway": "1"})
    assert kept.headers["location"] == f"{AT}?fait=linked_unheard"
    assert "La machine n’a jamais été entendue" in lucie.get(AT).text
    assert "Jamais entendue" in lucie.get("/fablab/reglages").text
    machine, (link,) = read(nugue, machines.machine, "laser-1"), read(nugue, queries.links)
    assert not was_heard(machine, link)
    wrong = {"adapter": "octoprint", "a_address": "file:///etc/passwd", "a_api_key": "k", "anyway": "1"}
    at_printer = AT.replace("laser-1", "p3d-1")
    never = lucie.submit(at_printer, wrong)
    assert never.status_code == 422, "what is wrong today is wrong tomorrow"
    assert 'name="anyway"' not in never.text
    assert [one.key for one in read(nugue, queries.links)] == ["laser-1"]


def test_a_plug_beside_a_printer_is_never_heard_until_it_measured(nugue: HouseUnderTest) -> None:
    lucie = Browser(nugue)
    lucie.sign_in(FAB_MANAGER)
    write(nugue, actions.link_machine, "p3d-1", PRINTER, Way("tasmota", {"topic": PLUG}), "", HALF)
    at_printer = AT.replace("laser-1", "p3d-1")
    shown = lucie.get(at_printer).text
    assert "La prise n’a jamais été entendue" in shown
    assert "La machine n’a jamais" not in shown
    machine = read(nugue, machines.machine, "p3d-1").id
    measured = {"machine_id": machine, "at": nugue.clock.now(), "power_w": 3.0, "energy_wh": None}
    write(nugue, lambda tx: tx.run(ADD_SAMPLE, **measured, tool_c=None, bed_c=None, chamber_c=None))
    assert "Jamais entendue" not in lucie.get(at_printer).text


def test_a_kept_key_goes_to_no_other_address(quick_nugue: HouseUnderTest) -> None:
    lucie, at_printer = Browser(quick_nugue), AT.replace("laser-1", "p3d-1")
    lucie.sign_in(FAB_MANAGER)
    own = Way("moonraker", {"address": "http://127.0.0.1:9", "api_key": "k"})
    write(quick_nugue, actions.link_machine, "p3d-1", own, Way(), "", Found("ok"))
    lucie.get(f"{at_printer}?adapter=moonraker&a_address=http://127.0.0.1:7")
    wish = {"adapter": "moonraker", "meter": "", "agent": "", "a_api_key": "", "anyway": "1"}
    for address, key in ((own.settings["address"], "k"), ("http://127.0.0.1:7", "")):
        assert lucie.submit(at_printer, {**wish, "a_address": address}).status_code == 303
        (link,) = read(quick_nugue, queries.links)
        assert link.way.settings == {"address": address, "api_key": key}


def test_only_absence_may_be_saved() -> None:
    assert trying.is_answered(Found("ok", meter=Found("ok")))
    assert not trying.is_answered(Found("ok", meter=Found("unheard")))
    assert trying.may_be_kept(Found("ok", meter=Found("unheard")))
    for code in ("wrong_key", "wrong_kind", "forbidden", "bad_setting"):
        assert not trying.may_be_kept(Found("ok", meter=Found(code)))
