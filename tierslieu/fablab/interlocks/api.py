"""Locks for programs: begin, go on, end and see the use of a machine behind a terminal; how terminals are."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries as machines
from tierslieu.fablab.actions import MEND, REPORT, RUN
from tierslieu.fablab.interlocks import actions, companions, queries, rules
from tierslieu.fablab.interlocks.actions import UNLOCK
from tierslieu.fablab.interlocks.enrolment import MANAGE
from tierslieu.fablab.interlocks.pages import wish_of
from tierslieu.fablab.interlocks.rules import TerminalNow
from tierslieu.fablab.interlocks.schemas import Finish, Longer, NewSession, Oops, Second, SessionView, TerminalState
from tierslieu.fablab.interlocks.screens import last_why, missing
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.views import moment
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader, Tx


def session_view(reader: Reader, key: str, who: Actor) -> SessionView:
    """The lock of a machine for the one who asks. Raises NotFound for a machine without terminal."""
    machine = machines.machine(reader, key)
    terminal = queries.terminal(reader, machine)
    one = queries.open_on(reader, machine.id)
    link = rules.link_of(terminal, reader.now)
    is_staff, is_mine = who.may(RUN, *places(machine)), one is not None and one.is_of(who.person_id)
    is_told = one is not None and (is_staff or is_mine)
    return SessionView(
        machine=machine.key,
        state=rules.look_of(terminal, link, one)[1],
        link=link,
        lock=terminal.lock if link == "online" else "unknown",
        activity=terminal.activity if link == "online" else "unknown",
        door=terminal.door if link == "online" else "unknown",
        session=show(one.id) if one and is_told else None,
        is_mine=is_mine,
        person=show(one.person_id) if one and is_staff else None,
        started_at=moment(one.started_at) if one and is_told else None,
        until=moment(one.until) if one and is_told else None,
        missing=[reason.code for reason in missing(reader, machine, terminal, who.person_id, one)],
        last=last_why(reader, machine, who, one) or None,
        second_asked_at=_second_asked_at(reader, machine, terminal, who),
    )


def _second_asked_at(reader: Reader, machine: MachineNow, terminal: TerminalNow, who: Actor) -> datetime | None:
    seen = companions.seen_by(reader, machine, terminal, who.person_id)
    if seen is None:
        return None
    awaited, lacking = seen
    return None if lacking else moment(awaited.since)


def terminal_states(reader: Reader) -> list[TerminalState]:
    """Every terminal, in the order of the machines."""
    by_machine = {one.machine_id: one for one in reader.rows(queries.TERMINALS)}
    return [_state(reader, one, by_machine[one.id]) for one in machines.machines(reader) if one.id in by_machine]


def _state(reader: Reader, machine: MachineNow, terminal: TerminalNow) -> TerminalState:
    one = queries.open_on(reader, machine.id)
    link = rules.link_of(terminal, reader.now)
    return TerminalState(
        machine=machine.key,
        state=rules.look_of(terminal, link, one)[1],
        link=link,
        lock=terminal.lock,
        relay=bool(terminal.relay),
        sense=None if terminal.sense is None else bool(terminal.sense),
        activity=terminal.activity,
        door=terminal.door,
        fault=terminal.fault,
        boot_id=terminal.boot_id,
        heard_at=moment(terminal.heard_at or None),
        is_blocked=bool(terminal.blocked_at),
        is_policy_known=terminal.policy_shown == terminal.policy_version,
        session=show(one.id) if one else None,
    )


def begin_and_show(tx: Tx, key: str, sent: NewSession) -> SessionView:
    """Ask the terminal to unlock, or a second person first, and what is known by then."""
    companions.begin(tx, key, wish_of(sent, read(sent.person) if sent.person else tx.by.person_id or 0))
    return session_view(tx, key, tx.by)


def join_and_show(tx: Tx, key: str, since: int) -> SessionView:
    """Be the second person, and what is known by then."""
    companions.join(tx, key, since)
    return session_view(tx, key, tx.by)


def extend_and_show(tx: Tx, key: str, minutes: int) -> SessionView:
    """Go on longer, and until when."""
    actions.extend(tx, key, minutes)
    return session_view(tx, key, tx.by)


class SessionApi(Controller):
    """/api/v1/fablab/machines/{key}/session."""

    path = "/api/v1/fablab/machines/{key:str}/session"
    tags = ("fablab",)

    @get("", opt=PUBLIC)
    async def show(self, request: AnyRequest, key: FromPath[str]) -> SessionView:
        """The lock of a machine, as measured, and what stands against beginning now."""
        return await house(request).db.read(session_view, key, actor(request))

    @post("", opt=allow(UNLOCK), status_code=202)
    async def begin(self, request: AnyRequest, key: FromPath[str], data: JSONBody[NewSession]) -> SessionView:
        """Unlock it. The answer comes before the terminal's: watch `state`.

        Where nobody may be alone, a second person has to say first that they are there (`second_asked_at`).
        """
        return await house(request).db.write(begin_and_show, key, data, by=actor(request))

    @post("/second", opt=allow(UNLOCK), status_code=202)
    async def join(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Second]) -> SessionView:
        """Be the second person of who waits since then: the machine is unlocked for them."""
        return await house(request).db.write(join_and_show, key, int(data.asked_at.timestamp()), by=actor(request))

    @post("/second/withdraw", opt=allow(UNLOCK), status_code=204)
    async def withdraw(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Wait for a second person no longer."""
        await house(request).db.write(companions.withdraw, key, by=actor(request))

    @post("/second/leave", opt=allow(UNLOCK), status_code=202)
    async def leave(self, request: AnyRequest, key: FromPath[str]) -> None:
        """The second person goes: the machine may come to rest, then its terminal locks."""
        await house(request).db.write(companions.leave, key, by=actor(request))

    @post("/extension", opt=allow(UNLOCK), status_code=200)
    async def extend(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Longer]) -> SessionView:
        """Go on longer, as far as the hours and other people's time allow: see `until`."""
        return await house(request).db.write(extend_and_show, key, data.minutes, by=actor(request))

    @post("/end", opt=allow(UNLOCK), status_code=202)
    async def finish(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Finish]) -> None:
        """One is done: the machine may come to rest, then its terminal locks."""
        await house(request).db.write(lambda tx: actions.finish(tx, key, is_clean=data.clean), by=actor(request))

    @post("/cut", opt=allow(UNLOCK), status_code=202)
    async def cut(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Lock at once, whatever runs: who uses it, or who runs the machine."""
        await house(request).db.write(actions.cut, key, by=actor(request))

    @post("/check", opt=allow(UNLOCK), status_code=204)
    async def put_in_order(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Somebody looked: the machine is clean and complete."""
        await house(request).db.write(actions.put_in_order, key, by=actor(request))

    @post("/problem", opt=allow(REPORT), status_code=204)
    async def oops(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Oops]) -> None:
        """Something is wrong: it stops when it can, and nobody unlocks it until somebody looked."""
        await house(request).db.write(actions.oops, key, data.note, by=actor(request))

    @post("/unblock", opt=allow(MEND), status_code=204)
    async def unblock(self, request: AnyRequest, key: FromPath[str]) -> None:
        """It is safe again."""
        await house(request).db.write(actions.unblock, key, by=actor(request))


class TerminalApi(Controller):
    """/api/v1/fablab/terminals."""

    path = "/api/v1/fablab/terminals"
    tags = ("fablab",)

    @get("", opt=allow(MANAGE))
    async def terminals(self, request: AnyRequest) -> list[TerminalState]:
        """Every terminal: what it last said, and when."""
        return await house(request).db.read(terminal_states)
