"""All reads of terminals and sessions, and the facts that a start is judged by."""

import msgspec
from sqlalchemy import BigInteger, bindparam, column, select, table

from tierslieu.basics.errors import NotFound, Reason
from tierslieu.basics.spans import DAY, Span
from tierslieu.fablab import claiming
from tierslieu.fablab import queries as machines
from tierslieu.fablab.interlocks import rules
from tierslieu.fablab.interlocks.rules import OPEN, SessionNow, StartFacts, TerminalNow
from tierslieu.fablab.interlocks.tables import MachineCard, MachineSession, Terminal, TerminalEvent, TerminalOrder
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.tables import Machine
from tierslieu.fablab.upkeep.queries import reasons_of_upkeep
from tierslieu.infra.statements import Query, among, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.families.queries import minor_reasons
from tierslieu.people.persons.queries import known_now
from tierslieu.people.qualifications.queries import standing
from tierslieu.reservations import queries as reservations
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

UNKNOWN_CARDS_FOR = 900
t, s, o = columns(Terminal), columns(MachineSession), columns(TerminalOrder)
e, c, m = columns(TerminalEvent), columns(MachineCard), columns(Machine)
link = table("machine_link", column("machine_id", BigInteger()))
"""The column of setup/ that this part may read: which machines an adapter speaks for."""
TERMINAL = tuple(t[name] for name in TerminalNow.__struct_fields__)
SESSION = tuple(s[name] for name in SessionNow.__struct_fields__)


class OrderNow(msgspec.Struct, frozen=True):
    """An order as it is stored; columns of the table."""

    cmd_id: str
    terminal_id: int
    session_id: int | None
    seq: int
    op: str
    issued_at: int
    boot_id: str
    lease_id: str | None
    lease_s: int
    ends: str
    lines: str
    event_id: str | None
    tries: int
    state: str
    reason: str
    answered_at: int


class CardLine(msgspec.Struct, frozen=True):
    """A card of a person."""

    id: int
    digest: str
    person_id: int
    created_at: int


class EventLine(msgspec.Struct, frozen=True):
    """Something a terminal told."""

    event_id: str
    at: int
    type: str
    person_id: int | None
    reason: str


ORDER = tuple(o[name] for name in OrderNow.__struct_fields__)
_LIVING = select(*TERMINAL).where(t.revoked_at == 0)
TERMINALS = Query(_LIVING.order_by(t.machine_id), into=TerminalNow)
OF_MACHINE = Query(_LIVING.where(t.machine_id == bindparam("machine")), into=TerminalNow)
BY_DEVICE = Query(select(*TERMINAL).where(t.device == bindparam("device")), into=TerminalNow)
ANY_OF_MACHINE = Query(select(*TERMINAL).where(t.machine_id == bindparam("machine")), into=TerminalNow)
BY_ID = Query(select(*TERMINAL).where(t.id == bindparam("id")), into=TerminalNow)
LINKED: Query[tuple[int]] = Query(select(link.c.machine_id).where(link.c.machine_id == bindparam("machine")))
OPEN_ON = Query(select(*SESSION).where(s.machine_id == bindparam("machine"), one_of(s.state, OPEN)), into=SessionNow)
OPEN_SESSIONS = Query(select(*SESSION).where(one_of(s.state, OPEN)).order_by(s.id), into=SessionNow)
SESSION_BY_ID = Query(select(*SESSION).where(s.id == bindparam("id")), into=SessionNow)
LAST_ON = Query(
    select(*SESSION).where(s.machine_id == bindparam("machine")).order_by(s.requested_at.desc(), s.id.desc()).limit(15),
    into=SessionNow,
)
MINE = Query(
    select(*SESSION).where(s.person_id == bindparam("person")).order_by(s.requested_at.desc(), s.id.desc()).limit(10),
    into=SessionNow,
)
UNCHECKED = Query(
    select(*SESSION).where(s.machine_id == bindparam("machine"), s.state == "to_check").order_by(s.id), into=SessionNow
)
ORDER_BY_ID = Query(select(*ORDER).where(o.cmd_id == bindparam("cmd")), into=OrderNow)
UNANSWERED = Query(
    select(*ORDER)
    .where(
        o.terminal_id == bindparam("terminal"),
        o.state == "sent",
        o.seq <= bindparam("upto"),
        o.issued_at >= bindparam("since"),
    )
    .order_by(o.seq),
    into=OrderNow,
)
LAST_ORDERS = Query(
    select(*ORDER)
    .where(o.terminal_id == bindparam("terminal"), o.op != "ack_event", o.op != "renew")
    .order_by(o.issued_at.desc(), o.seq.desc())
    .limit(10),
    into=OrderNow,
)
CARD = Query(select(c.id, c.digest, c.person_id, c.created_at).where(c.digest == bindparam("digest")), into=CardLine)
CARDS_OF = Query(
    select(c.id, c.digest, c.person_id, c.created_at).where(c.person_id == bindparam("person")).order_by(c.id),
    into=CardLine,
)
CARDS_AMONG = Query(
    select(c.id, c.digest, c.person_id, c.created_at).where(among(c.person_id, "ids")).order_by(c.id), into=CardLine
)
UNKNOWN_CARDS: Query[tuple[str, int, str]] = Query(
    select(e.card, e.at, m.name)
    .select_from(TerminalEvent)
    .join(Terminal, t.id == e.terminal_id)
    .join(Machine, m.id == t.machine_id)
    .where(e.type == "badge", e.card != "", e.at > bindparam("since"))
    .order_by(e.at.desc())
    .limit(5)
)
EVENTS = Query(
    select(e.event_id, e.at, e.type, e.person_id, e.reason)
    .where(e.terminal_id == bindparam("terminal"))
    .order_by(e.at.desc(), e.event_id.desc())
    .limit(15),
    into=EventLine,
)


def terminal_of(reader: Reader, machine_id: int) -> TerminalNow | None:
    """The terminal of a machine."""
    return reader.row(OF_MACHINE, machine=machine_id)


def terminal(reader: Reader, machine: MachineNow) -> TerminalNow:
    """The terminal of a machine that has one. Raises NotFound."""
    found = terminal_of(reader, machine.id)
    if found is None:
        raise NotFound("no_terminal")
    return found


def terminal_by_id(reader: Reader, terminal_id: int) -> TerminalNow:
    """A terminal whose id came from the database."""
    found = reader.row(BY_ID, id=terminal_id)
    if found is None:
        raise NotFound("no_terminal")
    return found


def is_linked(reader: Reader, machine: MachineNow) -> bool:
    """True while an adapter speaks for the machine, with the machine's own account."""
    return reader.row(LINKED, machine=machine.id) is not None


def open_on(reader: Reader, machine_id: int) -> SessionNow | None:
    """The open session of a machine."""
    return reader.row(OPEN_ON, machine=machine_id)


def session(reader: Reader, session_id: int) -> SessionNow:
    """One session. Raises NotFound."""
    found = reader.row(SESSION_BY_ID, id=session_id)
    if found is None:
        raise NotFound("no_session")
    return found


def holder(reader: Reader, digest: str) -> int | None:
    """Whose card this is; nobody's once its person has left."""
    found = reader.row(CARD, digest=digest)
    person = known_now(reader, found.person_id) if found else None
    return person.id if person else None


def unknown_cards(reader: Reader) -> list[tuple[str, int, str]]:
    """Cards that nobody has, held before a terminal a moment ago: (digest, when, machine)."""
    fresh = dict[str, tuple[str, int, str]]()
    for digest, at, machine in reader.rows(UNKNOWN_CARDS, since=reader.now - UNKNOWN_CARDS_FOR):
        if holder(reader, digest) is None:
            fresh.setdefault(digest, (digest, at, machine))
    return list(fresh.values())


# -- what a start is judged by ---------------------------------------------------------------------------


class Who(msgspec.Struct, frozen=True):
    """Who wants to use a machine, and who came along. `ignored`: a session that would end for it."""

    person_id: int
    companion_id: int | None = None
    ignored: int = 0


def start_facts(reader: Reader, machine: MachineNow, found: TerminalNow, who: Who) -> StartFacts:
    """All that is asked before this machine is unlocked for this person."""
    resource = claiming.resource_of(reader, machine)
    running = open_on(reader, machine.id)
    own_until, free_until = _time(reader, claiming.units_of(reader, machine), who, found.rules.longest_s)
    alone, beside = _able(reader, machine, who.person_id)
    kinds = ("kind:machine", f"kind:{machine.kind}")
    return StartFacts(
        now=reader.now,
        key=machine.key,
        machine=machine.name,
        link=rules.link_of(found, reader.now),
        lock=found.lock,
        is_blocked=bool(found.blocked_at),
        is_in_maintenance=machine.status == "maintenance",
        needs_check=reader.row(UNCHECKED, machine=machine.id) is not None,
        is_in_use=running is not None and running.id != who.ignored,
        needs_clearing=bool(machine.needs_clear) or machines.active_on(reader, machine.id) is not None,
        alone=alone,
        beside=beside,
        companion=None if who.companion_id is None else _against_company(reader, machine, who.companion_id, kinds),
        others=(
            *minor_reasons(reader, who.person_id, claiming.key_of(machine), reader.now, kinds=kinds),
            *reasons_of_upkeep(reader, machine.id, who.person_id),
        ),
        hours_end=hours_end(reader, resource),
        is_referent_here=is_referent_here(reader, resource),
        own_until=own_until,
        free_until=free_until,
    )


def _against_company(reader: Reader, machine: MachineNow, person_id: int, kinds: tuple[str, ...]) -> tuple[Reason, ...]:
    """What is missing of who comes along: they must know it, and be old enough for it; they are not alone with it."""
    young = minor_reasons(reader, person_id, claiming.key_of(machine), reader.now, kinds=kinds, is_accompanied=True)
    return (*_able(reader, machine, person_id)[0], *young)


def _able(reader: Reader, machine: MachineNow, person_id: int) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """What is missing to use it alone, and beside somebody."""
    if machine.qualification is None:
        return (), ()
    found = standing(reader, person_id, machine.qualification, reader.now)
    return found.missing, () if found.may_use_accompanied else found.missing


def _time(reader: Reader, units: tuple[int, ...], who: Who, longest_s: int) -> tuple[int | None, int]:
    """(until when one's own reservation runs, when somebody else's time begins)."""
    now = reader.now
    far = now + longest_s
    if not units:
        return None, far
    rows = reservations.claims(reader, units, Span(now, far + DAY))
    booked = [id_ for _unit, _start, _end, cause, id_ in rows if cause == "reservation"]
    own = {one.id for one in reservations.stored_among(reader, booked) if one.person_id == who.person_id}
    own_until, free_until = None, far + DAY
    for _unit, start, end, cause, cause_id in sorted(rows, key=lambda row: row[1]):
        is_own = (cause == "reservation" and cause_id in own) or (cause == "session" and cause_id == who.ignored)
        if is_own and start <= max(now, own_until or 0) < end and cause == "reservation":
            own_until = end
        elif not is_own:
            free_until = min(free_until, max(now, start))
    return own_until, free_until


def hours_end(reader: Reader, resource: ResourceFacts | None) -> int | None:
    """When the opening hours of now end; None outside them. A machine without a resource has the hours of nobody."""
    if resource is None:
        return reader.now + DAY
    here = venue(reader)
    days = (here.zone.date(reader.now - DAY), here.zone.date(reader.now))
    spans = [span for day in days for span in here.hours(resource, day) if span.holds(reader.now)]
    return max((span.end for span in spans), default=None)


def is_referent_here(reader: Reader, resource: ResourceFacts | None) -> bool:
    """True while the referent of the resource works and is not absent."""
    here = venue(reader)
    referent = here.by_key.get(resource.referent) if resource else None
    if referent is None:
        return False
    if not any(span.holds(reader.now) for span in here.hours(referent, here.zone.date(reader.now))):
        return False
    rows = reservations.claims(reader, referent.units, Span(reader.now, reader.now + 1))
    away = {unit for unit, *_when, cause, _id in rows if cause in ("closure", "maintenance")}
    return not set(referent.units) <= away
