"""The program beside the machines, as a child of the service: its configuration and its life.

It is the same program that a board beside the machines runs alone; the service knows nothing of adapters but their
descriptions.
"""

import asyncio
import contextlib
import fcntl
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

import msgspec

from devices.wire.desk import replace
from tierslieu.fablab.setup import queries
from tierslieu.fablab.setup.actions import LINKS
from tierslieu.fablab.setup.queries import StoredLink
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.people.devices.actions import enrol_device

MODULE: Final = "devices.agent"
CONFIGURATION: Final = "configuration.json"
SPOOL: Final = "spool"
STOP_SECONDS: Final = 8
LONGEST_PAUSE: Final = 60
LOG = log("machines")


def configuration(found: Iterable[StoredLink], agent: str, broker_url: str, service_url: str) -> dict[str, Any]:
    """What a program is told: the machines it speaks for, with their keys. `agent` is empty for the service's own."""
    machines = [_machine(one) for one in found if one.agent == agent]
    site = machines[0]["site"] if machines else "none"
    return {"broker_url": broker_url, "service_url": service_url, "site": site, "machines": machines}


def _machine(one: StoredLink) -> dict[str, Any]:
    told: dict[str, Any] = {
        "site": one.site,
        "device": one.key,
        "kind": one.kind,
        "username": one.key,
        "password": one.bus_secret,
        "adapter": one.adapter,
        "settings": one.way.settings,
    }
    if one.meter:
        told["meter"] = {"adapter": one.meter, "settings": one.meter_way.settings}
    return told


async def end(child: Process) -> None:
    """End a child, first kindly."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), STOP_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()


def folder_of(house: House) -> Path:
    """Where the program keeps its files."""
    return house.settings.data_dir / "machines"


def runs_here(house: House) -> bool:
    """Whether this computer speaks with machines at all."""
    return house.settings.mqtt.url != "off" and house.settings.mqtt.runs_machines


def broker_for_machines(house: House) -> str:
    """Where machines connect on this computer: without a name, each machine has its own."""
    if house.broker_port:
        return f"mqtt://127.0.0.1:{house.broker_port}"
    place = urlsplit(house.settings.mqtt.url)
    port = f":{place.port}" if place.port else ""
    return f"{place.scheme}://{place.hostname}{port}"


@asynccontextmanager
async def beside_the_machines(house: House) -> AsyncIterator[None]:
    """The program runs as long as the house is open and has machines that it speaks for."""
    if not runs_here(house):
        yield
        return
    keeper = asyncio.create_task(_keep(house, folder_of(house)))
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper


async def _keep(house: House, folder: Path) -> None:
    """One process of a computer keeps the program: the one that holds the lock."""
    lock = await asyncio.to_thread(_lock, folder)
    if lock is None:
        LOG.info("another process of this computer speaks with the machines")
        return
    with lock:
        await Program(house, folder).live()


def _lock(folder: Path) -> TextIO | None:
    """The lock, held until it is closed or this process ends. None when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w", encoding="utf-8")  # noqa: SIM115  (whoever asked closes it)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


class Program:
    """The child: its configuration is written anew at each change, and it is begun again when it ends by itself."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house, self._folder = house, folder
        self._file = folder / "configuration.json"
        self._child: Process | None = None
        self._bus_secret = ""

    async def live(self) -> None:
        """Until cancelled. Looks again when a link moves, and when the child is gone."""
        watch = self._house.live.watch([LINKS], quiet=1.0)
        pause = 1
        try:
            self._bus_secret = await self._house.db.write(enrol_device, queries.OWN, "agent", queries.OWN)
            has_work = await self._write()
            async for moved in watch:
                if moved:
                    has_work = await self._write()
                if self._child is not None and self._child.returncode is not None:
                    LOG.warning("the program beside the machines ended", status=self._child.returncode)
                    self._child = None
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, 2 * pause)
                if has_work and self._child is None:
                    self._child = await self._begin()
                elif not has_work and self._child is not None:
                    await self._stop()
        finally:
            await self._stop()

    async def _write(self) -> bool:
        """Write the configuration, readable by its owner only. False when there is no machine to speak for."""
        found = await self._house.db.read(queries.links)
        settings = self._house.settings
        service = f"http://127.0.0.1:{settings.port}"
        told = configuration(found, "", broker_for_machines(self._house), service)
        told["bus"] = {"url": told["broker_url"], "username": queries.OWN, "password": self._bus_secret}
        if settings.mqtt.ca_file:
            told["ca_file"] = told["bus"]["ca_file"] = settings.mqtt.ca_file
        await asyncio.to_thread(replace, self._file, msgspec.json.encode(told))
        return bool(told["machines"])

    async def _begin(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE, "--config", str(self._file), "--spool", str(self._folder / SPOOL)),
            "--until-eof",
            stdin=PIPE,
            stdout=DEVNULL,
            start_new_session=True,
        )

    async def _stop(self) -> None:
        if self._child is not None:
            await end(self._child)
            self._child = None


def kept_secrets(typed: Mapping[str, str], kept: Mapping[str, str], secrets: Iterable[str]) -> dict[str, str]:
    """What was typed, with the secrets that are kept where their field was left empty."""
    again = {name: kept[name] for name in secrets if not typed.get(name) and kept.get(name)}
    return {**typed, **again}
