"""What people do with a machine behind a terminal: begin, go on, hand over, end, cut, report, put in order."""

import secrets

import msgspec

from tierslieu.basics.actor import SYSTEM, require
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.fablab import claiming
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.events import OopsReported, ServiceChanged, SessionEnded, SessionStarted
from tierslieu.fablab.interlocks import queries, rules, storing
from tierslieu.fablab.interlocks.queries import Who
from tierslieu.fablab.interlocks.rules import SessionNow, StartFacts, TerminalNow
from tierslieu.fablab.interlocks.storing import Say
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.actions import note_use
from tierslieu.reservations import claims
from tierslieu.venue.queries import venue

UNLOCK = "fablab.unlock"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to use a machine. `exception`: why staff pass over what is missing.

    `is_tidy`: somebody looked, it is clean. `is_takeover`: the session of who uses it now ends.
    """

    person_id: int
    minutes: int = 60
    companion_id: int | None = None
    exception: str = ""
    is_tidy: bool = False
    is_takeover: bool = False


def place(tx: Tx, key: str) -> tuple[MachineNow, TerminalNow]:
    """A machine nobody else changes now, and its terminal. Raises NotFound."""
    machine = fablab.locked(tx, machines.machine(tx, key).id)
    return machine, queries.terminal(tx, machine)


def start(tx: Tx, key: str, wish: Wish) -> int:
    """Ask the terminal to unlock. Raises Refused with every reason; Conflict when the time was just taken."""
    machine, terminal = place(tx, key)
    if tx.by != SYSTEM and wish.person_id != tx.by.person_id:
        require(tx.by, RUN, *places(machine))
        if known(tx, wish.person_id) is None:
            raise NotFound("no_such_person")
    return start_at(tx, machine, terminal, wish)


def start_at(tx: Tx, machine: MachineNow, terminal: TerminalNow, wish: Wish) -> int:
    """The same at a machine that nobody else changes now, for somebody whose wish it surely is."""
    if wish.is_tidy:
        tx.run(storing.ALL_CHECKED, machine=machine.id)
    running = queries.open_on(tx, machine.id)
    former = running if wish.is_takeover and running and running.state in rules.RUNNING else None
    who = Who(wish.person_id, wish.companion_id, former.id if former else 0)
    facts = queries.start_facts(tx, machine, terminal, who)
    reasons, exception = _passed(tx, machine, wish, rules.start_reasons(facts, terminal.rules))
    if reasons:
        raise Refused(reasons)
    wish = msgspec.structs.replace(wish, exception=exception)
    if former is not None:
        close(tx, machine, former, "taken_over", is_checked=True)
    return _begin(tx, machine, terminal, wish, facts)


def _passed(tx: Tx, machine: MachineNow, wish: Wish, reasons: tuple[Reason, ...]) -> tuple[tuple[Reason, ...], str]:
    """What is left of the reasons when staff say why they pass over some, and why; the audit log keeps it.

    Who may not, or passes over nothing, makes no exception: the rules hold for their session.
    """
    passed = sorted({one.code for one in reasons if one.code in rules.PASSABLE})
    if not wish.exception or not passed or not tx.by.may(RUN, *places(machine)):
        return reasons, ""
    record(tx, "fablab.unlock_exception", wish.person_id, machine.key, reason=wish.exception, missing=passed)
    return tuple(one for one in reasons if one.code not in rules.PASSABLE), wish.exception


def _begin(tx: Tx, machine: MachineNow, terminal: TerminalNow, wish: Wish, facts: StartFacts) -> int:
    policy, session_id = terminal.rules, tx.new_id()
    until = rules.end_of(facts, policy, wish.minutes * 60)
    if wish.exception:  # somebody of the team decided it: only other people's time ends it
        until = min(facts.now + wish.minutes * 60, max(facts.free_until, facts.own_until or 0))
    seconds = rules.lease_for(policy, until, tx.now)
    tx.run(
        storing.ADD_SESSION,
        id=session_id,
        terminal_id=terminal.id,
        machine_id=machine.id,
        person_id=wish.person_id,
        companion_id=wish.companion_id,
        started_by=tx.by.person_id,
        exception=wish.exception,
        state="requested",
        lease_id=secrets.token_hex(8),
        requested_at=tx.now,
        started_at=None,
        until=until,
        lease_s=seconds,
        renewed_at=tx.now,
        ended_at=None,
        why="",
        busy_s=0,
        is_checked=0,
    )
    _claim(tx, machine, session_id, max(tx.now, facts.own_until or 0), until)
    one = queries.session(tx, session_id)
    storing.order(tx, terminal, Say(op="unlock", session=one, lease_s=seconds, lines=until_text(tx, until)))
    tx.run(storing.SET_PENDING, which=terminal.id, pending_person_id=None, pending_at=0)
    record_for(tx, "fablab.unlock", wish.person_id, machine.key)
    tx.touch(fablab.MACHINES)
    return session_id


def _claim(tx: Tx, machine: MachineNow, session_id: int, start: int, until: int) -> None:
    """Hold the machine's time for what one's own reservation does not cover. Raises Conflict when it is taken."""
    units = claiming.units_of(tx, machine)
    if units and start < until:
        claims.take(tx, units, Span(start, until), "session", session_id)


def until_text(tx: Tx, until: int) -> tuple[str, ...]:
    """What a small screen says of an agreed end."""
    return ("OK", venue(tx).zone.wall(until).strftime("%H:%M"))


def unlocked(tx: Tx, one: SessionNow) -> None:
    """The contactor was seen closed (or the relay, where no contact is wired): the session runs."""
    if storing.change_session(tx, storing.SET_STARTED, one, state="leased", started_at=tx.now):
        tx.announce(SessionStarted(one.id, one.machine_id, one.person_id))
        fablab.note(tx, one.machine_id, "unlocked", session=show(one.id))


def own(tx: Tx, machine: MachineNow) -> SessionNow:
    """The open session that the actor may act on: their own, or any for who runs the machine."""
    one = queries.open_on(tx, machine.id)
    if one is None:
        raise Refused((Reason("no_session", {"machine": machine.name}),))
    is_theirs = tx.by == SYSTEM or one.is_of(tx.by.person_id)
    if not is_theirs and not tx.by.may(RUN, *places(machine)):
        raise Forbidden("not_allowed")
    return one


def finish(tx: Tx, key: str, *, is_clean: bool = False, is_now: bool = False, why: str = "finished") -> None:
    """The person is done: the machine may come to rest, then the terminal locks. `is_now`: at once."""
    machine, terminal = place(tx, key)
    one = own(tx, machine)
    if is_clean:
        storing.change_session(tx, storing.SET_CHECKED, one, is_checked=1)
    end(tx, terminal, one, why, is_now=is_now)


def end(tx: Tx, terminal: TerminalNow, one: SessionNow, why: str, *, is_now: bool = False) -> None:
    """Order the lock; the session is over once the terminal says so."""
    if one.state != "ending":
        storing.change_session(tx, storing.SET_STATE, one, state="ending", why=why)
    storing.order(tx, terminal, Say(op="lock", session=one, ends="now" if is_now else "idle"))


def close(tx: Tx, machine: MachineNow, one: SessionNow, why: str, *, is_checked: bool = False) -> None:
    """The session is over. What it held of the machine's time is free again."""
    terminal = queries.terminal_by_id(tx, one.terminal_id)
    was_used = one.started_at is not None
    needs_check = was_used and terminal.rules.is_checked_after and not one.is_checked and not is_checked
    state = "to_check" if needs_check else "closed"
    if not storing.change_session(tx, storing.SET_ENDED, one, state=state, why=why or one.why, ended_at=tx.now):
        return
    claims.give_back(tx, "session", one.id)
    fablab.note(tx, machine.id, "locked" if was_used else "not_unlocked", session=show(one.id), reason=why or one.why)
    if one.started_at is not None:
        note_use(tx, one.person_id, machine.qualification, tx.now)
        seconds = tx.now - one.started_at
        tx.announce(SessionEnded(one.id, machine.id, one.person_id, seconds, min(one.busy_s, seconds)))


def extend(tx: Tx, key: str, minutes: int) -> int:
    """Go on longer, as far as hours and other people allow. Returns the new end. Raises Refused for less than a bit."""
    machine, terminal = place(tx, key)
    one = own(tx, machine)
    if one.state not in rules.RUNNING:
        raise Refused((Reason("no_session", {"machine": machine.name}),))
    facts = queries.start_facts(tx, machine, terminal, Who(one.person_id, one.companion_id, one.id))
    latest = (one.started_at or tx.now) + terminal.rules.longest_s
    until = min(one.until + minutes * 60, latest, max(facts.free_until, facts.own_until or 0))
    if terminal.rules.within_hours and not one.exception:
        until = min(until, facts.hours_end or one.until)
    if until < one.until + rules.SHORTEST:
        raise Refused((Reason("terminal_no_more_time", {"machine": machine.name}),))
    _claim(tx, machine, one.id, max(one.until, facts.own_until or 0), until)
    storing.change_session(tx, storing.SET_UNTIL, one, until=until)
    storing.renew(tx, terminal, storing.fresh(tx, one))
    return until


def put_in_order(tx: Tx, key: str) -> None:
    """Somebody looked: the machine is clean and complete, the next one may begin."""
    machine, _terminal = place(tx, key)
    if not tx.run(storing.ALL_CHECKED, machine=machine.id):
        raise Refused((Reason("nothing_to_check", {"machine": machine.name}),))
    fablab.note(tx, machine.id, "put_in_order")
    tx.touch(fablab.MACHINES)


def oops(tx: Tx, key: str, note: str) -> None:
    """Something is wrong: the machine stops when it can, and nobody unlocks it until it was looked at."""
    machine, terminal = place(tx, key)
    if not terminal.blocked_at:
        tx.run(storing.SET_BLOCKED, which=terminal.id, blocked_at=tx.now)
    one = queries.open_on(tx, machine.id)
    if one is not None:
        end(tx, terminal, one, "oops")
    fablab.note(tx, machine.id, "problem", note=note)
    tx.announce(OopsReported(machine.id, tx.by.person_id, note))
    tx.touch(fablab.MACHINES)


def unblock(tx: Tx, key: str) -> None:
    """Whoever looks after the machine says that it is safe again."""
    machine, terminal = place(tx, key)
    require(tx.by, MEND, *places(machine))
    tx.run(storing.SET_BLOCKED, which=terminal.id, blocked_at=0)
    fablab.note(tx, machine.id, "unblocked")
    record(tx, "fablab.unblock", None, machine.key)
    tx.touch(fablab.MACHINES)


def follow_service(tx: Tx, event: ServiceChanged) -> None:
    """A machine that leaves service comes to rest and locks; one that was put back is not blocked any more."""
    machine = fablab.locked(tx, event.machine_id)
    terminal = queries.terminal_of(tx, machine.id)
    if terminal is None:
        return
    one = queries.open_on(tx, machine.id)
    if event.is_out and one is not None:
        end(tx, terminal, one, "out_of_service")
    elif not event.is_out and terminal.blocked_at:
        tx.run(storing.SET_BLOCKED, which=terminal.id, blocked_at=0)
        tx.touch(fablab.MACHINES)


def cut(tx: Tx, key: str) -> None:
    """Lock at once, whatever runs: the one who uses it, or who runs the machine."""
    machine, terminal = place(tx, key)
    one = queries.open_on(tx, machine.id)
    if one is None:
        require(tx.by, RUN, *places(machine))
        storing.order(tx, terminal, Say(op="lock", ends="now"))
        tx.touch(fablab.MACHINES)
        return
    end(tx, terminal, own(tx, machine), "cut", is_now=True)


def identify(tx: Tx, key: str) -> None:
    """Ask the terminal to make itself known and to say how it is."""
    machine, terminal = place(tx, key)
    require(tx.by, RUN, *places(machine))
    storing.order(tx, terminal, Say(op="identify"))
    tx.touch(fablab.MACHINES)
