"""What staff do with requests: ask back, prepare, accept (with changes), refuse; and the person's yes to changes."""

import msgspec

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import actions, rules
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.events import Queued
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.asking import end, moved, own_or_unknown, waiting
from tierslieu.fablab.requests.estimates import Wanted, estimate
from tierslieu.fablab.requests.events import Tell
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.rules import formats_of, must_be_prepared, needs_agreement
from tierslieu.fablab.requests.schemas import Accept
from tierslieu.fablab.rules import JobNow
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record, record_for

OVER = ("done", "failed", "cancelled", "refused")


class Offer(msgspec.Struct, frozen=True):
    """A request as staff take it: all choices, and what they cost."""

    machine_id: int | None
    kind: str
    material: str
    colour: str
    quantity: int
    cents: int | None


def offered(request: queries.Request) -> Offer | None:
    """What staff propose and the person has not agreed to yet."""
    return msgspec.json.decode(request.proposed, type=Offer) if request.proposed else None


def to_answer(tx: Tx, job_id: int) -> tuple[JobNow, queries.Request]:
    """A request that the actor answers for. Raises NotFound, Forbidden, Refused when it was answered."""
    one, request = fablab.job(tx, job_id), queries.request(tx, job_id)
    require(tx.by, ANSWER, *rules.job_places(one, fablab.machines(tx)))
    if one.state != "requested" or request.turn == "over":
        raise Refused((Reason("request_answered"),))
    return one, request


def offer_of(reader: Reader, one: JobNow, change: Accept) -> Offer:
    """The request with what staff change of it, priced as it is now. Raises NotFound for an unknown machine."""
    machine = fablab.machine(reader, change.machine) if change.machine else None
    machine_id, kind = (machine.id, machine.kind) if machine else (one.wanted_machine_id, one.kind)
    material = one.material if change.material is None else change.material
    colour = one.colour if change.colour is None else change.colour
    wanted = Wanted(kind, machine_id, material, colour, change.quantity or one.quantity)
    cents = estimate(reader, read(one.facts), wanted).cost.total_cents
    return Offer(machine_id, kind, material, colour, wanted.quantity, cents)


def accept(tx: Tx, job_id: int, change: Accept) -> bool:
    """Take a request into the queue, with changes or as it is. False when it costs more than the person saw: then
    it waits for their yes. Raises Refused: request_answered, not_prepared, format_not_for_kind."""
    one, request = to_answer(tx, job_id)
    offer = offer_of(tx, one, change)
    _require_makeable(one, offer)
    record(tx, "fablab.requests.answer", one.person_id, show(one.id), answer="accepted")
    if needs_agreement(one.estimate_cents, offer.cents):
        by, at = tx.by.person_id, tx.now
        changed = {"turn": "agreement", "proposed": to_json(offer), "note": change.note, "answered_by": by}
        query = rows.SET_PROPOSED
        moved(tx.run(query, which=one.id, former=request.turn, answered_at=at, changed_at=at, **changed))
        rows.note_step(tx, one.id, "proposed")
        tx.announce(Tell(one.id, "agree", f"{one.id}:agree:{tx.now}", change.note))
        return False
    _take(tx, one, request, offer, change.note)
    return True


def _require_makeable(one: JobNow, offer: Offer) -> None:
    if must_be_prepared(offer.kind, one.format):
        raise Refused((Reason("not_prepared"),))
    if one.format not in formats_of(offer.kind):
        raise Refused((Reason("format_not_for_kind"),))


def _take(tx: Tx, one: JobNow, request: queries.Request, offer: Offer, note: str) -> None:
    tx.run(
        rows.SET_CHOICES,
        which=one.id,
        kind=offer.kind,
        wanted_machine_id=offer.machine_id,
        material=offer.material,
        colour=offer.colour,
        quantity=offer.quantity,
        deadline=one.deadline,
        service=one.service,
        note=one.note,
        estimate_cents=offer.cents,
    )
    end(tx, one, request, "accepted", "queued", note)
    tx.announce(Queued(one.id))
    tx.announce(Tell(one.id, "accepted", f"{one.id}:accepted", note))


def agree(tx: Tx, job_id: int) -> None:
    """The person says yes to what staff propose. Raises Refused when nothing is proposed (any more)."""
    one, request = waiting(tx, job_id)
    offer = offered(request)
    if request.turn != "agreement" or offer is None:
        raise Refused((Reason("nothing_proposed"),))
    _take(tx, one, request, offer, request.note)
    record_for(tx, "fablab.requests.agree", one.person_id, show(one.id))


def refuse(tx: Tx, job_id: int, reason: str) -> None:
    """Not here, and why."""
    one, request = to_answer(tx, job_id)
    end(tx, one, request, "refused", "refused", reason)
    record(tx, "fablab.requests.answer", one.person_id, show(one.id), answer="refused")
    tx.announce(Tell(one.id, "refused", f"{one.id}:refused", reason))


def ask_back(tx: Tx, job_id: int, text: str) -> None:
    """Ask the person something; the request waits for what they say."""
    one, request = to_answer(tx, job_id)
    if request.turn == "agreement":
        raise Refused((Reason("agreement_awaited"),))
    moved(tx.run(rows.SET_TURN, which=one.id, former=request.turn, turn="person", changed_at=tx.now))
    rows.say(tx, one.id, text, is_staff=True)
    rows.note_step(tx, one.id, "question")
    record(tx, "fablab.requests.ask", one.person_id, show(one.id))
    tx.announce(Tell(one.id, "question", f"{one.id}:question:{tx.new_id()}", text))


def say(tx: Tx, job_id: int, text: str) -> None:
    """A word of the person, or of staff, about a job that is not over; an answer gives the turn back to staff."""
    one = own_or_unknown(tx, job_id)
    request = queries.request_of(tx, job_id)
    if one.state in OVER:
        raise Refused((Reason("job_over"),))
    if tx.by.person_id != one.person_id and tx.by.may(ANSWER, *rules.job_places(one, fablab.machines(tx))):
        rows.say(tx, one.id, text, is_staff=True)
        record(tx, "fablab.requests.ask", one.person_id, show(one.id))
        tx.announce(Tell(one.id, "question", f"{one.id}:question:{tx.new_id()}", text))
        return
    rows.say(tx, one.id, text, is_staff=False)
    record_for(tx, "fablab.requests.say", one.person_id, show(one.id))
    if request is not None and request.turn == "person":
        moved(tx.run(rows.SET_TURN, which=one.id, former="person", turn="staff", changed_at=tx.now))
        rows.note_step(tx, one.id, "replied")


def say_for(tx: Tx, job_id: int, text: str) -> None:
    """Staff write down what the person said at the desk or on the phone; it gives the turn back to the team."""
    one, request = to_answer(tx, job_id)
    rows.say(tx, one.id, text, is_staff=False)
    record(tx, "fablab.requests.say", one.person_id, show(one.id))
    if request.turn == "person":
        moved(tx.run(rows.SET_TURN, which=one.id, former="person", turn="staff", changed_at=tx.now))
        rows.note_step(tx, one.id, "replied")


def prepare(tx: Tx, job_id: int, file_id: int) -> None:
    """Make the request from a file that staff prepared; the person's own stays beside it.

    Raises Refused: format_not_for_kind, NotFound for a file of somebody else.
    """
    one, request = to_answer(tx, job_id)
    stored = actions.own_file(tx, file_id)
    if stored.person_id != one.person_id or stored.format not in formats_of(one.kind):
        raise Refused((Reason("format_not_for_kind"),))
    if must_be_prepared(one.kind, stored.format):
        raise Refused((Reason("not_prepared"),))
    tx.run(
        rows.ADD_PREPARED,
        id=tx.new_id(),
        job_id=one.id,
        original_id=one.file_id,
        file_id=stored.id,
        prepared_at=tx.now,
        prepared_by=tx.by.person_id,
    )
    moved(tx.run(rows.SET_TURN, which=one.id, former=request.turn, turn=request.turn, changed_at=tx.now))
    tx.run(rows.SET_FILE, which=one.id, file_id=stored.id, material=one.material or read(stored.facts).material or "")
    rows.note_step(tx, one.id, "prepared")
    record(tx, "fablab.requests.prepare", one.person_id, show(one.id))
