"""Which machine can make which job, with every reason against it. Pure.

What nobody noted (a nozzle, a limit, a spool's weight) is compared with nothing: unknown is not a refusal.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tierslieu.basics.errors import Reason
from tierslieu.fablab import rules, trays
from tierslieu.fablab.files.facts import Facts, Tool
from tierslieu.fablab.queue import feeding
from tierslieu.fablab.rules import JobNow, MachineNow

MACHINE_FILES: Final = frozenset({"gcode", "bgcode", "sliced_3mf"})
"""Files that a machine can follow; a model or a drawing is prepared first."""
NOZZLE_TOLERANCE: Final = 0.01
SPEAKS: Final[Mapping[str, frozenset[str]]] = {
    "klipper": frozenset({"klipper", "marlin"}),
    "marlin": frozenset({"marlin"}),
    "prusa": frozenset({"marlin"}),
    "buddy": frozenset({"marlin"}),
    "bambu": frozenset({"bambu", "marlin"}),
    "reprapfirmware": frozenset({"reprapfirmware", "reprap"}),
    "repetier": frozenset({"repetier", "marlin"}),
    "smoothie": frozenset({"smoothie", "marlin"}),
}
"""Which flavours of commands a firmware follows; one that is not listed is not judged."""


class Fit(msgspec.Struct, frozen=True):
    """What a job and its file ask of a machine."""

    size_mm: tuple[float, float, float] | None = None
    seconds: int | None = None
    forbidden: int = 0
    nozzle_mm: float | None = None
    tool_c: float | None = None
    bed_c: float | None = None
    flavour: str = ""
    grams: float | None = None
    tools: tuple[Tool, ...] = ()


class Spool(msgspec.Struct, frozen=True):
    """What lies on a machine; `left_g` None while nobody knows how much of it."""

    material: str
    colour: str = ""
    left_g: float | None = None


def fit_of(facts: Facts) -> Fit:
    """What a file asks of a machine."""
    return Fit(
        facts.size_mm,
        facts.seconds,
        facts.flag_count,
        facts.nozzle_mm,
        facts.tool_temperature_max or facts.tool_celsius,
        facts.bed_temperature_max or facts.bed_celsius,
        facts.flavour or "",
        facts.total_g,
        facts.filament_by_tool,
    )


def never(job: JobNow, fit: Fit, machine: MachineNow) -> tuple[Reason, ...]:
    """Why this machine cannot make the job, whatever is loaded and whatever time passes."""
    where = {"machine": machine.name}
    found = []
    if job.kind != machine.kind or job.wanted_machine_id not in (None, machine.id):
        found.append(Reason("other_machine_wanted", where))
    if job.format not in MACHINE_FILES:
        found.append(Reason("not_a_machine_file"))
    if not machine.takes_queue:
        found.append(Reason("machine_takes_no_queue", where))
    if fit.size_mm is not None and machine.build is not None and not rules.fits(fit.size_mm, machine.build):
        found.append(Reason("too_big_for_bed", {**where, "size": rules.size_text(fit.size_mm)}))
    return (*found, *_limits(fit, machine, where))


def _limits(fit: Fit, machine: MachineNow, where: Mapping[str, object]) -> Iterable[Reason]:
    if fit.nozzle_mm and machine.nozzle_mm and abs(fit.nozzle_mm - machine.nozzle_mm) > NOZZLE_TOLERANCE:
        yield Reason("wrong_nozzle", {**where, "wanted": _figure(fit.nozzle_mm), "has": _figure(machine.nozzle_mm)})
    if fit.tool_c and machine.max_tool_c and fit.tool_c > machine.max_tool_c:
        yield Reason("too_hot_for_tool", {**where, "wanted": round(fit.tool_c), "most": machine.max_tool_c})
    if fit.bed_c and machine.max_bed_c and fit.bed_c > machine.max_bed_c:
        yield Reason("too_hot_for_plate", {**where, "wanted": round(fit.bed_c), "most": machine.max_bed_c})
    spoken = SPEAKS.get(machine.firmware.casefold())
    flavour = _family(fit.flavour)
    if spoken is not None and flavour and flavour in _FLAVOURS and flavour not in spoken:
        yield Reason("wrong_firmware", {**where, "wanted": fit.flavour, "has": machine.firmware})


_FLAVOURS: Final = frozenset().union(*SPEAKS.values())


def _family(flavour: str) -> str:
    """marlin2 and marlin-legacy are marlin."""
    plain = flavour.casefold()
    return next((one for one in sorted(_FLAVOURS, key=len, reverse=True) if plain.startswith(one)), plain)


def _figure(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def not_loaded(job: JobNow, fit: Fit, machine: MachineNow, spools: Sequence[Spool]) -> tuple[Reason, ...]:
    """What is missing on the machine: somebody can change it. The reason of the spool that comes closest.

    A machine that tells what lies in its trays is believed before what was noted.
    """
    if trays.speaks(trays.told(machine.slots)):
        return feeding.not_fed(job, fit.tools, fit.grams, machine)
    return _not_lying(job, fit, machine.name, _lying(machine, spools))


def _not_lying(job: JobNow, fit: Fit, name: str, lying: Sequence[Spool]) -> tuple[Reason, ...]:
    if not lying:
        return ()
    where = {"machine": name}
    if job.material:
        same = [one for one in lying if _is_same(one.material, job.material)]
        if not same:
            loaded = ", ".join(dict.fromkeys(one.material for one in lying))
            return (Reason("wrong_material", {**where, "loaded": loaded, "wanted": job.material}),)
        lying = same
    if job.colour:
        same = [one for one in lying if not one.colour or _is_same(one.colour, job.colour)]
        if not same:
            loaded = ", ".join(dict.fromkeys(one.colour for one in lying))
            return (Reason("wrong_colour", {**where, "loaded": loaded, "wanted": job.colour}),)
        lying = same
    most = [one.left_g for one in lying]
    if fit.grams and all(left is not None and left < fit.grams for left in most):
        left = max(left for left in most if left is not None)
        return (Reason("spool_too_short", {**where, "left": round(left), "wanted": round(fit.grams)}),)
    return ()


def _lying(machine: MachineNow, spools: Sequence[Spool]) -> list[Spool]:
    """What lies on the machine. What somebody said of it since the spools were noted is believed: its weight is not
    known then."""
    said = [Spool(machine.material, machine.colour)] if machine.material else []
    is_noted = not said or any(_is_same(one.material, machine.material) for one in spools)
    return list(spools) if spools and is_noted else said


def _is_same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()


def doubts(job: JobNow, fit: Fit, machine: MachineNow, spools: Sequence[Spool]) -> tuple[Reason, ...]:
    """What nobody can tell, and who starts the job had better look at."""
    if trays.speaks(trays.told(machine.slots)):
        return feeding.doubts_about(job, fit.tools, fit.grams, machine)
    where = {"machine": machine.name}
    if not spools and not machine.material and job.material:
        return (Reason("loaded_unknown", where),)
    if spools and fit.grams and any(one.left_g is None for one in spools):
        return (Reason("left_unknown", where),)
    return ()


def states_against(machine: MachineNow, active: str | None, now: int) -> tuple[Reason, ...]:
    """Why the machine can take nothing now."""
    return tuple(Reason(code, {"machine": machine.name}) for code in _machine_codes(machine, active, now))


def _machine_codes(machine: MachineNow, active: str | None, now: int) -> Iterable[str]:
    link = rules.link_of(machine, now)
    if machine.status == "maintenance":
        yield "machine_in_maintenance"
    if link != "online":
        yield f"machine_{link}"
    elif machine.state == "fault":
        yield "machine_fault"
    elif machine.state in rules.AT_WORK:
        yield "machine_outside_job" if machine.is_outside else "machine_busy"
    elif machine.state not in rules.AT_REST:
        yield "machine_unknown"
    if active in ("dispatched", "running") and machine.state not in rules.AT_WORK:
        yield "machine_busy"
    if machine.needs_clear or active == "to_check":
        yield "machine_needs_clearing"


def reasons_against_dispatch(
    job: JobNow,
    fit: Fit,
    machine: MachineNow,
    active: str | None,
    now: int,
    *,
    is_seen: bool,
    spools: Sequence[Spool] = (),
) -> tuple[Reason, ...]:
    """Every reason not to send this job to this machine; `is_seen`: staff looked at the flagged commands."""
    found = [*states_against(machine, active, now)]
    if job.state == "held":
        found.append(Reason("job_held"))
    elif job.state != "queued":
        found.append(Reason("job_not_waiting"))
    found.extend(never(job, fit, machine))
    found.extend(not_loaded(job, fit, machine, spools))
    if fit.forbidden and not is_seen:
        found.append(Reason("flagged_commands", {"count": fit.forbidden}))
    return tuple(found)
