"""Measures on their way in: many messages, one transaction. They may be lost, and are never counted as facts."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, select, text

from devices.wire import Telemetry, Unreadable
from tierslieu.fablab import rules, storing
from tierslieu.fablab.queries import m
from tierslieu.fablab.telemetry.reading import Measure, read
from tierslieu.infra.feature import Message
from tierslieu.infra.statements import Query, among, to_json
from tierslieu.infra.transaction import Tx

NOT_YET: Final = frozenset({""})
"""The boot of a machine that never spoke."""
TRUSTED_SECONDS: Final = 60
"""A device's clock is believed when it is this near to ours; otherwise a measure is as old as its arrival."""
SENSORS: Final = {"tool": "tool", "tool0": "tool", "extruder": "tool", "bed": "bed", "chamber": "chamber"}
ADD: Query[Any] = Query(
    sqlite=text(
        "INSERT OR IGNORE INTO machine_sample (machine_id, at, power_w, energy_wh, tool_c, bed_c, chamber_c) "
        "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 "
        "FROM json_each(:rows)"
    ),
    postgresql=text(
        "INSERT INTO machine_sample (machine_id, at, power_w, energy_wh, tool_c, bed_c, chamber_c) "
        "SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::float8, (r ->> 3)::float8, (r ->> 4)::float8, "
        "(r ->> 5)::float8, (r ->> 6)::float8 "
        "FROM json_array_elements(CAST(:rows AS json)) AS r ON CONFLICT DO NOTHING"
    ),
)
"""All rows in one parameter: one call of the database for a thousand rows, in which Python may do something else."""
SHOW: Query[Any] = Query(
    sqlite=text(
        "UPDATE machine SET progress = r.value ->> 1, temperatures = r.value ->> 2, last_message_at = :now, "
        "measured_at = :now, is_online = 1, shown_link = 'online' "
        "FROM json_each(:rows) AS r WHERE machine.id = r.value ->> 0"
    ),
    postgresql=text(
        "UPDATE machine SET progress = (r ->> 1)::float8, temperatures = r ->> 2, last_message_at = :now, "
        "measured_at = :now, is_online = 1, shown_link = 'online' "
        "FROM json_array_elements(CAST(:rows AS json)) AS r WHERE machine.id = (r ->> 0)::bigint"
    ).bindparams(bindparam("now", type_=BigInteger())),
)
LOCK: Query[Any] = Query(
    postgresql=select(m.id).where(among(m.id, "ids")).order_by(m.id).with_for_update(),
)
"""PostgreSQL: machines are locked in their order, so that two processes that show measures never wait in a circle."""
Sample = tuple[int, int, float | None, float | None, float | None, float | None, float | None]
"""A row of machine_sample: machine, instant, watts, watt-hours, tool, bed, chamber."""


class Live(msgspec.Struct, frozen=True):
    """What a measure is held against; columns of the table, in order."""

    id: int
    key: str
    site: str
    boot_id: str
    state: str
    progress: float | None
    temperatures: str
    is_online: int
    shown_link: str
    observed_at: int
    last_message_at: int
    measured_at: int


MACHINES = Query(select(*(m[name] for name in Live.__struct_fields__)), into=Live)


def take_in(tx: Tx, messages: Sequence[Message]) -> list[tuple[Message, str]]:
    """Keep what was measured and show the latest of each machine. Answers what nobody can read.

    What is retained is what was, and is left out.
    """
    machines = {one.key: one for one in tx.rows(MACHINES)}
    known = ({one.boot_id for one in machines.values()} | SENSORS.keys()) - NOT_YET
    aside: list[tuple[Message, str]] = []
    samples: list[Sample] = []
    latest: dict[int, tuple[Live, Measure | Telemetry]] = {}
    for message in messages:
        try:
            site, device, said = read(message.topic, message.payload, known)
        except Unreadable as error:
            aside.append((message, str(error)))
            continue
        machine = machines.get(device)
        if machine is None or machine.site != site:
            aside.append((message, f"no such machine: {site}/{device}"))
        elif not message.retain:
            latest[machine.id] = (machine, said)
            if (sample := sample_of(machine.id, said, tx.now)) is not None:
                samples.append(sample)
    if samples:
        tx.run(ADD, rows=to_json(samples))
    _show(tx, latest.values())
    return aside


def sample_of(machine_id: int, said: Measure | Telemetry, now: int) -> Sample | None:
    """The row of a message; None when it measured nothing that is kept."""
    heat: dict[str, float] = {}
    for one in said.temperatures:
        if (name := SENSORS.get(one.sensor)) is not None:
            heat[name] = one.actual
    if said.power_w is None and said.energy_wh is None and not heat:
        return None
    at = said.observed_at if abs(said.observed_at - now) <= TRUSTED_SECONDS else now
    found = heat.get
    return (machine_id, at, said.power_w, said.energy_wh, found("tool"), found("bed"), found("chamber"))


def _show(tx: Tx, latest: Iterable[tuple[Live, Measure | Telemetry]]) -> None:
    """Write the latest measures to the machines they say something new about."""
    changes: list[tuple[int, float | None, str]] = []
    for machine, said in latest:
        if said.boot_id != machine.boot_id or said.observed_at < machine.observed_at:
            continue
        temperatures = to_json(said.temperatures) if said.temperatures else machine.temperatures
        progress = said.progress_percent if machine.state in rules.AT_WORK else machine.progress
        progress = machine.progress if progress is None else progress
        if rules.is_worth_writing(machine, progress, temperatures, tx.now):
            changes.append((machine.id, progress, temperatures))
            if (temperatures, progress, "online") != (machine.temperatures, machine.progress, machine.shown_link):
                tx.touch(storing.MACHINES)
    if changes:
        tx.rows(LOCK, ids=[one[0] for one in changes])
        tx.run(SHOW, rows=to_json(changes), now=tx.now)
