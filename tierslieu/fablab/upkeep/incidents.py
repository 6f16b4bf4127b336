"""Incidents: anybody who uses machines tells them, who mends follows them to their end, the reporter is told."""

from tierslieu.basics.actor import require
from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import away, care
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import storing as fablab_storing
from tierslieu.fablab.actions import MEND, REPORT
from tierslieu.fablab.away import Absence
from tierslieu.fablab.events import OopsReported
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import letters, queries, rules, storing
from tierslieu.fablab.upkeep.queries import IncidentNow
from tierslieu.fablab.upkeep.schemas import Follow, NewIncident
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

OOPS_TEXT = "Arrêtée à la borne\u00a0: quelque chose ne va pas."
SHORTEST = 3
DANGER_TEXT = "Danger signalé\u00a0: ne pas s’en servir. L’équipe va regarder."


def report(tx: Tx, key: str, wish: NewIncident, photo_sha: str | None, wished: Absence) -> int:
    """Somebody tells what is wrong; returns the incident's id. A danger takes the machine out of service at once.

    `wished`: what a danger closes. Raises NotFound, Refused for who has told too much that is still open.
    """
    require(tx.by, REPORT)
    machine = fablab.machine(tx, key)
    person_id = tx.by.person_id
    is_new_danger = wish.kind == rules.DANGER and not queries.open_safety_incidents(tx, machine.id)
    has_told_enough = person_id is not None and queries.open_count(tx, person_id) >= rules.MOST_OPEN
    if has_told_enough and not is_new_danger and not tx.by.may(MEND):  # the first word of a danger always counts
        raise Refused((Reason("too_many_incidents", {"count": rules.MOST_OPEN}),))
    incident_id = note(tx, machine.id, wish, person_id, photo_sha)
    fablab_storing.note(tx, machine.id, "problem", note=wish.text)
    if wish.kind == rules.DANGER and machine.status == "in_service":
        care.take_out_now(tx, key, DANGER_TEXT, wished)
    elif wish.kind == rules.DANGER:  # it was out already, but people may still hold its time
        away.go_on(tx, machine, machine.status_note, wished.hold_seconds, is_unsafe=True)
    tx.later(letters.TELL_INCIDENT, {"incident": show(incident_id)})
    tx.touch(fablab_storing.MACHINES)
    return incident_id


def note(tx: Tx, machine_id: int, wish: NewIncident, person_id: int | None, photo_sha: str | None = None) -> int:
    """The incident itself, told to nobody; returns its id."""
    incident_id = tx.new_id()
    tx.run(
        storing.ADD_INCIDENT,
        id=incident_id,
        machine_id=machine_id,
        person_id=person_id,
        kind=wish.kind,
        text=wish.text,
        photo_sha=photo_sha,
        state="open",
        created_at=tx.now,
        changed_at=tx.now,
        closed_at=None,
        closed_by=None,
    )
    return incident_id


def note_oops(tx: Tx, event: OopsReported) -> None:
    """Somebody stopped a machine at its terminal because something is wrong: an incident like any other."""
    wish = NewIncident(kind="does_not_work", text=event.note if len(event.note.strip()) >= SHORTEST else OOPS_TEXT)
    incident_id = note(tx, event.machine_id, wish, event.person_id)
    tx.later(letters.TELL_INCIDENT, {"incident": show(incident_id)})


def follow(tx: Tx, incident_id: int, wish: Follow) -> None:
    """What was done about it; the reporter is told. With `is_back` the machine goes back into service.

    Raises Forbidden, NotFound, Refused when it is closed already, or when another danger is still open.
    """
    one = queries.incident(tx, incident_id)
    machine = fablab.machine_by_id(tx, one.machine_id)
    require(tx.by, MEND, *places(machine))
    is_over = wish.state == "closed"
    over_at, over_by = (tx.now, tx.by.person_id) if is_over else (None, None)
    changed = {"which": incident_id, "new_state": wish.state, "at": tx.now, "over_at": over_at, "over_by": over_by}
    if not tx.run(storing.SET_INCIDENT, **changed):
        raise Refused((Reason("incident_closed"),))
    tx.run(
        storing.ADD_STEP,
        id=tx.new_id(),
        incident_id=incident_id,
        at=tx.now,
        noted_by=tx.by.person_id,
        state=wish.state,
        text=wish.text,
    )
    record(tx, f"fablab.upkeep.{'close' if is_over else 'follow'}_incident", one.person_id, show(incident_id))
    if wish.is_back and machine.status == "maintenance":
        put_back(tx, machine.key)
    tx.later(letters.TELL_REPORTER, {"incident": show(incident_id), "at": tx.now})
    tx.touch(fablab_storing.MACHINES)


def take_out(tx: Tx, key: str, text: str, wish: Absence) -> None:
    """Out of service. Raises Refused when its reservations were to stay while a danger told of it is open."""
    machine = fablab.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    if wish.is_kept and queries.open_safety_incidents(tx, machine.id):
        raise Refused((Reason("safety_incident_open", {"machine": machine.name}),))
    care.take_out(tx, key, text, wish)


def keep_closed(tx: Tx, machine_id: int, hold_seconds: int) -> None:
    """As long as a machine is out of service, or a danger told of it is open, its time is closed. Safe to repeat."""
    machine = fablab_storing.locked(tx, machine_id)
    is_unsafe = bool(queries.open_safety_incidents(tx, machine_id))
    if is_unsafe or machine.status == "maintenance":
        away.go_on(tx, machine, machine.status_note or DANGER_TEXT, hold_seconds, is_unsafe=is_unsafe)


def put_back(tx: Tx, key: str) -> None:
    """Into service again, its time free for reservations. Raises Refused while a danger told of it is open."""
    machine = fablab.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    if queries.open_safety_incidents(tx, machine.id):
        raise Refused((Reason("safety_incident_open", {"machine": machine.name}),))
    care.put_back(tx, key)


def seen(reader: Reader, incident_id: int, person_id: int | None, *, mends: bool) -> IncidentNow:
    """An incident for who told it or mends machines. Raises NotFound: existence is not told."""
    one = queries.incident(reader, incident_id)
    if not mends and (person_id is None or one.person_id != person_id):
        raise NotFound("unknown_incident")
    return one
