"""What upkeep tells people: something is due, somebody told an incident, an incident was followed."""

from typing import Any

from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.upkeep import queries, wording
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders
from tierslieu.people.roles.rules import ADMINISTRATOR

TELL_DUE = "fablab.upkeep.tell_due"
TELL_INCIDENT = "fablab.upkeep.tell_incident"
TELL_REPORTER = "fablab.upkeep.tell_reporter"
MENDERS = ("fab_manager", "technician", "machine_superuser")
DUE_SUBJECT = _("Entretien à faire : {machine}")
DUE_TEXT = _("Bonjour,\n\n{machine} : « {title} » est à faire bientôt ou en retard.\n\nTout est ici : {link}")
INCIDENT_SUBJECT = _("{kind} : {machine}")
INCIDENT_TEXT = _("Bonjour,\n\nQuelqu’un a signalé sur {machine} : {kind}.\n\n« {text} »\n\nPour répondre : {link}")
REPORTER_SUBJECT = _("Votre signalement : {machine}")
REPORTER_TEXT = _(
    "Bonjour,\n\nVous avez signalé un problème sur {machine}. {state}\n\n« {text} »\n\nMerci de votre aide."
)


def menders(reader: Reader, machine: MachineNow) -> list[int]:
    """Who looks after a machine: by their role, everywhere or where it stands; else the administrators."""
    where = {"", *places(machine)}
    found = {one.person_id for role in MENDERS for one in holders(reader, role) if one.scope in where}
    return sorted(found or {one.person_id for one in holders(reader, ADMINISTRATOR)})


async def tell_due(house: House, payload: dict[str, Any]) -> None:
    """Tell who mends the machine. May run twice: each is told once."""
    link = f"{house.settings.public_url}/fablab/entretien"
    await house.db.write(_tell_due, read(str(payload["plan"])), int(payload["at"]), house.zone, link)


def _tell_due(tx: Tx, plan_id: int, at: int, zone: Zone, link: str) -> None:
    one = queries.plan(tx, plan_id)
    machine = fablab.machine_by_id(tx, one.machine_id)
    for person_id in menders(tx, machine):
        words = words_for(tx, person_id, zone)
        facts = {"machine": machine.name, "title": one.title, "link": link}
        notice = Notice("upkeep_due", words.text(DUE_SUBJECT, **facts), words.text(DUE_TEXT, **facts))
        post(tx, person_id, notice.with_key(f"upkeep:{plan_id}:{at}:{person_id}"))


async def tell_incident(house: House, payload: dict[str, Any]) -> None:
    """Tell who mends the machine, without the name of who told it. May run twice: each is told once."""
    base = house.settings.public_url
    await house.db.write(_tell_incident, read(str(payload["incident"])), house.zone, base)


def _tell_incident(tx: Tx, incident_id: int, zone: Zone, base: str) -> None:
    one = queries.incident(tx, incident_id)
    machine = fablab.machine_by_id(tx, one.machine_id)
    for person_id in menders(tx, machine):
        if person_id == one.person_id:
            continue
        words = words_for(tx, person_id, zone)
        link = f"{base}/fablab/incidents/{show(incident_id)}"
        kind = words.text(wording.KINDS[one.kind])
        facts = {"machine": machine.name, "kind": kind, "text": one.text, "link": link}
        notice = Notice("incident", words.text(INCIDENT_SUBJECT, **facts), words.text(INCIDENT_TEXT, **facts))
        post(tx, person_id, notice.with_key(f"incident:{incident_id}:{person_id}"))


async def tell_reporter(house: House, payload: dict[str, Any]) -> None:
    """Tell who reported an incident what came of it."""
    await house.db.write(_tell_reporter, read(str(payload["incident"])), int(payload["at"]), house.zone)


def _tell_reporter(tx: Tx, incident_id: int, at: int, zone: Zone) -> None:
    one = queries.incident(tx, incident_id)
    step = next((step for step in queries.steps_of(tx, incident_id) if step.at == at), None)
    if one.person_id is None or step is None or step.noted_by == one.person_id:
        return
    words = words_for(tx, one.person_id, zone)
    state = words.text(wording.STEPS[step.state])
    facts = {"machine": fablab.machine_by_id(tx, one.machine_id).name, "state": state, "text": step.text}
    notice = Notice("incident_followed", words.text(REPORTER_SUBJECT, **facts), words.text(REPORTER_TEXT, **facts))
    post(tx, one.person_id, notice.with_key(f"incident:{incident_id}:{at}:reporter"))
