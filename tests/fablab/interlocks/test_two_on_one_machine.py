"""A terminal and an adapter, or a plug, on one machine: each with its own account on the broker of the service."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import text

from devices.link import Address
from devices.simulators.device import SimulatedDevice
from devices.simulators.machine import SimulatedPlug
from devices.simulators.printer import SimulatedPrinter
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import PretendedPins
from devices.wire import Availability, Channel, build_topic, encode
from tests.fablab.benches import CUBE, SITE, load_machines
from tests.fablab.interlocks.terminal_beds import KEY, OPEN_HOURS, accept_sheet, person_of
from tests.support.clients import FAB_MANAGER, MEMBER, HouseUnderTest, at, borrowed_frame
from tests.support.databases import SqliteTemplates
from tests.support.inside import run_jobs
from tierslieu.app import furnish
from tierslieu.basics.clock import SetClock
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab import rules as machine_rules
from tierslieu.fablab.interlocks import actions, enrolment, inbox, queries, rules
from tierslieu.fablab.interlocks.actions import Wish
from tierslieu.fablab.interlocks.rules import Policy, TerminalNow
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.setup import actions as setup
from tierslieu.fablab.setup import queries as links
from tierslieu.fablab.setup.schemas import Found, NewMachineForm, Way
from tierslieu.fablab.telemetry.queries import samples
from tierslieu.infra.feature import Message
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import is_enrolled

PRINTER = "p3d-1"
CARD = "04A23B1C"
TURNS = 600
STEP = import_module("tierslieu.migrations.versions.0007_boxes")


class Workshop:
    """A service with its own broker, one machine, and whatever is enrolled for it."""

    def __init__(self, house: HouseUnderTest, folder: Path) -> None:
        self.house, self.folder, self.living = house, folder, list[Terminal | SimulatedDevice]()
        self.pins = PretendedPins()
        load_machines(house)

    def now(self) -> float:
        return float(self.house.clock.instant)

    def address(self, device: str, password: str) -> Address:
        url = f"mqtt://127.0.0.1:{self.house.house.broker_port}"
        return Address(url=url, site=SITE, device=device, username=device, password=password)

    def put_box(self, key: str) -> Terminal:
        """Install a terminal as staff do: with what the page shows once."""
        given = self.house.write(enrolment.enrol, key, self.house.house.secret)
        self.house.write(enrolment.set_policy, key, Policy(lease_s=60, within_hours=False))
        keys = Keys(bytes.fromhex(given.lock_key), bytes.fromhex(given.card_key))
        at_bus = self.address(given.device, given.password)
        box = Terminal(at_bus, keys, self.pins, self.folder, clock=self.now, steady=self.now)
        self._start(box)
        return box

    def link(self, key: str, kind: str, machine: SimulatedPrinter | SimulatedPlug) -> SimulatedDevice:
        """Link the machine, and let something like its adapter speak with the account of the link."""
        self.house.write(setup.link_machine, key, Way("plug"), Way(), "", Found("ok"))
        stored = self.house.read(lambda reader: links.link(reader, machines.machine(reader, key)))
        assert stored is not None
        spool = self.folder / f"{key}.sqlite"
        device = SimulatedDevice(self.address(key, stored.bus_secret), kind, machine, spool, self.now)
        self._start(device)
        return device

    def _start(self, device: Terminal | SimulatedDevice) -> None:
        self.living.append(device)
        device.start()

    def stop(self, device: Terminal | SimulatedDevice) -> None:
        self.living.remove(device)
        device.stop()

    def close(self) -> None:
        for device in list(self.living):
            self.stop(device)

    def wait(self, what: Callable[[], object], seconds: int = 0) -> None:
        """Let all live until it is so; time passes by `seconds` a turn."""
        pause = threading.Event()
        for _ in range(TURNS):
            if what():
                return
            self.house.clock.instant += seconds
            for device in self.living:
                device.tick()
            run_jobs(self.house)
            pause.wait(0.02)
        raise AssertionError("it never came to that")

    def machine(self, key: str) -> MachineNow:
        found: MachineNow = self.house.read(machines.machine, key)
        return found

    def terminal(self, key: str) -> TerminalNow:
        found: TerminalNow = self.house.read(lambda reader: queries.terminal(reader, machines.machine(reader, key)))
        return found

    def is_box_heard(self, key: str) -> bool:
        return rules.link_of(self.terminal(key), self.house.clock.instant) == "online"

    def is_heard(self, key: str) -> bool:
        return machine_rules.link_of(self.machine(key), self.house.clock.instant) == "online"


@pytest.fixture
def workshop(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Workshop]:
    mqtt = MqttSettings(runs_machines=False)
    chosen = Settings(data_dir=tmp_path, database_url=sqlite_templates.make("demo"), demo=True, mqtt=mqtt)
    clock = SetClock(at(OPEN_HOURS))
    with ExitStack() as stack:
        app = stack.enter_context(borrowed_frame(chosen.upload_limit))
        client = stack.enter_context(TestClient(furnish(app, chosen, clock), raise_server_exceptions=False))
        made = Workshop(HouseUnderTest(client, clock), tmp_path)
        stack.callback(made.close)
        yield made


def test_two_badges_at_its_terminal_say_that_a_printer_was_emptied(workshop: Workshop) -> None:
    house, printer = workshop.house, SimulatedPrinter(random.Random("two"), workshop.now())
    workshop.link(PRINTER, "printer_3d", printer)
    box = workshop.put_box(PRINTER)
    workshop.wait(lambda: workshop.is_heard(PRINTER) and workshop.is_box_heard(PRINTER))
    assert workshop.machine(PRINTER).state == "idle", "the adapter speaks for the machine"
    house.write(enrolment.add_card, person_of(house), _digest(house, CARD))
    maker, manager = house.sign_in(MEMBER), house.sign_in(FAB_MANAGER)
    files = {"file": ("cube.gcode", CUBE.read_bytes())}
    file = house.client.post("/api/v1/fablab/files", files=files, headers=maker.headers).json()["id"]
    job = maker.post("/api/v1/fablab/jobs", {"file": file}).json()["id"]
    assert manager.post(f"/api/v1/fablab/jobs/{job}/dispatch", {"machine": PRINTER}).status_code == 202

    def state() -> str:
        return str(manager.get(f"/api/v1/fablab/jobs/{job}").json()["state"])

    workshop.wait(lambda: state() == "running")
    workshop.wait(lambda: state() == "to_check", seconds=4)
    workshop.pins.hold_card(CARD)
    workshop.wait(lambda: _notes(house, PRINTER)[0] == "badge_shown")
    assert state() == "to_check"
    workshop.pins.hold_card(CARD)
    workshop.wait(lambda: state() == "done")
    workshop.stop(box)
    workshop.wait(lambda: not workshop.is_box_heard(PRINTER))
    assert workshop.is_heard(PRINTER), "the printer is still there"


def test_a_plug_counts_the_energy_of_a_laser_that_a_terminal_unlocks(workshop: Workshop) -> None:
    house = workshop.house
    workshop.put_box(KEY)
    workshop.wait(lambda: workshop.is_heard(KEY) and workshop.is_box_heard(KEY))
    plug = workshop.link(KEY, "laser_cutter", SimulatedPlug(random.Random("two"), workshop.now()))
    workshop.wait(lambda: _watt_hours(house, KEY) > 0, seconds=2)
    house.write(accept_sheet, person_of(house))
    house.write(actions.start, KEY, Wish(person_id=person_of(house), minutes=30))
    workshop.wait(lambda: workshop.pins.is_energised and workshop.terminal(KEY).lock == "unlocked")
    house.write(setup.unlink_machine, KEY)
    workshop.stop(plug)
    workshop.wait(lambda: workshop.machine(KEY).state == "running", seconds=2)
    assert (workshop.is_box_heard(KEY), workshop.pins.is_energised) == (True, True)
    house.write(actions.cut, KEY)
    workshop.wait(lambda: not workshop.pins.is_energised and workshop.terminal(KEY).lock == "locked")
    workshop.link(KEY, "laser_cutter", SimulatedPlug(random.Random("two"), workshop.now()))
    workshop.wait(lambda: workshop.machine(KEY).seq >= 0)
    house.write(enrolment.remove, KEY)
    workshop.wait(lambda: workshop.is_heard(KEY))


def test_a_name_on_the_bus_is_one_devices_only(quick_nugue: HouseUnderTest) -> None:
    load_machines(quick_nugue)
    secret, house = quick_nugue.house.secret, quick_nugue
    first = house.write(enrolment.enrol, PRINTER, secret)
    assert (first.device, house.write(enrolment.enrol, PRINTER, secret).device) == ("p3d-1-box", "p3d-1-box")
    for key in (first.device, "p3d-2-box", "x" * 32):
        wish = NewMachineForm(key=key, name="Une machine", kind="printer_3d")
        if key == first.device:
            with pytest.raises(Invalid):
                house.write(setup.add_machine, wish)
        else:
            house.write(setup.add_machine, wish)
    assert house.write(enrolment.enrol, "p3d-2", secret).device == "p3d-2-box2"
    assert house.write(enrolment.enrol, "x" * 32, secret).device == "x" * 28 + "-box"


def test_a_terminal_of_before_goes_on_as_its_machine_until_it_has_new_secrets(nugue: HouseUnderTest) -> None:
    load_machines(nugue)
    nugue.write(setup.link_machine, "cnc-1", Way("plug"), Way(), "", Found("ok"))
    nugue.write(lambda tx: tx.run(Query(text(STEP.PLACES))))

    def now(key: str) -> tuple[TerminalNow, MachineNow]:
        found = nugue.read(machines.machine, key)
        return nugue.read(queries.terminal, found), found

    assert now("cnc-1")[0].device.startswith("box-"), "an adapter speaks in the machine's name by now"
    birth = encode(Availability(online=True, boot_id="boot-001"))
    nugue.write(inbox.hear_presence, Message(build_topic(SITE, KEY, Channel.AVAILABILITY), birth, False))
    terminal, machine = now(KEY)
    assert (terminal.device, terminal.is_online, machine.is_online) == (KEY, 1, 1)
    with pytest.raises(Refused) as refused:
        nugue.write(setup.link_machine, KEY, Way("plug"), Way(), "", Found("ok"))
    assert [reason.code for reason in refused.value.reasons] == ["box_in_its_place"]
    assert nugue.write(enrolment.enrol, KEY, nugue.house.secret).device == "laser-1-box"
    terminal, machine = now(KEY)
    assert (terminal.is_online, machine.is_online, machine.boot_id) == (0, 0, "")
    nugue.write(setup.link_machine, KEY, Way("plug"), Way(), "", Found("ok"))


def test_new_secrets_for_a_terminal_of_before_leave_the_adapter_that_took_its_place(
    quick_nugue: HouseUnderTest,
) -> None:
    house = quick_nugue
    load_machines(house)
    house.write(lambda tx: tx.run(Query(text(STEP.PLACES))))
    house.write(enrolment.remove, KEY)
    house.write(setup.link_machine, KEY, Way("plug"), Way(), "", Found("ok"))
    assert house.write(enrolment.enrol, KEY, house.house.secret).device == "laser-1-box"
    assert house.read(is_enrolled, KEY), "the adapter's account goes on"


def _digest(house: HouseUnderTest, number: str) -> str:
    return enrolment.read_card(number, house.house.secret)


def _notes(house: HouseUnderTest, key: str) -> list[str]:
    def find(reader: Reader) -> list[str]:
        return [line.kind for line in machines.log_of(reader, machines.machine(reader, key).id)]

    found: list[str] = house.read(find)
    return found


def _watt_hours(house: HouseUnderTest, key: str) -> float:
    def find(reader: Reader) -> float:
        rows = samples(reader, machines.machine(reader, key).id, 0, reader.now)
        return max((wh or 0.0 for _at, _w, wh, *_ in rows), default=0.0)

    return float(house.read(find))
