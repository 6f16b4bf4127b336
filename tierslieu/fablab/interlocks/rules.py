"""Rules of sessions at a terminal. Pure: what stands against a start, until when, what is shown."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.fablab.rules import MachineNow

SILENT_AFTER: Final = 50
"""A terminal speaks at least every 15 s: three times missed, nothing is known of it any more."""
TTL: Final = 10
LATE_AFTER: Final = 30
"""A card or a button opens and lengthens nothing once this is over: nobody knows who stands there by then."""
PENDING_FOR: Final = 20
"""How long a second card is awaited."""
SECOND_FOR: Final = 180
"""How long a second person is awaited who says on their own phone that they are there."""
START_WITHIN: Final = 30
SHORTEST: Final = 60
MOST_OFFLINE_CARDS: Final = 200

OPEN: Final = ("requested", "leased", "in_use", "ending")
RUNNING: Final = ("leased", "in_use")
PASSABLE: Final = frozenset(
    {
        "qualification_missing",
        "qualification_too_low",
        "qualification_expired",
        "qualification_unused",
        "prerequisite_missing",
        "terminal_needs_reservation",
        "terminal_closed",
        "terminal_referent_absent",
        "terminal_two_persons",
    }
)
"""What staff who run the machine may pass over by saying why. Never somebody else's time, a fault or an incident."""
SECOND_CARD: Final = frozenset({"terminal_two_persons"})

Link = Literal["online", "offline", "never"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How a machine may be unlocked, as its venue decided.

    `persons`: 2 where nobody may be alone. `needs_referent`: only in the hours of its resource's referent.
    `confirm_every_s`: somebody presses the button that often (0: never). `is_checked_after`: somebody says that it was
    left clean before the next one begins. `starts_at_check_in`: who checks in for its reservation has it at once.
    `offline_cards` (digests) open for `offline_lease_s` without network.
    """

    lease_s: int = 300
    longest_s: int = 4 * 3600
    usual_minutes: int = 60
    warn_s: int = 120
    idle_cap_s: int = 1800
    confirm_every_s: int = 0
    ends_when_idle_offline: bool = False
    offline_lease_s: int = 0
    offline_cards: tuple[str, ...] = ()
    needs_reservation: bool = False
    within_hours: bool = True
    needs_referent: bool = False
    persons: int = 1
    is_checked_after: bool = False
    starts_at_check_in: bool = False


class TerminalNow(msgspec.Struct, frozen=True):
    """A terminal as the database knows it; columns of the table."""

    id: int
    machine_id: int
    generation: int
    seq: int
    policy: str
    policy_version: int
    created_at: int
    revoked_at: int
    boot_id: str
    former_boot_id: str
    state_seq: int
    lock: str
    relay: int
    sense: int | None
    lease_id: str | None
    lease_left_s: int
    waits_for_idle: int
    activity: str
    door: str
    fault: str | None
    uptime_s: int
    policy_shown: int | None
    heard_at: int
    blocked_at: int
    pending_person_id: int | None
    pending_at: int
    device: str
    is_online: int

    @property
    def rules(self) -> Policy:
        """Its policy."""
        return msgspec.json.decode(self.policy, type=Policy)


class SessionNow(msgspec.Struct, frozen=True):
    """A session as it is stored; columns of the table."""

    id: int
    terminal_id: int
    machine_id: int
    person_id: int
    companion_id: int | None
    started_by: int | None
    exception: str
    state: str
    lease_id: str
    requested_at: int
    started_at: int | None
    until: int
    lease_s: int
    renewed_at: int
    ended_at: int | None
    why: str
    busy_s: int
    is_checked: int

    def is_of(self, person_id: int | None) -> bool:
        """True for who uses the machine, and who came along."""
        return person_id is not None and person_id in (self.person_id, self.companion_id)


class StartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is asked before a machine is unlocked for somebody.

    `alone` and `beside`: what is missing to use it alone, and beside somebody who knows it. `companion`: what is
    missing of who came along, None without one. `hours_end`: when the hours of now end, None outside them.
    `own_until`: the end of one's own reservation that runs. `free_until`: when somebody else's time begins; not above
    `now` when it is somebody else's already.
    """

    now: int
    key: str
    machine: str
    link: Link
    lock: str
    is_blocked: bool
    is_in_maintenance: bool
    needs_check: bool
    is_in_use: bool
    needs_clearing: bool
    alone: tuple[Reason, ...]
    beside: tuple[Reason, ...]
    companion: tuple[Reason, ...] | None
    others: tuple[Reason, ...]
    hours_end: int | None
    is_referent_here: bool
    own_until: int | None
    free_until: int


def start_reasons(facts: StartFacts, policy: Policy) -> tuple[Reason, ...]:
    """Every reason not to unlock now: the terminal's, the machine's, the house's, the person's."""
    where = {"machine": facts.machine}
    reserve = (Remedy("reserve_machine", {"href": f"/fablab/machines/{facts.key}", "machine": facts.machine}),)
    remedies = {"terminal_needs_reservation": reserve}
    codes = (*_machine_codes(facts), *_house_codes(facts, policy))
    found = [Reason(code, where, remedies.get(code, ())) for code in codes]
    return (*found, *_person_reasons(facts, policy), *facts.others)


def _machine_codes(facts: StartFacts) -> Iterable[str]:
    if facts.link != "online":
        yield "terminal_offline"
    elif facts.lock in ("fault", "estop"):
        yield f"terminal_{facts.lock}"
    elif facts.lock == "unknown":
        yield "terminal_unknown"
    if facts.is_in_maintenance:
        yield "machine_in_maintenance"
    if facts.is_blocked:
        yield "terminal_blocked"
    if facts.is_in_use:
        yield "terminal_in_use"
    if facts.needs_check:
        yield "terminal_to_check"
    if facts.needs_clearing:
        yield "machine_needs_clearing"


def _house_codes(facts: StartFacts, policy: Policy) -> Iterable[str]:
    if facts.own_until is None:
        if facts.free_until < facts.now + SHORTEST:
            yield "terminal_taken"
        elif policy.needs_reservation:
            yield "terminal_needs_reservation"
    if policy.within_hours and (facts.hours_end is None or facts.hours_end < facts.now + SHORTEST):
        yield "terminal_closed"
    if policy.needs_referent and not facts.is_referent_here:
        yield "terminal_referent_absent"


def _person_reasons(facts: StartFacts, policy: Policy) -> tuple[Reason, ...]:
    """Alone, or beside somebody who may be alone; two where the policy says so."""
    has_company = facts.companion == ()
    if not facts.alone and (policy.persons < 2 or has_company):
        return ()
    if facts.alone and facts.beside:
        return facts.alone
    if has_company:
        return ()
    return (Reason("terminal_two_persons", {"machine": facts.machine}),)


def lacks_company(reasons: Iterable[Reason]) -> bool:
    """True when a second person is all that is missing."""
    codes = {one.code for one in reasons}
    return bool(codes) and codes <= SECOND_CARD


def end_of(facts: StartFacts, policy: Policy, wished_s: int) -> int:
    """Until when a session may last: what was wished, within the policy, the hours, and everybody else's time."""
    ends = [facts.now + min(wished_s, policy.longest_s), max(facts.free_until, facts.own_until or 0)]
    if policy.within_hours and facts.hours_end is not None:
        ends.append(facts.hours_end)
    return min(ends)


def link_of(terminal: TerminalNow, now: int) -> Link:
    """How well the terminal is heard; what is not heard is not known."""
    if terminal.heard_at == 0:
        return "never"
    return "online" if terminal.is_online and abs(now - terminal.heard_at) <= SILENT_AFTER else "offline"


def speaks_itself(machine: MachineNow, terminal: TerminalNow) -> bool:
    """True for a machine that somebody speaks for besides its terminal: an adapter, a plug, or itself."""
    return machine.seq >= 0 or machine.boot_id not in ("", terminal.boot_id)


def is_news(terminal: TerminalNow, boot_id: str, seq: int) -> bool:
    """Order is `seq` within a boot; a boot that another followed has nothing to say any more."""
    if boot_id == terminal.boot_id:
        return seq > terminal.state_seq
    return boot_id != terminal.former_boot_id


def uptime_at(terminal: TerminalNow, now: int) -> int:
    """How long the terminal has been on by now, at least, counted from when it was heard last."""
    return terminal.uptime_s + max(0, now - terminal.heard_at)


def is_late(terminal: TerminalNow, boot_id: str, at_uptime_s: int, now: int) -> bool:
    """True for what happened a while ago, and was kept until somebody listened; for all of another boot."""
    return boot_id != terminal.boot_id or uptime_at(terminal, now) - at_uptime_s > LATE_AFTER


def look_of(terminal: TerminalNow, link: Link, session: SessionNow | None) -> tuple[str, str]:
    """How a lock is shown: the kind of its chip, and a stable word. Open only as measured and heard."""
    if link != "online":
        return "silent", link
    if terminal.lock in ("fault", "estop"):
        return "fault", terminal.lock
    if terminal.blocked_at:
        return "fault", "blocked"
    if terminal.relay and terminal.sense is None:
        return "waiting", "unmeasured"
    if terminal.lock == "unlocked":
        if terminal.waits_for_idle or (session is not None and session.state == "ending"):
            return "running", "finishing"
        return "running", "busy" if terminal.activity == "busy" else "unlocked"
    if session is not None and session.state == "requested":
        return "waiting", "asked"
    return ("free", "locked") if terminal.lock == "locked" else ("waiting", "unknown")


def lease_for(policy: Policy, until: int, now: int) -> int:
    """How long the next lease lasts: never beyond the agreed end."""
    return max(1, min(policy.lease_s, until - now))


def is_renewal_due(one: SessionNow, policy: Policy, now: int) -> bool:
    """A third of the lease is over, and there is something left to give."""
    return now < one.until and now - one.renewed_at >= max(5, policy.lease_s // 3)


def is_surely_over(one: SessionNow, policy: Policy, now: int) -> bool:
    """Nobody heard of it, and the terminal has locked by itself by now, whatever happened."""
    return now > one.renewed_at + one.lease_s + policy.idle_cap_s + SILENT_AFTER
