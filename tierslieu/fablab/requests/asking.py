"""What people do with their wishes: ask, correct, withdraw, and know before what would come of it."""

import msgspec

from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import actions, rules, storing
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.events import Queued
from tierslieu.fablab.files.facts import Facts, read
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.requests import limits, queries
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.estimates import Estimate, Wanted, estimate
from tierslieu.fablab.requests.events import Tell
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.rules import READY_FORMATS, formats_of, why_look
from tierslieu.fablab.requests.schemas import Ask, Asked, Choices
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.storing import WantedJob
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.relations.queries import is_minor, zone_of


class Wish(msgspec.Struct, frozen=True):
    """A wish with the file and the machine it speaks of."""

    stored: StoredFile
    facts: Facts
    chosen: Ask | Choices
    machine: MachineNow | None

    @property
    def kind(self) -> str:
        """The kind of machine."""
        return self.machine.kind if self.machine else self.chosen.kind

    @property
    def material(self) -> str:
        """The material: the chosen one, else the one the file was made for."""
        return self.chosen.material or self.facts.material or ""

    @property
    def wanted(self) -> Wanted:
        """What its cost depends on."""
        machine_id = self.machine.id if self.machine else None
        return Wanted(self.kind, machine_id, self.material, self.chosen.colour, self.chosen.quantity)


def ask(tx: Tx, chosen: Ask, file_id: int) -> Asked:
    """Make a job of a file: queued at once, or for staff to look at first.

    Raises Refused with every reason, NotFound for another's file, Forbidden when the limits of the week are passed
    over by who may not.
    """
    wish = _wish(tx, chosen, actions.own_file(tx, file_id))
    found = estimate(tx, wish.facts, wish.wanted)
    reasons = [*_against(tx, wish), *_too_many(tx, wish.stored.person_id)]
    over = limits.over_limits(tx, wish.stored.person_id, found.amount)
    reasons.extend(limits.standing(tx, over, chosen.exception))
    if reasons:
        raise Refused(tuple(reasons))
    why = _why(tx, wish, found)
    job_id = storing.add_job(tx, _row(tx, wish, found, "requested" if why else "queued"))
    limits.note_passed(tx, over, chosen.exception, wish.stored.person_id, job_id)
    _begin(tx, job_id, wish.stored.person_id, why)
    return Asked(job_id, "requested" if why else "queued", why)


def _begin(tx: Tx, job_id: int, person_id: int, why: str) -> None:
    if why:
        tx.run(
            rows.ADD_REQUEST,
            job_id=job_id,
            person_id=person_id,
            why=why,
            turn="staff",
            asked_at=tx.now,
            changed_at=tx.now,
            proposed="",
            answer="",
            answered_at=None,
            answered_by=None,
            note="",
        )
        tx.announce(Tell(job_id, "received", f"{job_id}:received"))
        rows.note_step(tx, job_id, "asked", why)
    else:
        tx.announce(Queued(job_id))
    record_for(tx, "fablab.queue", person_id, show(job_id))


def _wish(tx: Tx, chosen: Ask | Choices, stored: StoredFile) -> Wish:
    machine = fablab.machine(tx, chosen.machine) if chosen.machine else None
    return Wish(stored, read(stored.facts), chosen, machine)


def _row(tx: Tx, wish: Wish, found: Estimate, state: str) -> WantedJob:
    return WantedJob(
        wish.stored.person_id,
        wish.stored.id,
        wish.kind,
        wish.machine.id if wish.machine else None,
        wish.material,
        wish.chosen.quantity,
        wish.chosen.note,
        state,
        wish.chosen.service,
        wish.chosen.colour,
        _deadline(tx, wish.chosen),
        found.cost.total_cents,
    )


def _deadline(tx: Tx, chosen: Ask | Choices) -> int | None:
    return None if chosen.deadline is None else zone_of(tx).day(chosen.deadline).end


def _against(tx: Tx, wish: Wish) -> list[Reason]:
    """What stands against making this file on these machines at all."""
    found = []
    machines = [one for one in fablab.machines(tx) if one.kind == wish.kind]
    able = [wish.machine] if wish.machine else machines
    is_for_others = wish.stored.format in READY_FORMATS and wish.kind not in rules.FILE_KINDS
    if not able or not formats_of(wish.kind) or is_for_others:
        found.append(Reason("kind_takes_no_file"))
    elif wish.stored.format not in formats_of(wish.kind):
        found.append(Reason("format_not_for_kind"))
    size, builds = wish.facts.size_mm, [one.build for one in able if one.build is not None]
    if size and builds and not any(rules.fits(size, build) for build in builds):
        found.append(Reason("too_big_for_all", {"size": rules.size_text(size)}))
    deadline = _deadline(tx, wish.chosen)
    if deadline is not None and deadline <= tx.now:
        found.append(Reason("deadline_past"))
    return found


def _too_many(tx: Tx, person_id: int) -> list[Reason]:
    waiting = [one for one in fablab.mine(tx, person_id) if one.state in rules.OPEN]
    many = len(waiting) >= actions.MOST_WAITING
    return [Reason("too_many_jobs", {"count": actions.MOST_WAITING})] if many else []


def _why(tx: Tx, wish: Wish, found: Estimate) -> str:
    young = is_minor(tx, wish.stored.person_id, tx.now)
    policy = queries.policy(tx, wish.kind)
    return why_look(policy, wish.stored.format, wish.chosen.service, found.amount, is_minor=young)


# -- while it waits for staff ---------------------------------------------------------------------------


def waiting(tx: Tx, job_id: int) -> tuple[JobNow, queries.Request]:
    """A job of one's own that staff still have to look at. Raises NotFound, Refused when it is answered."""
    one = actions.own_job(tx, job_id)
    found = queries.request_of(tx, job_id)
    if one.state != "requested" or found is None or found.turn == "over":
        raise Refused((Reason("request_answered"),))
    return one, found


def correct(tx: Tx, job_id: int, chosen: Choices) -> None:
    """Ask for something else than before, as long as nobody answered. Raises Refused with every reason."""
    one, request = waiting(tx, job_id)
    wish = _wish(tx, chosen, fablab.file(tx, one.file_id))
    found = estimate(tx, wish.facts, wish.wanted)
    reasons = [*_against(tx, wish), *limits.over_limits(tx, wish.stored.person_id, found.amount, one.id)]
    if reasons:
        raise Refused(tuple(reasons))
    why = _why(tx, wish, found) or request.why
    row = _row(tx, wish, found, "requested")
    changed = {name: getattr(row, name) for name in CHANGED}
    tx.run(rows.SET_CHOICES, which=one.id, **changed)
    moved(
        tx.run(rows.SET_WHY, which=one.id, former=request.turn, turn="staff", why=why, proposed="", changed_at=tx.now)
    )
    rows.note_step(tx, one.id, "corrected")
    record_for(tx, "fablab.requests.correct", one.person_id, show(one.id))


CHANGED = (
    *("kind", "wanted_machine_id", "material", "colour", "quantity", "deadline", "service", "note"),
    "estimate_cents",
)


def withdraw(tx: Tx, job_id: int) -> None:
    """Take a request back before it was answered, or say no to what staff propose."""
    one, request = waiting(tx, job_id)
    end(tx, one, request, "withdrawn", "cancelled")
    record_for(tx, "fablab.requests.withdraw", one.person_id, show(one.id))


def give_up(tx: Tx, job_id: int) -> None:
    """Take a job back, whether staff still look at it, it waits or it runs. Raises Refused when it is over."""
    if actions.own_job(tx, job_id).state == "requested":
        withdraw(tx, job_id)
    else:
        actions.cancel_job(tx, job_id)


def end(tx: Tx, one: JobNow, request: queries.Request, answer: str, state: str, note: str = "") -> None:
    """A request is over: accepted, refused or withdrawn. Raises Conflict when somebody was faster."""
    by, at = tx.by.person_id, tx.now
    changed = {"turn": "over", "proposed": "", "answer": answer, "note": note, "answered_at": at, "answered_by": by}
    moved(tx.run(rows.SET_ANSWER, which=one.id, former=request.turn, changed_at=at, **changed))
    moved(storing.change_job(tx, storing.SET_STATE, one, state=state, notice=""))
    rows.note_step(tx, one.id, answer)


def moved(changed: int | bool) -> None:
    """Raise Conflict when nothing was changed: somebody else answered meanwhile."""
    if not changed:
        raise Conflict("request_moved")


def own_or_unknown(tx: Tx, job_id: int) -> JobNow:
    """A job of one's own or of who one acts for, or any for who runs or answers for it. Raises NotFound."""
    try:
        return actions.own_job(tx, job_id)
    except NotFound:
        one = fablab.job(tx, job_id)
        if tx.by.may(ANSWER, *rules.job_places(one, fablab.machines(tx))):
            return one
        raise
