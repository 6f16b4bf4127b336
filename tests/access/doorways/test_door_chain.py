"""The whole way over a real broker: badge, decision, order, ack, contact; and what happens when the broker dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from litestar.testing import TestClient

from devices.badges.decide import Rule
from devices.doors.box import DoorNode
from devices.doors.lists import BadgeList
from devices.doors.pins import PretendedPins
from devices.doors.readings import Scan
from devices.link import Address
from devices.wire.doors import Leaf, ReaderWord
from tests.access.doors import badge
from tests.access.doorways.door_beds import FACTS, KEY
from tests.access.doorways.test_door_story import SCANS
from tests.access.scanning.standing import with_pin
from tests.devices.brokers import MOSQUITTO, Mosquitto
from tests.support.browsers import Browser
from tests.support.clients import OTHER_MEMBER, RECEPTION, TUESDAY_MORNING, HouseUnderTest, at
from tests.support.databases import SqliteTemplates
from tierslieu.access import actions as badges
from tierslieu.access.doors import enrolment, queries
from tierslieu.access.doors.rules import CommandNow, DoorNow
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.doors.storing import DOORS
from tierslieu.access.zones import actions as zones
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.infra.settings import MqttSettings, Settings

TRIES = 200
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


class HouseAsker:
    """Asks the house for the door's list, as the node does over HTTPS."""

    def __init__(self, house: HouseUnderTest, secret: str) -> None:
        self._client, self._secret = house.client, secret

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]:
        headers = {"authorization": f"Bearer {self._secret}", "if-none-match": etag or '"none"'}
        answer = self._client.get(f"/api/v1/kiosk/snapshot?since={since}", headers=headers)
        return answer.status_code, answer.headers.get("etag", ""), answer.content

    def close(self) -> None:
        """Nothing is held."""


class Chain:
    """The house, the broker and a door on it, in one time."""

    def __init__(self, house: HouseUnderTest, broker: Mosquitto, folder: Path) -> None:
        self.house, self.broker = house, broker
        house.write(zones.add_zone, "essai", ZoneFacts("Essai"), (Rule("anyone", when="always"),))
        house.write(enrolment.add, DoorFacts.model_validate(FACTS))
        secrets = house.write(enrolment.enrol, KEY, house.house.secret)
        self.pins = PretendedPins()
        self.list = BadgeList(folder / "list.json", HouseAsker(house, secrets.password), self.now)
        self.node = DoorNode(
            Address(url=f"mqtt://127.0.0.1:{broker.port}", site=secrets.site, device=KEY, username=KEY, password=KEY),
            bytes.fromhex(secrets.door_key),
            self.pins,
            folder,
            badges=self.list,
            clock=self.now,
            steady=self.now,
        )

    def now(self) -> float:
        return float(self.house.clock.instant)

    def wait(self, what: Callable[[], object]) -> None:
        """Look again at each change of a door until it is so."""

        async def next_change() -> None:
            async for _moved in self.house.house.live.watch((DOORS,), 0.05):
                return

        for _ in range(TRIES):
            self.node.tick()
            if what():
                return
            self.house.client.blocking_portal.call(next_change)
        raise AssertionError("it never came to that")

    def row(self) -> DoorNow:
        return cast(DoorNow, self.house.read(queries.door, KEY))

    def pulses(self) -> list[CommandNow]:
        door_id = self.row().id
        found = self.house.read(lambda reader: reader.rows(queries.LAST_COMMANDS, door=door_id))
        return [one for one in found if one.op == "pulse"]

    def scans(self) -> list[tuple[Any, ...]]:
        return list(self.house.read(lambda reader: reader.rows(SCANS)))

    def show(self, token: str) -> None:
        self.pins.hold_badge(Scan(token, "in"))
        self.node.tick()

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.house.clock.instant += 1
            self.node.tick()


@contextmanager
def open_chain(url: str, folder: Path) -> Iterator[Chain]:
    """Broker, house, door: started in this order, ended in the other."""
    bus = folder / "bus"
    bus.mkdir()
    broker = Mosquitto(bus, {KEY: f"tierslieu/v1/+/{KEY}/#"})
    broker.start()
    clock = SetClock(at(TUESDAY_MORNING))
    mqtt = MqttSettings(url=f"mqtt://tierslieu:s@127.0.0.1:{broker.port}")
    app = create_app(Settings(data_dir=folder, database_url=url, demo=True, mqtt=mqtt), clock)
    try:
        with TestClient(app, raise_server_exceptions=False) as client:
            chain = Chain(HouseUnderTest(client, clock), broker, folder)
            chain.node.start()
            try:
                yield chain
            finally:
                chain.node.stop()
    finally:
        broker.kill()


def test_a_badge_goes_all_the_way_and_a_dead_broker_opens_nothing_late(
    sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    with open_chain(sqlite_templates.make("demo"), tmp_path) as chain:
        card = badge(chain.house)
        chain.wait(lambda: chain.row().is_online and chain.row().leaf == "closed")
        chain.show(card.token)
        chain.wait(lambda: chain.pins.is_free)
        chain.pins.leaf = Leaf.OPEN
        chain.wait(lambda: chain.pulses()[0].opened_at)
        chain.pins.leaf = Leaf.CLOSED
        chain.pass_time(6)
        assert (chain.pins.is_free, chain.pins.pulses, len(chain.pulses())) == (False, 1, 1)
        _open_from_the_page(chain)
        chain.list.refresh()
        known = chain.list.known
        assert known is not None
        assert len(known.body.holders) >= 3, "the service's own list, as the door reads it"
        _die_and_come_back(chain, card.token)
        other = badge(chain.house, OTHER_MEMBER)
        chain.house.write(badges.revoke_badge, other.badge.id, "lost")
        chain.show(other.token)
        chain.wait(lambda: chain.scans()[-1][0] == "denied")
        chain.wait(lambda: chain.pins.shown == "denied")
        assert not chain.pins.is_free
        _ask_for_the_pin(chain, card.token)


def _open_from_the_page(chain: Chain) -> None:
    claire = Browser(chain.house)
    claire.sign_in(RECEPTION)
    page = f"/acces/portes/{KEY}"
    assert "Fermée" in claire.get(page).text
    assert claire.submit(f"{page}/ouvrir", {"cause": "visitor"}).status_code == 303
    chain.wait(lambda: chain.pins.pulses == 2)
    chain.wait(lambda: chain.pulses()[0].state == "confirmed")
    assert "Un visiteur attend" in claire.get(page).text
    chain.pass_time(6)


def _wait_until_shown(chain: Chain, word: str) -> None:
    chain.wait(lambda: chain.pins.shown == word)


def _ask_for_the_pin(chain: Chain, token: str) -> None:
    rules = (Rule("anyone", when="always", pin="always"),)
    chain.house.write(zones.change_zone, chain.row().zone_id, ZoneFacts("Essai"), rules)
    with_pin(chain.house, "482915")
    chain.pins.pin_pad = ReaderWord.READY
    chain.wait(lambda: chain.row().pin_pad == "ready")
    pulses = chain.pins.pulses
    for number, shown in (("111222", "denied"), ("482915", "granted")):
        chain.pass_time(4)
        chain.show(token)
        _wait_until_shown(chain, "pin")
        chain.pins.type_number(number)
        _wait_until_shown(chain, shown)
    assert chain.pins.pulses == pulses + 1
    assert [scan[0] for scan in chain.scans()[-4:]] == ["denied", "denied", "denied", "granted"]


def _die_and_come_back(chain: Chain, token: str) -> None:
    chain.broker.kill()
    while chain.node.is_connected:
        chain.node.tick()
    chain.show(token)
    assert chain.pins.is_free, "decided by the list"
    chain.pass_time(6)
    pulses = chain.pins.pulses
    chain.broker.start()
    chain.wait(lambda: len(chain.scans()) == 2)
    assert chain.scans()[-1][:3] == ("granted", "door", "in")
    assert (chain.pins.pulses, chain.pins.is_free) == (pulses, False)
    chain.wait(lambda: chain.node.is_connected and chain.row().is_online)
    chain.pass_time(4)
