"""A look at every machine for whoever searches a fault, without standing in for the agent that may be running."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from devices.adapters.base import Adapter, Bus, Sight, Tools
from devices.adapters.registry import UnknownKind, build
from devices.agent.config import AgentConfig, MachineEntry, check, shown
from devices.wire import MachineState

LOOK_FOR_S: Final = 5
AT_ONCE: Final = 16
_BLIND: Final = frozenset({MachineState.OFFLINE, MachineState.UNKNOWN})


def diagnose(config: AgentConfig, clock: Callable[[], int]) -> list[dict[str, object]]:
    """What each machine shows now and what its adapter counted; no secret and no address is in it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda entry: _one(config, entry, clock), config.machines))


def _one(config: AgentConfig, entry: MachineEntry, clock: Callable[[], int]) -> dict[str, object]:
    bus = config.bus or Bus(
        url=config.broker_url, username=entry.username, password=entry.password, ca_file=config.ca_file
    )
    tools = Tools(device=f"look-{secrets.token_hex(4)}", clock=clock, bus=bus)
    try:
        check(entry)
        adapter = build(entry.adapter, entry.settings, tools)
    except UnknownKind as wrong:
        return {**shown(entry), "state": "left_out", "reason": str(wrong)}
    try:
        sight = _look(adapter, clock)
        found = {"state": sight.state.value, "substate": sight.substate, "faults": [one.code for one in sight.faults]}
        return {**shown(entry), **found, **adapter.diagnose()}
    finally:
        adapter.close()


def _look(adapter: Adapter, clock: Callable[[], int]) -> Sight:
    news = threading.Event()
    adapter.open(news.set)
    sight = adapter.look(clock())
    for _ in range(LOOK_FOR_S):
        if sight.state not in _BLIND:
            break
        news.wait(1.0)
        news.clear()
        sight = adapter.look(clock())
    return sight
