"""A look at one machine for whoever searches a fault: what answers now, what its program counted, what was heard.

What is kept is redacted when it is taken in. The last report of each machine lies in a file until the next one.
"""

import asyncio
import platform
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from devices.wire.desk import MAX_BYTES, Desk, Told, replace
from tierslieu import __version__
from tierslieu.fablab import queries as machines
from tierslieu.fablab.rules import MachineNow, link_of
from tierslieu.fablab.setup import queries, redaction, trying
from tierslieu.fablab.setup.desk import HEARD, ServiceDesk
from tierslieu.fablab.setup.program import SPOOL, folder_of, runs_here
from tierslieu.fablab.setup.queries import StoredLink
from tierslieu.fablab.setup.schemas import Found
from tierslieu.http.turns import aside
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader

ANSWER_SECONDS: Final = 6
"""The program looks for questions every two seconds."""
LOOK_SECONDS: Final = 0.2
LOG_LINES: Final = 10
BOARDS: Final = "boards"


class Logged(msgspec.Struct, frozen=True):
    """A line of the machine's log: its kind, and the code it came with."""

    at: int
    kind: str
    code: str


class Part(msgspec.Struct, frozen=True):
    """The adapter or the meter: how it is set, and what became of a try just now (no code: not tried)."""

    kind: str
    settings: dict[str, str]
    code: str = ""
    note: str = ""
    software: str = ""
    took_ms: int = 0


class Counted(msgspec.Struct, frozen=True):
    """What the program beside the machine counted."""

    at: int
    software: str
    python: str
    facts: dict[str, str | int]


class Report(msgspec.Struct, frozen=True):
    """Everything that may be shown and sent to somebody who helps. `agent` is the board that speaks with the machine,
    `question` the one that its program was asked; `counted` stays None until it answers."""

    at: int
    key: str
    kind: str
    service: str
    python: str
    link: str
    state: str
    heard_at: int
    faults: list[str]
    log: list[Logged]
    parts: list[Part]
    agent: str = ""
    question: str = ""
    counted: Counted | None = None


class Known(msgspec.Struct, frozen=True):
    """What the database knows, keys included: never kept, never shown."""

    report: Report
    link: StoredLink | None


def known(reader: Reader, key: str) -> Known:
    """What the house knows of a machine. Raises NotFound."""
    machine = machines.machine(reader, key)
    stored = queries.link(reader, machine)
    ways = [way for way in (stored.way, stored.meter_way) if way.kind] if stored else []
    report = Report(
        at=reader.now,
        key=machine.key,
        kind=machine.kind,
        service=__version__,
        python=f"Python {platform.python_version()}",
        link=link_of(machine, reader.now),
        state=redaction.code(machine.state),
        heard_at=machine.last_message_at,
        faults=_faults(machine),
        log=_log(reader, machine),
        parts=[Part(way.kind, redaction.settings(way)) for way in ways],
        agent=stored.agent if stored else "",
        question=secrets.token_hex(8) if stored else "",
    )
    return Known(report, stored)


def _faults(machine: MachineNow) -> list[str]:
    """The codes of its faults; its own words may name a file."""
    try:
        found = msgspec.json.decode(machine.faults or "[]", type=list[dict[str, Any]])
    except msgspec.MsgspecError:
        return []
    return [word for one in found if (word := redaction.code(one.get("code")))]


def _log(reader: Reader, machine: MachineNow) -> list[Logged]:
    found = []
    for line in machines.log_of(reader, machine.id)[:LOG_LINES]:
        facts = msgspec.json.decode(line.facts or "{}")
        said = facts if isinstance(facts, dict) else {}
        codes = (redaction.code(said.get(name)) for name in ("reason", "outcome", "adapter"))
        found.append(Logged(line.at, redaction.code(line.kind), next((one for one in codes if one), "")))
    return found


async def diagnose(home: House, key: str) -> None:
    """Ask everybody, and keep the report. Bounded in time; raises NotFound."""
    found = await home.db.read(known, key)
    report = found.report
    if (stored := found.link) is not None:
        desk = desk_of(home, stored.agent)
        report = msgspec.structs.replace(report, question=await asyncio.to_thread(desk.ask, report.question))
        waiting = _answer(desk, report.question) if not stored.agent and runs_here(home) else _nobody()
        async with aside():
            tried, told = await asyncio.gather(trying.try_out(home, stored.way, stored.meter_way), waiting)
        told = told or await asyncio.to_thread(desk.told, report.question)  # its board may have called meanwhile
        report = _with(report, stored, tried, told)
    await asyncio.to_thread(_keep, home, report)


def _with(report: Report, stored: StoredLink, tried: Found, told: Told | None) -> Report:
    """The report with what was just found out; what a machine says is struck clean of what is secret."""
    secret = secrets_of(stored)
    parts = zip(report.parts, tried.parts, strict=False)
    return msgspec.structs.replace(
        report,
        faults=[redaction.struck(one, secret) for one in report.faults],
        log=[msgspec.structs.replace(one, code=redaction.struck(one.code, secret)) for one in report.log],
        parts=[_tried(part, one, secret) for part, one in parts],
        counted=_counted(told, report.key, secret),
    )


def _tried(part: Part, found: Found, secret: tuple[str, ...]) -> Part:
    return msgspec.structs.replace(
        part,
        code=redaction.code(found.code) or "no_answer",
        note=redaction.struck(redaction.code(found.note), secret),
        software=redaction.struck(redaction.version(found.software), secret),
        took_ms=found.took_ms,
    )


def secrets_of(stored: StoredLink) -> tuple[str, ...]:
    """What must not be read in any report of a machine."""
    return redaction.secrets_of((stored.way, stored.meter_way), stored.bus_secret)


def _counted(told: Told | None, key: str, secret: tuple[str, ...] = ()) -> Counted | None:
    if told is None:
        return None
    versions = (redaction.version(one) for one in (told.software, f"Python {told.python}"))
    software, python = (redaction.struck(one, secret) for one in versions)
    return Counted(told.at, software, python, redaction.counted(told.of(key), secret))


def cleaned(told: Told, links: Sequence[StoredLink]) -> Told:
    """What a board answered, of its own machines only, and redacted: as it may be kept."""
    machines = [{**redaction.counted(told.of(one.key), secrets_of(one)), "device": one.key} for one in links]
    secret = [each for one in links for each in secrets_of(one)]
    software, python = (redaction.struck(one, secret) for one in (told.software, told.python))
    return Told(told.question, told.at, software, python, machines)


def take_in(home: House, told: Told) -> None:
    """The reports that wait for this answer hold it from now on, whatever is asked next. Blocking; for threads."""
    for key in (str(one["device"]) for one in told.machines):
        report = _read(home, key)
        if report is not None and report.counted is None and report.question == told.question:
            _keep(home, msgspec.structs.replace(report, counted=_counted(told, key)))


async def _answer(desk: Desk, question: str) -> Told | None:
    """What the service's own program answers; None when it does not run, or is too busy."""
    for _ in range(int(ANSWER_SECONDS / LOOK_SECONDS)):
        if (told := await asyncio.to_thread(desk.told, question)) is not None:
            return told
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def _nobody() -> None:
    """A board answers when it calls; where no program runs, nobody does."""


async def last(home: House, key: str) -> Report | None:
    """The last report of a machine, with what its board answered meanwhile."""
    report = await asyncio.to_thread(_read, home, key)
    if report is None or report.counted is not None or not report.agent:
        return report
    told = await asyncio.to_thread(desk_of(home, report.agent).told, report.question)
    return msgspec.structs.replace(report, counted=_counted(told, key))


def desk_of(home: House, agent: str) -> ServiceDesk:
    """Where a program is asked: a board's, or without a key the service's own."""
    folder = folder_of(home)
    return ServiceDesk(folder / BOARDS / agent if agent else folder / SPOOL)


def boards_heard(home: House) -> dict[str, int]:
    """When each board called last. Blocking; for threads."""
    return {
        one.parent.name: ServiceDesk(one.parent).heard_at() for one in (folder_of(home) / BOARDS).glob(f"*/{HEARD}")
    }


def _place(home: House, key: str) -> Path:
    return folder_of(home) / "reports" / f"{key}.json"


def _keep(home: House, report: Report) -> None:
    place = _place(home, report.key)
    place.parent.mkdir(parents=True, exist_ok=True)
    replace(place, msgspec.json.encode(report))


def _read(home: House, key: str) -> Report | None:
    try:
        with _place(home, key).open("rb") as opened:
            return msgspec.json.decode(opened.read(MAX_BYTES), type=Report)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
