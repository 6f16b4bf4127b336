"""Whether the trays of a machine can feed a job, where the machine tells what lies in them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from devices.wire import Loaded
from tierslieu.basics.errors import Reason
from tierslieu.fablab import trays
from tierslieu.fablab.files.facts import Tool
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.trays import Wanted

GRAMS_OF_A_PERCENT: Final = 10
"""Spools that tell of themselves hold a kilo at most."""


def not_fed(job: JobNow, tools: Sequence[Tool], grams: float | None, machine: MachineNow) -> tuple[Reason, ...]:
    """What is missing in the trays: the first tool that nothing can feed, or too little for the only one."""
    loaded, where = trays.told(machine.slots), {"machine": machine.name}
    wanted = trays.wanted_by(job.material, job.colour, tools)
    fed = trays.feeding(wanted, loaded)
    missing = next((one for one in wanted if one.material and fed[one.tool] is None), None)
    if missing is not None:
        return (_missing(missing, loaded, where),)
    return _too_little(trays.able(wanted[0], loaded), grams, where) if len(wanted) == 1 else ()


def _missing(wanted: Wanted, loaded: Sequence[Loaded], where: Mapping[str, str]) -> Reason:
    same = [one for one in loaded if trays.is_same(one.material, wanted.material)]
    if same:
        there = ", ".join(dict.fromkeys(trays.word_of(one.colour) for one in same if one.colour))
        return Reason("wrong_colour", {**where, "loaded": there, "wanted": wanted.colour})
    there = ", ".join(dict.fromkeys(one.material for one in loaded if one.material))
    return Reason("wrong_material", {**where, "loaded": there, "wanted": wanted.material})


def _too_little(able: Sequence[Loaded], grams: float | None, where: Mapping[str, str]) -> tuple[Reason, ...]:
    lefts = [one.left_percent for one in able]
    most = sum(left * GRAMS_OF_A_PERCENT for left in lefts if left is not None)
    if not grams or not able or None in lefts or most >= grams:
        return ()
    return (Reason("spool_too_short", {**where, "left": round(most), "wanted": round(grams)}),)


def doubts_about(job: JobNow, tools: Sequence[Tool], grams: float | None, machine: MachineNow) -> tuple[Reason, ...]:
    """What the machine does not tell of what would feed the job."""
    loaded, where = trays.told(machine.slots), {"machine": machine.name}
    wanted = trays.wanted_by(job.material, job.colour, tools)
    fed = trays.feeding(wanted, loaded)
    found = [Reason("colours_on_one_spool", where)] if _are_mixed(wanted, fed) else []
    if any(fed[one.tool] is None for one in wanted):
        found.append(Reason("file_material_unknown", where))
    elif any(one is not None and not one.material for one in fed.values()):
        found.append(Reason("loaded_unknown", where))
    elif grams and any(one is not None and one.left_percent is None for one in fed.values()):
        found.append(Reason("left_unknown", where))
    return tuple(found)


def _are_mixed(wanted: Sequence[Wanted], fed: Mapping[int, Loaded | None]) -> bool:
    """True when tools that were drawn in different colours would be fed by the same spool."""
    shades = {(one.shade, slot.slot) for one in wanted if (slot := fed[one.tool]) is not None and one.shade}
    return len({slot for _shade, slot in shades}) < len(shades)
