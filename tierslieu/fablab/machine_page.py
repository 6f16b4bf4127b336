"""One machine's page: what it does, who may do what with it, what was noted about it."""

from typing import Any

import msgspec
from litestar import Response

from devices.wire import Loaded
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason
from tierslieu.fablab import away, claiming, queries, rules, sentences, trays
from tierslieu.fablab.actions import REPORT
from tierslieu.fablab.cards import Card, age, card, temperatures
from tierslieu.fablab.lines import Line, line
from tierslieu.fablab.queries import LogLine
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.telling import Choice, ReasonLine, done_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.families.queries import minor_reasons
from tierslieu.people.qualifications.showing import Advice, advice

NEXT_SHOWN = 5


class MachinePage(msgspec.Struct, frozen=True):
    """All that the page shows. `job` only for its person and for who runs the machine, who sees
    `following` and `line_up` (what is expected there) too; `log` for who mends it. `after`: the attempt
    that is seen."""

    key: str
    name: str
    card: Card
    facts: list[tuple[str, str]]
    notices: list[str]
    heat: list[tuple[str, str]]
    job: Line | None
    outcome_text: str
    following: Line | None
    line_up: list[Line]
    log: list[tuple[str, str, str]]
    acts: list[str]
    materials: list[Choice]
    is_staff: bool
    can_report: bool
    advice: Advice | None
    reserve_href: str
    away_text: str
    takes_files: bool
    after: str


async def machine_page(
    request: AnyRequest,
    key: str,
    template: str = "fablab/machine.html",
    status: int = 200,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """The page, or its moving part."""
    spoken, who, declared = words(request), actor(request), house(request).machine_parts

    def load(reader: Reader) -> dict[str, Any]:
        view = view_of(reader, key, who, spoken)
        found = ((one.template, one.read(reader, spoken, key, who)) for one in declared)
        return {"view": view, "parts": [(template, part) for template, part in found if part is not None]}

    loaded = await house(request).db.read(load)
    context: dict[str, Any] = {**loaded, "errors": errors or {}, "reasons": reasons or []}
    return page(request, template, status, done=done_text(request, sentences.DONE), **context)


def view_of(reader: Reader, key: str, who: Actor, spoken: Words) -> MachinePage:
    """The page of one machine for one person. Raises NotFound."""
    machine, board = queries.machine(reader, key), board_for(reader, who)
    one = board.active.get(machine.id)
    is_staff, mends = board.runs(machine), board.mends(machine)
    is_shown = one is not None and (is_staff or one.person_id == who.person_id)
    following = board.next_on(machine) if is_staff else None
    return MachinePage(
        machine.key,
        machine.name,
        card(board, machine, spoken),
        _facts(board, machine, spoken),
        msgspec.json.decode(machine.notices, type=list[str]),
        _heat(machine, spoken),
        line(board, one, spoken) if one is not None and is_shown else None,
        spoken.text(sentences.OUTCOMES.get(one.outcome or "", "")) if one and one.state == "to_check" else "",
        line(board, following, spoken) if following else None,
        [line(board, each, spoken) for each in board.planned_on(machine)[:NEXT_SHOWN]] if is_staff else [],
        [_logged(entry, board, spoken) for entry in queries.log_of(reader, machine.id)] if mends else [],
        [*(_acts(machine, one.state if one else None) if is_staff else []), *(_upkeep(machine) if mends else [])],
        [Choice(name, name or spoken.text(_("Inconnue")), name == machine.material) for name in ("", *rules.MATERIALS)],
        is_staff,
        who.may(REPORT),
        _advice(reader, machine, who, spoken),
        _reserve_href(reader, machine),
        _away_text(reader, machine, spoken),
        machine.status == "in_service" and bool(machine.takes_queue) and machine.kind in rules.FILE_KINDS,
        rules.seen_on(one),
    )


def _advice(reader: Reader, machine: MachineNow, who: Actor, spoken: Words) -> Advice | None:
    """What this person may do at the machine, and what is missing for more."""
    if machine.qualification is None:
        return None
    young: tuple[Reason, ...] = ()
    if who.person_id is not None:
        kinds = ("kind:machine", f"kind:{machine.kind}")
        young = minor_reasons(reader, who.person_id, claiming.key_of(machine), reader.now, kinds=kinds)
    return advice(reader, spoken, who, machine.qualification, young)


def _reserve_href(reader: Reader, machine: MachineNow) -> str:
    """Where the machine is reserved; nothing for one that is only used with the team, or is being mended."""
    found = claiming.resource_of(reader, machine)
    if found is None or not found.is_bookable or machine.status != "in_service":
        return ""
    return f"/reserver?space={found.space.key}&resource={found.key}"


def _away_text(reader: Reader, machine: MachineNow, spoken: Words) -> str:
    """What becomes of the reservations of a machine that is out of service, for who mends it; nothing for another."""
    if machine.status == "in_service" or not claiming.units_of(reader, machine):
        return ""
    until = away.closed_until(reader, machine)
    if until is None:
        return spoken.text(_("Ses réservations restent, et on peut en prendre d’autres."))
    day = spoken.day(until - 1)
    return spoken.text(
        _("Ses réservations sont fermées jusqu’au {day}, et au-delà si elle n’est pas revenue."), day=day
    )


def _facts(board: Board, machine: MachineNow, spoken: Words) -> list[tuple[str, str]]:
    found = [(spoken.text(_("Type")), sentences.named(spoken, sentences.KINDS, machine.kind))]
    if machine.model:
        found.append((spoken.text(_("Modèle")), machine.model))
    if machine.build:
        found.append((spoken.text(_("Volume")), rules.size_text(machine.build)))
    loaded = trays.told(machine.slots)
    if machine.material and not trays.speaks(loaded):
        found.append((spoken.text(_("Matière chargée")), machine.material))
    found.extend((_place(one.slot, spoken), _lying(one, spoken)) for one in loaded)
    if machine.qualification:
        skill = sentences.named(spoken, sentences.QUALIFICATIONS, machine.qualification)
        found.append((spoken.text(_("Habilitation")), skill))
    found.append((spoken.text(_("Nouvelles")), age(board, machine, spoken)))
    return found


def _place(slot: int, spoken: Words) -> str:
    place = trays.place_of(slot)
    return spoken.text(_("Bobine {place}"), place=place) if place else spoken.text(_("Bobine à l’extérieur"))


def _lying(one: Loaded, spoken: Words) -> str:
    """What the machine tells of one of its places; the name of a colour is the nearest that people use."""
    if not one.material:
        return spoken.text(_("matière inconnue"))
    left = (
        "" if one.left_percent is None else spoken.text(_("reste {share}"), share=f"{round(one.left_percent)}\u00a0%")
    )
    tag = spoken.text(_("lue sur la bobine")) if one.is_tagged else ""
    now = spoken.text(_("en service")) if one.is_feeding else ""
    return ", ".join(part for part in (one.material, trays.word_of(one.colour), left, tag, now) if part)


def _heat(machine: MachineNow, spoken: Words) -> list[tuple[str, str]]:
    names = {"tool0": spoken.text(_("Buse")), "bed": spoken.text(_("Plateau"))}
    found = []
    for one in temperatures(machine):
        target = f" / {round(one['target'])}" if one.get("target") else ""
        found.append((names.get(one["sensor"], str(one["sensor"])), f"{round(one['actual'])}{target}\u00a0°C"))
    return found


def _logged(entry: LogLine, board: Board, spoken: Words) -> tuple[str, str, str]:
    facts = msgspec.json.decode(entry.facts, type=dict[str, Any])
    detail = ", ".join(str(facts[name]) for name in ("job", "file", "note") if facts.get(name))
    code = "" if entry.kind in sentences.OF_LOCKS else str(facts.get("why") or facts.get("reason") or "")
    why = sentences.notice(spoken, code)
    who = board.name(entry.person_id) if entry.person_id else ""
    when = f"{spoken.day(entry.at, 'short')} {spoken.clock(entry.at)}"
    what = sentences.named(spoken, sentences.LOG, entry.kind)
    return when, ". ".join(part for part in (f"{what}{', ' if detail else ''}{detail}", why) if part), who


def _acts(machine: MachineNow, job_state: str | None) -> list[str]:
    """What who runs the machine may do now."""
    found = []
    if machine.needs_clear or job_state == "to_check":
        found.append("clear")
    if job_state in ("dispatched", "running"):
        if machine.is_remote and machine.state == "paused":
            found.append("resume")
        elif machine.is_remote and machine.state in rules.AT_WORK:
            found.append("pause")
        found.append("end")
    return found


def _upkeep(machine: MachineNow) -> list[str]:
    """What who looks after the machine may do."""
    return ["back" if machine.status == "maintenance" else "out"]
