"""A house with a laser behind a terminal: the real lock on pretended pins, without a broker between them.

What the house sends is taken to the terminal by `exchange`; `is_deaf` loses it, `is_mute` loses the answers, `is_terse`
keeps the state that follows them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from devices.spool import Spool
from devices.terminals.orders import Orders, Shown
from devices.terminals.pins import PretendedPins
from devices.terminals.states import Interlock, Told
from devices.wire import Availability, Channel, build_topic, decode, encode
from devices.wire.interlocks import (
    LockEvent,
    LockEventType,
    LockOrder,
    LockPolicy,
    LockState,
    card_digest,
    unsealed,
)
from tests.fablab.benches import SITE, load_machines
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.fablab.interlocks import enrolment, inbox, queries
from tierslieu.fablab.interlocks.enrolment import Secrets
from tierslieu.fablab.interlocks.rules import Policy, SessionNow, TerminalNow
from tierslieu.fablab.queries import machine
from tierslieu.fablab.upkeep import queries as upkeep
from tierslieu.fablab.upkeep import sheets
from tierslieu.infra.broker import Broker
from tierslieu.infra.feature import Message
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin.queries import account

KEY = "laser-1"
BOX = "laser-1-box"
"""The name of its terminal on the bus."""
OPEN_HOURS = "2026-11-25T14:30"
PAGE = f"/fablab/machines/{KEY}/session"


class Wire(Broker):
    """The house's side of the bus: keeps what was published for the terminal."""

    def __init__(self, house: HouseUnderTest) -> None:
        super().__init__(house.house.metrics)
        self.sent: list[tuple[str, bytes, bool]] = []
        self.is_up = True

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        if not self.is_up:
            super().publish(topic, payload, qos, retain)
        self.sent.append((topic, payload, retain))


class Bed:
    """The house, its laser, and who wants to use it."""

    def __init__(self, house: HouseUnderTest, folder: Path) -> None:
        self.house = house
        load_machines(house)
        house.is_at(OPEN_HOURS)
        jobs = house.house.jobs
        assert jobs is not None
        house.client.blocking_portal.call(jobs.stop)
        former = house.house.broker
        self.wire = house.house.broker = Wire(house)
        self.wire.on_up = former.on_up
        self.secrets: Secrets = house.write(enrolment.enrol, KEY, house.house.secret)
        self.pins, self.boot, self.seq = PretendedPins(), "boot-001", 0
        self.is_deaf = self.is_mute = self.is_terse = False
        self.acks: list[bytes] = []
        self._spool = Spool(folder / "terminal.sqlite")
        self.policy = LockPolicy(version=0, mac=unsealed())
        self._boot()
        self.set_policy(Policy())

    # -- the terminal -------------------------------------------------------------------------------

    def _boot(self) -> None:
        self.born = self._now() - 600
        self.lock = Interlock(self.policy, self._now())
        key = bytes.fromhex(self.secrets.lock_key)
        self.orders = Orders(key, SITE, self.secrets.device, self.boot, spool=self._spool, show=self._shown)

    def _now(self) -> float:
        return float(self.house.clock.instant)

    def uptime(self) -> int:
        return max(0, int(self._now() - self.born))

    def _shown(self) -> Shown:
        self.lock.inputs = self.pins.read()
        return Shown(self.lock.word, self.lock.relay, self.lock.inputs.sense, self.seq)

    def reboot(self, boot: str = "boot-002") -> None:
        self.boot, self.seq = boot, 0
        self.pins.relay(False)
        self._boot()
        self.wake()

    def wake(self) -> None:
        said = Availability(online=True, boot_id=self.boot, kind="laser_cutter")
        topic = build_topic(SITE, self.secrets.device, Channel.AVAILABILITY)
        self.house.write(inbox.hear_presence, Message(topic, encode(said), False))
        self.speak()

    def say(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:
        if not self.is_mute:
            self.house.write(inbox.handle, Message(build_topic(SITE, self.secrets.device, channel), payload, retain))

    def speak(self) -> None:
        """Say how the lock is."""
        self.say(Channel.LOCK, self.state())

    def state(self) -> bytes:
        """How the lock is now, to be said now or late."""
        self.seq += 1
        lease = self.lock.lease
        self.lock.inputs = self.pins.read()
        said = LockState(
            lock=self.lock.word,
            boot_id=self.boot,
            seq=self.seq,
            uptime_s=self.uptime(),
            relay=self.lock.relay,
            sense=self.lock.inputs.sense,
            lease_id=lease.id if lease else None,
            lease_left_s=self.lock.left_s(self._now()),
            waits_for_idle=lease is not None and lease.over_since is not None,
            activity=self.lock.inputs.activity,
            door=self.lock.inputs.door,
            fault=self.lock.fault,
        )
        return encode(said)

    def tell(self, told: Told, event_id: str = "", late_s: int = 0) -> str:
        """Tell what happened `late_s` seconds ago."""
        self.seq += 1
        event = LockEvent(
            event_id=event_id or f"{self.boot}-{self.seq:03}",
            boot_id=self.boot,
            seq=self.seq,
            type=told.type,
            at_uptime_s=self.uptime() - late_s,
            card=told.card,
            lease_id=told.lease_id,
            reason=told.reason,
        )
        self.say(Channel.EVENT, encode(event))
        return event.event_id

    def badge(self, number: str, event_id: str = "", late_s: int = 0) -> str:
        lease = self.lock.lease.id if self.lock.lease else None
        digest = card_digest(bytes.fromhex(self.secrets.card_key), number)
        return self.tell(Told(LockEventType.BADGE, lease, card=digest), event_id, late_s)

    def exchange(self) -> None:
        """Run what is due, take orders to the terminal and its answers back, until there is nothing left to say."""
        self.house.run_jobs()
        while self.wire.sent and not self.is_deaf:
            topic, payload, retain = self.wire.sent.pop(0)
            if topic.endswith("/down/lock"):
                assert not retain, "an order is never retained"
                ack = self.orders.take(decode(LockOrder, payload), self._obey, now=int(self._now()), retained=False)
                self.acks.append(ack)
                self.say(Channel.LOCK_ACK, ack)
                if not self.is_terse:
                    self.speak()
                self.house.run_jobs()
            elif topic.endswith("/down/lock-policy"):
                assert retain
                self.policy = self.lock.policy = decode(LockPolicy, payload)

    def _obey(self, order: LockOrder) -> Any:
        if order.text:
            self.pins.show(order.text)
        answer = self.lock.obey(order, self._now())
        self.pins.relay(self.lock.relay)
        return answer

    def look(self) -> None:
        """Let the lock look at its pins, and tell what happened."""
        told = self.lock.look(self.pins.read(), self._now(), is_linked=not self.is_mute)
        self.pins.relay(self.lock.relay)
        if self.lock.is_stalled:
            self.reboot(f"boot-{self.seq + 100}")
        for one in told:
            self.tell(one)
        self.speak()

    def pass_time(self, seconds: int, step: int = 5) -> None:
        """Time passes for both; the house sweeps as it does by itself."""
        for _ in range(0, seconds, step):
            self.house.clock.instant += step
            self.look()
            run_jobs(self.house)
            self.exchange()

    # -- the house ----------------------------------------------------------------------------------

    def set_policy(self, policy: Policy) -> None:
        self.house.write(enrolment.set_policy, KEY, policy)
        self.exchange()

    def person(self, email: str = MEMBER) -> int:
        return person_of(self.house, email)

    def accept_sheet(self, *emails: str) -> None:
        for email in emails:
            self.house.write(accept_sheet, self.person(email))

    def give_card(self, number: str, email: str = MEMBER) -> None:
        digest = card_digest(bytes.fromhex(self.secrets.card_key), number)
        self.house.write(enrolment.add_card, self.person(email), digest)

    def browser(self, email: str = MEMBER) -> Browser:
        browser = Browser(self.house)
        browser.sign_in(email)
        return browser

    def terminal(self) -> TerminalNow:
        return cast(TerminalNow, self._read(lambda reader: queries.terminal(reader, machine(reader, KEY))))

    def session(self) -> SessionNow | None:
        found = self._read(lambda reader: queries.open_on(reader, machine(reader, KEY).id))
        return cast("SessionNow | None", found)

    def last(self) -> SessionNow:
        found = self._read(lambda reader: reader.rows(queries.LAST_ON, machine=machine(reader, KEY).id)[0])
        return cast(SessionNow, found)

    def _read(self, query: Callable[[Reader], Any]) -> Any:
        return self.house.read(query)


def person_of(house: HouseUnderTest, email: str = MEMBER) -> int:
    """The id of a person, without their session."""
    found = house.read(account, email)
    assert found is not None
    return int(found.id)


def accept_sheet(tx: Tx, person_id: int) -> None:
    """Somebody has read the safety sheet of the laser, where it has one."""
    one = upkeep.sheet(tx, machine(tx, KEY).id)
    if one is not None:
        sheets.accept(tx, KEY, one.version, person_id)


def asked(bed: Bed, browser: Browser | None = None, minutes: str = "60") -> Browser:
    """A browser whose person has asked for the laser; house and terminal have said what they have to say."""
    browser = browser or bed.browser()
    browser.get(PAGE)
    answer = browser.submit(f"{PAGE}/ouvrir", {"minutes": minutes})
    assert answer.status_code == 303, answer.text
    bed.exchange()
    return browser


def opened(bed: Bed, browser: Browser | None = None, minutes: str = "60") -> Browser:
    """A browser whose person has unlocked the laser."""
    browser = asked(bed, browser, minutes)
    assert bed.pins.is_energised
    return browser
