"""A real broker that can be killed, a house on it, and a simulated printer that shares the house's clock."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from litestar.testing import TestClient

from devices.link import Address
from devices.simulators.device import SimulatedDevice
from devices.simulators.printer import SimulatedPrinter
from tests.fablab.benches import CUBE, SITE, load_machines
from tests.support.clients import FAB_MANAGER, MEMBER, TUESDAY_MORNING, HouseUnderTest, at
from tests.support.own_broker import OwnBroker
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.infra.embedded_broker_accounts import Account, DurableSession, password_sha256
from tierslieu.infra.settings import MqttSettings, Settings

DEADLINE_S = 40
DEVICE = "p3d-1"


class Bus(OwnBroker):
    """The broker that comes with the service, in its own process, on one port for its whole life."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        waits = DurableSession("tierslieu-service", ("tierslieu/v1/+/+/up/#",))
        every = ("tierslieu/v1/#",)
        service = Account("service", password_sha256("s"), every, every, waits)
        place = f"tierslieu/v1/{SITE}/{DEVICE}"
        device = Account(DEVICE, password_sha256("d"), (f"{place}/up/#",), (f"{place}/down/#",))
        super().__init__(folder, [service, device])


class BusHouse:
    """The house, the bus and one printer."""

    def __init__(self, house: HouseUnderTest, bus: Bus, folder: Path) -> None:
        self.house, self.bus = house, bus
        load_machines(house)
        self.maker, self.manager = house.sign_in(MEMBER), house.sign_in(FAB_MANAGER)
        url = f"mqtt://127.0.0.1:{bus.port}"
        boots = iter(f"boot-{number}" for number in range(1, 9))
        self.printer = SimulatedDevice(
            Address(url=url, site=SITE, device=DEVICE, username=DEVICE, password="d"),
            "printer_3d",
            SimulatedPrinter(random.Random("story"), self._now()),
            folder / "spool.sqlite",
            self._now,
            lambda: next(boots),
        )

    def _now(self) -> float:
        return float(self.house.clock.instant)

    def pass_time(self, seconds: int, step: int = 10) -> None:
        for _ in range(0, seconds, step):
            self.house.clock.instant += step
            self.printer.tick()

    def machine(self) -> dict[str, Any]:
        return dict(self.manager.get(f"/api/v1/fablab/machines/{DEVICE}").json())

    def job(self, job: dict[str, Any]) -> dict[str, Any]:
        return dict(self.manager.get(f"/api/v1/fablab/jobs/{job['id']}").json())

    def queue(self) -> dict[str, Any]:
        files = {"file": ("cube.gcode", CUBE.read_bytes())}
        sent = self.house.client.post("/api/v1/fablab/files", files=files, headers=self.maker.headers)
        return dict(self.maker.post("/api/v1/fablab/jobs", {"file": sent.json()["id"]}).json())

    def dispatch(self, job: dict[str, Any]) -> int:
        return self.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": DEVICE}).status_code

    def wait(self, what: Callable[[], object]) -> None:
        """Look again at each change until it is so."""
        if what():
            return

        async def next_change() -> None:
            async for _moved in self.house.house.live.watch(("machines", "fablab_jobs"), 0.2):
                return

        for _ in range(DEADLINE_S * 5):
            self.house.client.blocking_portal.call(next_change)
            if what():
                return
        raise AssertionError("it never came to that")


@contextmanager
def open_bus_house(url: str, folder: Path) -> Iterator[BusHouse]:
    """Broker, house, printer: started in this order, ended in the other."""
    bus = Bus(folder / "bus")
    bus.start()
    clock = SetClock(at(TUESDAY_MORNING))
    mqtt = MqttSettings(url=f"mqtt://service:s@127.0.0.1:{bus.port}")
    app = create_app(Settings(data_dir=folder, database_url=url, demo=True, mqtt=mqtt), clock)
    try:
        with TestClient(app, raise_server_exceptions=False) as client:
            opened = BusHouse(HouseUnderTest(client, clock), bus, folder)
            opened.wait(lambda: opened.house.house.broker.is_up)
            opened.printer.start()
            try:
                yield opened
            finally:
                opened.printer.stop()
    finally:
        bus.kill()


async def frames(feed: Any, count: int) -> list[bytes]:
    """The first frames of a stream."""
    found: list[bytes] = []
    async with asyncio.timeout(DEADLINE_S):
        async for frame in feed:
            found.append(frame)
            if len(found) == count:
                break
    return found
