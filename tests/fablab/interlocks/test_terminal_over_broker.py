"""A member unlocks the laser in the browser, over a real broker, and everything around it fails in turn."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from litestar.testing import TestClient
from paho.mqtt.enums import CallbackAPIVersion

from devices.boxes import STATE_EVERY_S
from devices.link import Address
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import PretendedPins
from devices.wire import Channel, build_topic, encode
from devices.wire.interlocks import LockOp, LockOrder, seal, unsealed
from tests.fablab.benches import SITE, load_machines
from tests.fablab.interlocks.terminal_beds import BOX, KEY, OPEN_HOURS, PAGE, accept_sheet, person_of
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, HouseUnderTest, at, borrowed_frame
from tests.support.databases import SqliteTemplates
from tests.support.inside import run_jobs
from tests.support.own_broker import OwnBroker
from tierslieu.app import furnish
from tierslieu.basics.clock import SetClock
from tierslieu.fablab.interlocks import enrolment, queries
from tierslieu.fablab.interlocks.enrolment import Secrets
from tierslieu.fablab.interlocks.rules import Policy, SessionNow
from tierslieu.fablab.queries import machine
from tierslieu.infra.embedded_broker_accounts import Account, DurableSession, password_sha256
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.transaction import Reader

TURNS = 600
STEP_S = 4


class Bus(OwnBroker):
    """The broker that comes with the service, with the laser's terminal on it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        every = ("tierslieu/#",)
        waits = DurableSession("tierslieu-service", ("tierslieu/v1/+/+/up/#",))
        place = f"tierslieu/v1/{SITE}/{BOX}"
        super().__init__(
            folder,
            [
                Account("service", password_sha256("s"), every, every, waits),
                Account("hand", password_sha256("h"), every, every),
                Account(BOX, password_sha256("d"), (f"{place}/up/#",), (f"{place}/down/#",)),
            ],
        )


class Workshop:
    """A broker and a terminal that outlive the service."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.clock = url, folder, SetClock(at(OPEN_HOURS))
        self.bus = Bus(folder / "bus")
        self.bus.start()
        self.pins = PretendedPins()
        self._boots = iter(f"boot-{number:03}" for number in range(1, 9))
        self.terminal: Terminal | None = None
        self.secrets: Secrets | None = None

    @contextmanager
    def service(self) -> Iterator[HouseUnderTest]:
        """The service from start to end; the database stays."""
        broker = MqttSettings(url=f"mqtt://service:s@127.0.0.1:{self.bus.port}")
        chosen = Settings(data_dir=self.folder, database_url=self.url, demo=True, mqtt=broker)
        with (
            borrowed_frame(chosen.upload_limit) as app,
            TestClient(furnish(app, chosen, self.clock), raise_server_exceptions=False) as client,
        ):
            house = HouseUnderTest(client, self.clock)
            self.wait(lambda: house.house.broker.is_up)
            yield house

    def install(self, house: HouseUnderTest) -> None:
        """Put the terminal there, ready to be used by the member."""
        load_machines(house)
        given: Secrets = house.write(enrolment.enrol, KEY, house.house.secret)
        self.secrets = given
        house.write(enrolment.set_policy, KEY, Policy(lease_s=60))
        house.write(accept_sheet, person_of(house))
        self.terminal = Terminal(
            Address(url=f"mqtt://127.0.0.1:{self.bus.port}", site=SITE, device=BOX, username=BOX, password="d"),
            Keys(bytes.fromhex(given.lock_key), bytes.fromhex(given.card_key)),
            self.pins,
            self.folder,
            clock=lambda: float(self.clock.instant),
            steady=lambda: float(self.clock.instant),
            kind="laser_cutter",
            boot_ids=lambda: next(self._boots),
        )
        self.terminal.start()

    def wait(self, what: Callable[[], object], house: HouseUnderTest | None = None) -> None:
        """Let both live, without time passing, until it is so."""
        pause = threading.Event()
        for _ in range(TURNS):
            if what():
                return
            if self.terminal is not None:
                self.terminal.tick()
            if house is not None:
                house.run_jobs()
            pause.wait(0.02)
        raise AssertionError("it never came to that")

    def pass_time(self, seconds: int, house: HouseUnderTest | None = None) -> None:
        assert self.terminal is not None
        for _ in range(0, seconds, STEP_S):
            self.clock.instant += STEP_S
            self.terminal.tick()
            if house is not None:
                run_jobs(house)
                self.wait(lambda: not house.house.broker.is_up or is_in_touch(house))

    def close(self) -> None:
        if self.terminal is not None:
            self.terminal.stop()
        self.bus.kill()


@pytest.fixture
def workshop(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Workshop]:
    with ExitStack() as stack:
        made = Workshop(sqlite_templates.make("demo"), tmp_path)
        stack.callback(made.close)
        yield made


def last(house: HouseUnderTest) -> SessionNow:
    def find(reader: Reader) -> SessionNow:
        return reader.rows(queries.LAST_ON, machine=machine(reader, KEY).id)[0]

    found: SessionNow = house.read(find)
    return found


def is_in_touch(house: HouseUnderTest) -> bool:
    """Whether every order was answered and the terminal heard as it speaks: time goes on when both have had theirs."""

    def find(reader: Reader) -> bool:
        now = queries.terminal(reader, machine(reader, KEY))
        waiting = reader.rows(queries.UNANSWERED, terminal=now.id, upto=now.seq, since=0)
        return not waiting and reader.now - now.heard_at <= STATE_EVERY_S + STEP_S

    return bool(house.read(find))


def is_locked(house: HouseUnderTest) -> bool:
    return bool(house.read(lambda reader: queries.terminal(reader, machine(reader, KEY)).lock == "locked"))


def unlock(workshop: Workshop, house: HouseUnderTest) -> Browser:
    sofia = Browser(house)
    sofia.sign_in(MEMBER)
    workshop.wait(lambda: is_locked(house), house)
    sofia.get(PAGE)
    answer = sofia.submit(f"{PAGE}/ouvrir", {"minutes": "60", "tidy": "1"})
    assert answer.status_code == 303, answer.text
    workshop.wait(lambda: last(house).state == "leased", house)
    assert workshop.pins.is_energised
    assert "Déverrouillée" in sofia.get(PAGE).text
    return sofia


def test_the_service_dies_in_the_middle_and_the_laser_locks_by_itself(workshop: Workshop) -> None:
    with workshop.service() as house:
        workshop.install(house)
        unlock(workshop, house)
        workshop.pass_time(100, house)
        assert workshop.pins.is_energised, "renewed while the service lives"
    workshop.pass_time(50)
    assert workshop.pins.is_energised
    workshop.pass_time(20)
    assert not workshop.pins.is_energised
    with workshop.service() as house:
        workshop.wait(lambda: last(house).state == "closed", house)
        assert last(house).why in ("lease_time", "at_terminal")


def test_the_broker_is_cut_and_nothing_stays_open(workshop: Workshop) -> None:
    with workshop.service() as house:
        workshop.install(house)
        sofia = unlock(workshop, house)
        workshop.bus.kill()
        workshop.wait(lambda: not house.house.broker.is_up)
        workshop.pass_time(56, house)
        assert "Boîtier injoignable" in sofia.get(PAGE).text
        workshop.pass_time(20, house)
        assert not workshop.pins.is_energised
        workshop.bus.start()
        workshop.wait(lambda: last(house).state == "closed", house)
        workshop.wait(lambda: is_locked(house), house)
        unlock(workshop, house)


def test_a_plug_that_was_pulled_and_orders_by_hand_open_nothing(workshop: Workshop) -> None:
    with workshop.service() as house:
        workshop.install(house)
        unlock(workshop, house)
        assert workshop.terminal is not None
        workshop.terminal.reboot()
        assert not workshop.pins.is_energised
        workshop.wait(lambda: last(house).state == "closed", house)
        assert last(house).why == "reboot"
        assert workshop.secrets is not None
        _publish(workshop, _forged("boot-003"))  # kept by the broker for the next boot, without a seal
        _reboot(workshop, house)
        sealed = seal(bytes.fromhex(workshop.secrets.lock_key), SITE, BOX, _forged("boot-004"))
        assert isinstance(sealed, LockOrder)
        _publish(workshop, sealed)  # even with the right key: it is kept, and the terminal boots into it
        _reboot(workshop, house)


def _forged(boot_id: str) -> LockOrder:
    return LockOrder(
        cmd_id=secrets.token_hex(8),
        seq=10_000,
        op=LockOp.UNLOCK,
        issued_at=at(OPEN_HOURS),
        ttl_s=600,
        boot_id=boot_id,
        lease_id="by-hand-01",
        lease_s=600,
        mac=unsealed(),
    )


def _reboot(workshop: Workshop, house: HouseUnderTest) -> None:
    """The terminal comes back, meets what the broker kept for it, and stays locked."""
    terminal = workshop.terminal
    assert terminal is not None
    terminal.reboot()
    workshop.wait(lambda: _boot_of(house) == terminal.boot_id and is_locked(house), house)
    for _ in range(10):
        terminal.tick()
    assert not workshop.pins.is_energised


def _boot_of(house: HouseUnderTest) -> str:
    return str(house.read(lambda reader: queries.terminal(reader, machine(reader, KEY)).boot_id))


def _publish(workshop: Workshop, order: LockOrder) -> None:
    """A retained unlock, as somebody with an account on the broker might try."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="hand")
    client.username_pw_set("hand", "h")
    client.connect("127.0.0.1", workshop.bus.port)
    client.loop_start()
    sent = client.publish(build_topic(SITE, BOX, Channel.LOCK_ORDER), encode(order), qos=1, retain=True)
    sent.wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
