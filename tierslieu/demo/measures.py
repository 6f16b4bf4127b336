"""What the demonstration's machines measured before it began: two weeks by the hour, the last day by the minute."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from tierslieu.basics.zone import Zone
from tierslieu.fablab import queries
from tierslieu.fablab.telemetry import intake, storing
from tierslieu.fablab.telemetry.activity import Thresholds
from tierslieu.fablab.telemetry.folding import HOUR, Hour
from tierslieu.fablab.telemetry.intake import Sample
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx

STEP: Final = 120
DAY: Final = 86_400
DAYS: Final = 14
PRICE_SINCE, MILLICENTS = date(2026, 2, 1), 25_160
WATTS: Final = {"p3d-1": (8.5, 118.0), "p3d-2": (9.0, 96.0), "p3d-3": (7.5, 131.0), "laser-1": (42.0, 640.0)}
"""At rest and at work."""
LIMITS: Final = {
    "p3d-1": Thresholds(3.0, 52.0, 74.0, 5, 300),
    "laser-1": Thresholds(5.0, 180.0, 320.0, 5, 60),
}


def load(tx: Tx) -> None:
    """Hours, measures, two calibrated machines, and a price."""
    zone = Zone("Europe/Paris")
    tx.run(storing.PUT_PRICE, since=zone.day(PRICE_SINCE).start, millicents=MILLICENTS)
    for place, (key, watts) in enumerate(WATTS.items()):
        machine = queries.machine(tx, key)
        limits = LIMITS.get(key)
        if limits is not None:
            known = msgspec.structs.asdict(limits)
            tx.run(storing.PUT_LIMITS, machine_id=machine.id, set_at=tx.now - DAYS * DAY, **known)
        begin = tx.now - DAY - tx.now % HOUR
        for one in _hours(zone, begin - DAYS * DAY, begin, watts, place, is_known=limits is not None):
            tx.run(storing.PUT_HOUR, machine_id=machine.id, **msgspec.structs.asdict(one))
        is_printer = machine.kind == "printer_3d"
        tx.run(intake.ADD, rows=to_json(list(_samples(zone, machine.id, begin, tx.now, watts, place, is_printer))))


def _is_on(zone: Zone, at: int) -> bool:
    return zone.date(at).weekday() in (1, 2, 3, 4, 5) and 9 * 60 <= zone.minutes(at) < 18 * 60


def _works(at: int, place: int) -> bool:
    """Some hours and not others, the same at each loading."""
    return at // HOUR * (7 + place) % 11 < 6


def _hours(
    zone: Zone, start: int, end: int, watts: tuple[float, float], place: int, *, is_known: bool
) -> Iterator[Hour]:
    for hour in range(start, end, HOUR):
        on, work = _is_on(zone, hour), _works(hour, place)
        power = (watts[1] if work else watts[0]) if on else 0.4
        busy = HOUR if on and work and is_known else 0
        idle = HOUR if on and not work and is_known else 0
        off = HOUR if not on and is_known else 0
        yield Hour(hour, power * 0.9, power * 1.2, power * HOUR, HOUR, power, None, None, off, idle, busy)


def _samples(
    zone: Zone, machine_id: int, start: int, end: int, watts: tuple[float, float], place: int, is_printer: bool
) -> Iterator[Sample]:
    total, tool = 1000.0 * (place + 3), 21.0
    for at in range(start, end - STEP, STEP):
        on = _is_on(zone, at)
        work = on and _works(at, place)
        power = (watts[1] if work else watts[0]) if on else 0.4
        power += (at // STEP * 13 % 17 - 8) * power / 60
        total += power * STEP / HOUR
        tool += ((215.0 if work else 21.0) - tool) * 0.4
        heat = (round(tool, 1), round(21 + (tool - 21) * 0.2, 1)) if is_printer else (None, None)
        yield (machine_id, at, round(power, 1), round(total, 2), *heat, None)
