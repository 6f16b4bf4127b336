"""What the service tells of its machines on the bus, for those who only listen. Retained, and said when it changes."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from devices.wire import MachineBoard, board_topic, encode_presence
from tierslieu.basics.errors import DomainError, Unavailable
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import rules
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.storing import JOBS, MACHINES
from tierslieu.fablab.telemetry import home_assistant, queries
from tierslieu.fablab.telemetry.energy import Reading
from tierslieu.infra.feature import Message
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx

PAUSE: Final = 1.0
QUIET: Final = 30.0
TELL: Final = "fablab.telemetry.tell_home_assistant"
WITHIN_SECONDS: Final = 20
STATES: Final = {"running": "busy", "paused": "paused", "free": "free", "fault": "fault", "silent": "silent"}


def boards(reader: Reader) -> dict[str, bytes]:
    """Topic to payload of every machine."""
    active = fablab.active(reader)
    readings = {one.machine_id: queries.activity_of(one).reading for one in reader.rows(queries.FOLDED)}
    return {
        board_topic(one.site, one.key): encode_presence(
            board_of(one, active.get(one.id), readings.get(one.id), reader.now)
        )
        for one in fablab.machines(reader)
    }


def board_of(machine: MachineNow, job: JobNow | None, reading: Reading | None, now: int) -> MachineBoard:
    """What is told of one machine: nothing that leads to a person."""
    look, code = rules.look_of(machine, job.state if job else None, now)
    is_working = code in rules.AT_WORK
    state = {"maintenance": "out_of_service", "needs_clear": "to_clear"}.get(code, STATES[look])
    is_fresh = reading is not None and now - reading.at < 15 * 60
    return MachineBoard(
        name=machine.name,
        kind=machine.kind,
        state=state,
        progress_percent=round(machine.progress) if is_working and machine.progress is not None else None,
        ends_at=_end(machine, now) if is_working else None,
        needs_clear=bool(machine.needs_clear),
        problem=code in ("fault", "attention"),
        power_w=round(reading.power_w, 1) if reading and is_fresh and reading.power_w is not None else None,
        energy_kwh=round(reading.energy_wh / 1000, 3) if reading and reading.energy_wh is not None else None,
    )


def _end(machine: MachineNow, now: int) -> str | None:
    """To the minute, so that a clock that jitters is no news."""
    if machine.seconds_left is None:
        return None
    end = (now + machine.seconds_left + 30) // 60 * 60
    return datetime.fromtimestamp(end, UTC).isoformat()


class Teller:
    """Says what changed; all of it again when the broker was away."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._said: dict[str, bytes] = {}

    def begin_again(self) -> None:
        """The broker is there (again): it may have forgotten what is retained."""
        self._said.clear()
        self._house.live.publish([MACHINES])
        self._house.keep(asyncio.ensure_future(tell_home_assistant(self._house, None)))

    async def run(self) -> None:
        """Watch the machines, for ever."""
        async for _moved in self._house.live.watch((MACHINES, JOBS), QUIET):
            if self._house.broker.is_up:
                with contextlib.suppress(DomainError):  # the database or the broker is away: said at the next look
                    self._say(await self._house.db.read(boards))
            await asyncio.sleep(PAUSE)

    def _say(self, found: Mapping[str, bytes]) -> None:
        for topic in self._said.keys() - found.keys():
            self._house.broker.publish(topic, b"", retain=True)
            del self._said[topic]
        for topic, payload in found.items():
            if self._said.get(topic) != payload:
                self._house.broker.publish(topic, payload, retain=True)
                self._said[topic] = payload


@contextlib.asynccontextmanager
async def telling(house: House) -> AsyncIterator[None]:
    """Tell the bus for as long as the house is open."""
    teller, broker = Teller(house), house.broker
    broker.on_up.append(teller.begin_again)
    if broker.is_up:
        teller.begin_again()
    task = asyncio.create_task(teller.run())
    try:
        yield
    finally:
        broker.on_up.remove(teller.begin_again)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def hear_birth(tx: Tx, message: Message) -> None:
    """Home Assistant started: it is told again which machines there are, not at once with everybody else."""
    if message.payload == b"online":
        after = 1 + random.randrange(WITHIN_SECONDS)  # noqa: S311 (spreads the load, guards nothing)
        tx.later(TELL, {}, at=tx.now + after, dedup=TELL)


async def tell_home_assistant(house: House, _payload: object) -> None:
    """Describe every machine, or take the descriptions away when Home Assistant is not wanted (any more)."""
    chosen = house.settings
    with contextlib.suppress(Unavailable):
        for machine, is_metered in await house.db.read(_metered):
            payload = b""
            if chosen.home_assistant.enabled:
                url = chosen.public_url
                payload = msgspec.json.encode(home_assistant.config(machine, url, is_metered=is_metered))
            house.broker.publish(home_assistant.config_topic(machine), payload, retain=True)


def _metered(reader: Reader) -> list[tuple[MachineNow, bool]]:
    readings = {one.machine_id: queries.activity_of(one).reading for one in reader.rows(queries.FOLDED)}
    return [(one, readings.get(one.id) is not None) for one in fablab.machines(reader)]
