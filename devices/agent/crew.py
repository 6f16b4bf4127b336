"""All machines of one agent: begun, ended, and begun anew where their settings changed, each for itself."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from devices.adapters.base import Adapter, Bus, Tools
from devices.adapters.registry import UnknownKind, build
from devices.agent.config import AgentConfig, MachineEntry, check, shown
from devices.agent.downloads import Downloads
from devices.coordinator import Coordinator
from devices.link import Address

STOPPING_AT_ONCE: Final = 16

log: Final = logging.getLogger(__name__)


class Crew:
    """Coordinators by device. One that cannot be made is told and left out: it never stops the others."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._folder, self._clock = folder, clock
        self._config: AgentConfig | None = None
        self._downloads: Downloads | None = None
        self._at_work: dict[str, tuple[MachineEntry, Coordinator]] = {}
        self._left_out: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, config: AgentConfig) -> None:
        """Make this the crew: what did not change goes on undisturbed."""
        former, self._config = self._config, config
        is_moved = former is not None and _frame(former) != _frame(config)
        wanted = {one.device: one for one in config.machines}
        self._end([name for name, (entry, _) in self._at_work.items() if is_moved or wanted.get(name) != entry])
        self._left_out = {}
        if is_moved or self._downloads is None:
            self._downloads = Downloads(self._folder / "files", config.service_url, config.ca_file)
        for entry in config.machines:
            if entry.device not in self._at_work:
                self._begin(config, entry, self._downloads)

    def stop(self) -> None:
        """Say goodbye for all of them."""
        self._end(list(self._at_work))

    def status(self) -> list[dict[str, object]]:
        """A line per machine: what it shows, and why one is left out."""
        lines: list[dict[str, object]] = [
            {"device": name, "state": one.state.value, "is_connected": one.is_connected}
            for name, (_, one) in sorted(self._at_work.items())
        ]
        return lines + [{"device": name, "state": "left_out", "reason": why} for name, why in self._left_out.items()]

    def diagnose(self) -> list[dict[str, object]]:
        """What can be told of each machine to whoever looks for a fault; nothing secret."""
        found: list[dict[str, object]] = [
            {**shown(entry), **one.diagnose()} for _, (entry, one) in sorted(self._at_work.items())
        ]
        return found + [{"device": name, "state": "left_out", "reason": why} for name, why in self._left_out.items()]

    def _begin(self, config: AgentConfig, entry: MachineEntry, downloads: Downloads) -> None:
        try:
            check(entry)
            one = self._build(config, entry, downloads)
            one.start()
        except UnknownKind as wrong:
            self._left_out[entry.device] = str(wrong)
        except Exception as wrong:  # whatever is wrong with one machine stays with it
            log.exception("%s: could not begin", entry.device)
            self._left_out[entry.device] = type(wrong).__name__
        else:
            self._at_work[entry.device] = (entry, one)

    def _build(self, config: AgentConfig, entry: MachineEntry, downloads: Downloads) -> Coordinator:
        bus = config.bus or Bus(
            url=config.broker_url, username=entry.username, password=entry.password, ca_file=config.ca_file
        )
        tools = Tools(device=entry.device, clock=self._clock, bus=bus)
        meter: Adapter | None = None
        if entry.meter is not None:
            meter = build(entry.meter.adapter, entry.meter.settings, tools)
        address = Address(
            url=config.broker_url,
            site=entry.site or config.site,
            device=entry.device,
            username=entry.username,
            password=entry.password,
            ca_file=config.ca_file,
        )
        return Coordinator(
            address,
            entry.kind,
            build(entry.adapter, entry.settings, tools),
            self._folder / f"{address.site}-{entry.device}.sqlite",
            lambda order: downloads.fetch(order, entry.password),
            self._clock,
            meter,
        )

    def _end(self, names: list[str]) -> None:
        """End all at once: one that waits for its machine does not hold up the others."""
        ending = [self._at_work.pop(name)[1] for name in names]
        with ThreadPoolExecutor(STOPPING_AT_ONCE) as pool:
            for one, done in [(one, pool.submit(one.stop)) for one in ending]:
                if (wrong := done.exception()) is not None:
                    log.error("%s: did not end well: %s", one.device, type(wrong).__name__)


def _frame(config: AgentConfig) -> tuple[object, ...]:
    """What all machines share: when it changes, all begin anew."""
    return (config.broker_url, config.site, config.service_url, config.ca_file, config.bus)
