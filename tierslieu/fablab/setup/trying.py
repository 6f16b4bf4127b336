"""First tries: what answers at an address or on the broker. The program beside the machines tries, in a process of its
own, so that a stranger's machine never holds up the service."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any, Final

import msgspec

from devices.descriptions import DESCRIPTIONS
from tierslieu.fablab.setup.program import CONFIGURATION, MODULE, end, folder_of, runs_here
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.http.turns import aside
from tierslieu.infra.house import House

TRY_SECONDS: Final = 20
ABSENT: Final = frozenset(
    {"unreachable", "timed_out", "no_answer", "no_broker", "unheard", "offline", "no_measure", "untried"}
)
"""What becomes of a try when the device may be off today. Whatever else is wrong stays wrong tomorrow."""
Bus = dict[str, Any]


async def try_out(home: House, way: Way, meter: Way) -> Found:
    """Try a machine's adapter and its meter at the same time. Never raises; nothing that was typed comes back."""
    bus = await asyncio.to_thread(_own_bus, home)
    async with aside():
        of_way, of_meter = await asyncio.gather(_try(way, bus), _try(meter, bus))
    return msgspec.structs.replace(of_way, meter=of_meter if meter.kind else None)


def is_answered(found: Found) -> bool:
    """Whether all that was tried answered."""
    return all(one.code == "ok" for one in found.parts)


def may_be_kept(found: Found) -> bool:
    """Whether it may be saved all the same: nothing is known to be wrong, somebody is only away."""
    return all(one.code == "ok" or one.code in ABSENT for one in found.parts)


def _own_bus(home: House) -> Bus | None:
    """The account with which the service's own program listens on the broker; None where it runs none."""
    return _read_bus(folder_of(home) / CONFIGURATION) if runs_here(home) else None


def _read_bus(file: Path) -> Bus | None:
    try:
        found: Bus | None = msgspec.json.decode(file.read_bytes()).get("bus")
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found


async def _try(way: Way, bus: Bus | None) -> Found:
    description = DESCRIPTIONS.get(way.kind)
    if description is None or (description.is_meter and bus is None):
        return Found("untried")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", MODULE, "--try"), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    question = {"adapter": way.kind, "settings": way.settings, "bus": bus if description.needs_broker else None}
    try:
        async with asyncio.timeout(TRY_SECONDS):
            out, _ = await child.communicate(msgspec.json.encode(question))
        return msgspec.json.decode(out, type=Found)
    except (TimeoutError, msgspec.MsgspecError):
        return Found("no_answer")
    finally:
        await end(child)
