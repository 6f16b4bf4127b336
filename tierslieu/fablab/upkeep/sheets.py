"""Safety sheets: staff write them, people accept each version before they use the machine."""

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused, Remedy
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import queries, storing
from tierslieu.fablab.upkeep.schemas import NewSheet
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import is_minor, may_act_for

ACCEPT = "fablab.accept_sheet"


def put_sheet(tx: Tx, key: str, wish: NewSheet) -> int:
    """A new version of a machine's sheet, to be accepted anew; returns its number. The same text again: no new one."""
    machine = fablab.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    former = queries.sheet(tx, machine.id)
    if former is not None and (former.text, former.sign_list) == (wish.text, list(wish.signs)):
        return former.version
    version = former.version + 1 if former else 1
    values = {"text": wish.text, "signs": to_json(wish.signs), "created_at": tx.now, "created_by": tx.by.person_id}
    if not tx.run(storing.ADD_SHEET, machine_id=machine.id, version=version, **values):
        raise Refused((Reason("sheet_changed", {}, (_read_again(key),)),))
    record(tx, "fablab.upkeep.put_sheet", None, key, version=version)
    return version


def accept(tx: Tx, key: str, version: int, person_id: int) -> None:
    """Somebody read this version: oneself, for a child one guards, or staff who hold the signed paper.

    A minor's own word is not enough. Accepting twice is accepting once. Raises NotFound, Forbidden, Refused.
    """
    machine = fablab.machine(tx, key)
    newest = queries.sheet(tx, machine.id)
    if newest is None:
        raise NotFound("no_sheet")
    if newest.version != version:
        raise Refused((Reason("sheet_changed", {}, (_read_again(key),)),))
    if known(tx, person_id) is None:
        raise Refused((Reason("no_such_person"),))
    how = _how(tx, person_id, *places(machine))
    values = {"how": how, "at": tx.now, "noted_by": tx.by.person_id}
    if tx.run(storing.ADD_ACCEPTANCE, machine_id=machine.id, version=version, person_id=person_id, **values):
        record_for(tx, "fablab.upkeep.accept_sheet", person_id, key, version=version, how=how)


def _how(tx: Tx, person_id: int, *where: str) -> str:
    if person_id == tx.by.person_id:
        if is_minor(tx, person_id, tx.now):
            raise Refused((Reason("guardian_accepts_sheet", {}, (Remedy("see_family", {"href": "/mon-espace"}),)),))
        return "self"
    if may_act_for(tx, tx.by.person_id, person_id, tx.now):
        return "guardian"
    if tx.by.person_id is None or tx.by.may(RUN, *where):
        return "paper"
    raise Forbidden("not_allowed")


def _read_again(key: str) -> Remedy:
    return Remedy("read_sheet", {"href": f"/fablab/machines/{key}/fiche"})
