"""The shelf: what was made waits there for its person, who is told where, reminded, and told before it goes."""

from typing import Any, Final

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import MINUTE
from tierslieu.fablab import actions
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.events import Cleared
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.events import Tell
from tierslieu.fablab.requests.rights import HAND_OVER
from tierslieu.fablab.requests.rules import COLLECTED, EXPIRED, Patience
from tierslieu.fablab.rules import JobNow
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.relations.queries import may_act_for

TELL_READY: Final = "fablab.requests.tell_ready"
SWEEP: Final = "fablab.requests.sweep"
PLACE_FIRST: Final = 15 * MINUTE
"""How long staff have to say where it lies before its person is told that it is there."""


def make_ready(tx: Tx, event: Cleared) -> None:
    """The last copy came out good: what the team made for somebody, or took out for them, waits for them."""
    one = fablab.job(tx, event.job_id) if event.job_id else None
    if one is None or event.outcome != "good" or one.state != "done":
        return
    if not is_of_team(tx, one, event.by):
        return
    if _add(tx, one, None):
        tx.later(TELL_READY, {"job_id": one.id}, at=tx.now + PLACE_FIRST)


def is_of_team(reader: Reader, one: JobNow, by: int | None) -> bool:
    """True for what the team makes, and for what somebody did who does not act for the job's person: they are not
    beside the machine, and want to hear. What nobody is known to have done was their own gesture."""
    if one.service == "staff":
        return True
    return by is not None and not may_act_for(reader, by, one.person_id, reader.now)


def _add(tx: Tx, one: JobNow, shelf_id: int | None) -> bool:
    """From now on it waits; False when it did, or does no more. Who lays it there may come before the news."""
    tx.touch(rows.TOPIC)
    is_new = tx.run(
        rows.ADD_ITEM,
        job_id=one.id,
        person_id=one.person_id,
        shelf_id=shelf_id,
        since=tx.now,
        shelved_by=tx.by.person_id,
        told_at=0,
        reminded_at=0,
        warned_at=0,
        state="waiting",
        ended_at=None,
        ended_by=None,
        handed_to="",
        receiver_note="",
    )
    if is_new:
        rows.note_step(tx, one.id, "ready")
    return bool(is_new)


def shelf_by_code(reader: Reader, code: str) -> queries.ShelfNow | None:
    """A place in use by what its label says; None for "". Raises Invalid."""
    if not code:
        return None
    found = next((one for one in queries.shelves(reader) if one.code == code.upper() and one.is_used), None)
    if found is None:
        raise Invalid("unknown_shelf", {"shelf": "unknown_shelf"})
    return found


def shelve(tx: Tx, job_id: int, code: str) -> None:
    """Lay what was made on the shelf; its person is told where. Raises Refused: not_made_yet, already_collected."""
    require(tx.by, HAND_OVER)
    one, shelf = fablab.job(tx, job_id), shelf_by_code(tx, code)
    if one.state != "done":
        raise Refused((Reason("not_made_yet"),))
    shelf_id = shelf.id if shelf else None
    if not _add(tx, one, shelf_id) and not tx.run(
        rows.SET_SHELF, which=one.id, shelf_id=shelf_id, shelved_by=tx.by.person_id
    ):
        raise Refused((Reason("already_collected"),))
    rows.note_step(tx, one.id, "shelved", shelf.code if shelf else "")
    record(tx, "fablab.shelf.place", one.person_id, show(one.id))
    _tell_ready(tx, one.id)


def tell_ready(tx: Tx, payload: dict[str, Any]) -> None:
    """Nobody said where it lies: its person is told all the same."""
    _tell_ready(tx, int(payload["job_id"]))


def _tell_ready(tx: Tx, job_id: int) -> None:
    item = queries.kept(tx, job_id)
    if item is not None and item.state == "waiting" and not item.told_at:
        tx.run(rows.SET_TOLD, which=job_id, told_at=tx.now)
        tx.announce(Tell(job_id, "ready", f"{job_id}:ready"))


def collect(tx: Tx, job_id: int, receiver: str, note: str = "") -> None:
    """Hand over what waits: a gesture of staff, or the person's own. Raises Refused: not_on_shelf, already_collected.

    Raises NotFound for who may neither: existence is not told.
    """
    one = fablab.job(tx, job_id) if tx.by.may(HAND_OVER) else actions.own_job(tx, job_id)
    is_own = one.person_id == tx.by.person_id or not tx.by.may(HAND_OVER)
    by_whom = receiver if not is_own else "person" if one.person_id == tx.by.person_id else "relative"
    _end(tx, one, COLLECTED, by_whom, "" if is_own else note)
    rows.note_step(tx, one.id, "collected", by_whom)
    if not is_own:
        record(tx, "fablab.shelf.hand_over", one.person_id, show(one.id), to=by_whom)


def _end(tx: Tx, one: JobNow, state: str, receiver: str, note: str) -> None:
    by, at = tx.by.person_id, tx.now
    if not tx.run(rows.END_ITEM, which=one.id, new_state=state, at=at, by=by, receiver=receiver, words=note):
        raise Refused((Reason("already_collected" if queries.kept(tx, one.id) else "not_on_shelf"),))
    tx.touch(rows.TOPIC)


def throw_away(tx: Tx, job_id: int) -> None:
    """Nobody came for it, and its place is needed. Raises Refused before its person was told that it goes."""
    require(tx.by, HAND_OVER)
    one, item = fablab.job(tx, job_id), queries.kept(tx, job_id)
    if item is not None and item.state == "waiting" and not item.warned_at:
        raise Refused((Reason("not_warned_yet"),))
    _end(tx, one, EXPIRED, "", "")
    rows.note_step(tx, one.id, "expired")
    record(tx, "fablab.shelf.throw_away", one.person_id, show(one.id))


def add_shelf(tx: Tx, code: str, name: str) -> int:
    """A new place; one that was given up is used again. Returns its id."""
    shelf_id = tx.new_id()
    known = next((one for one in queries.shelves(tx) if one.code == code), None)
    if known is not None and known.is_used:
        raise Refused((Reason("shelf_exists"),))
    if known is not None:
        tx.run(rows.SET_SHELF_USED, which=known.id, used=1)
        return known.id
    if not tx.run(rows.ADD_SHELF, id=shelf_id, code=code, name=name, is_used=1):
        raise Refused((Reason("shelf_exists"),))
    record(tx, "fablab.shelf.set", None, code)
    return shelf_id


def give_up_shelf(tx: Tx, code: str) -> None:
    """A place is not used any more; what lies there stays until it is taken. Raises NotFound."""
    found = next((one for one in queries.shelves(tx) if one.code == code), None)
    if found is None:
        raise NotFound("unknown_shelf")
    tx.run(rows.SET_SHELF_USED, which=found.id, used=0)
    record(tx, "fablab.shelf.set", None, code)


async def sweep(house: House, _payload: object) -> None:
    """Remind, warn, and say what may go. May run again."""
    await house.db.write(remind, patience(house))


def patience(house: House) -> Patience:
    """How long this house keeps things."""
    chosen = house.settings.shelf
    return Patience(chosen.remind_days, chosen.keep_days)


def remind(tx: Tx, waits: Patience) -> int:
    """One word at a time for each thing that waits. Returns how many."""
    told = 0
    for item in queries.kept_now(tx):
        word = waits.next_word(item.since, item.reminded_at, item.warned_at, tx.now)
        if word == "remind":
            told += tx.run(rows.SET_REMINDED, which=item.job_id, reminded_at=tx.now)
            tx.announce(Tell(item.job_id, "remind", f"{item.job_id}:remind"))
            rows.note_step(tx, item.job_id, "reminded")
        elif word == "warn":
            told += tx.run(rows.SET_WARNED, which=item.job_id, warned_at=tx.now)
            tx.announce(Tell(item.job_id, "warn", f"{item.job_id}:warn"))
            rows.note_step(tx, item.job_id, "warned")
    return told
