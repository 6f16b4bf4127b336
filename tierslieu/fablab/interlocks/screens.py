"""What pages show of a machine's lock: as measured, for whom, what may be done, what is missing."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason
from tierslieu.fablab import queries as machines
from tierslieu.fablab.actions import MEND, REPORT, RUN
from tierslieu.fablab.interlocks import queries, rules, wording
from tierslieu.fablab.interlocks.actions import UNLOCK
from tierslieu.fablab.interlocks.queries import Who
from tierslieu.fablab.interlocks.rules import SessionNow, TerminalNow
from tierslieu.fablab.interlocks.second_part import SecondPart, second_part
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.http.telling import Choice, ReasonLine, reason_lines
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting
from tierslieu.people.persons.correcting import SEE
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.wording import EXCEPTIONS

LENGTHS = (15, 30, 60, 120, 240)
LONGER = (15, 30, 60)
TIDY = "terminal_to_check"


class SessionPart(msgspec.Struct, frozen=True):
    """The lock of a machine on its page.

    `acts`: begin, begin_for, take, finish, leave, extend, cut, oops, check, unblock, sign_in. `acting`: for whom it
    is. `second`: somebody waits for a second person; `needs_second`: who begins will have to.
    `warning` is what nobody can know now; `last_text` how the actor's last wish ended. `exceptions`: why staff may
    pass over what is missing.
    """

    key: str
    name: str
    look: str
    state_text: str
    facts: list[tuple[str, str]]
    warning: str
    last_text: str
    acts: list[str]
    reasons: list[ReasonLine]
    lengths: list[Choice]
    more: list[Choice]
    needs_tidy: bool
    exceptions: list[Choice]
    is_checked_after: bool
    acting: Acting | None
    second: SecondPart | None
    needs_second: bool


def session_part(
    reader: Reader, spoken: Words, key: str, who: Actor, acting: Acting | None = None
) -> SessionPart | None:
    """The part of a machine that has a terminal; None for every other machine."""
    machine = machines.machine(reader, key)
    terminal = queries.terminal_of(reader, machine.id)
    if terminal is None:
        return None
    one = queries.open_on(reader, machine.id)
    link = rules.link_of(terminal, reader.now)
    look, word = rules.look_of(terminal, link, one)
    whom = acting.person_id if acting else who.person_id
    reasons = missing(reader, machine, terminal, whom, one)
    codes = {reason.code for reason in reasons}
    is_staff = who.may(RUN, *places(machine))
    second = second_part(reader, spoken, machine, terminal, who)
    may_ask = acting is None and second is None
    acts = _acts(machine, terminal, who, one, codes, rules.SECOND_CARD if may_ask else frozenset())
    if acting is not None:
        acts = [act for act in acts if act not in ("take", "begin") or (act == "begin" and is_staff)]
    needs_second = may_ask and "begin" in acts and bool(codes & rules.SECOND_CARD)
    is_told = needs_second or second is not None
    shown = [reason for reason in reasons if reason.code not in (TIDY, *(rules.SECOND_CARD if is_told else ()))]
    passable = is_staff and one is None and bool(codes & rules.PASSABLE) and codes - rules.PASSABLE <= {TIDY}
    minutes = terminal.rules.usual_minutes
    return SessionPart(
        machine.key,
        machine.name,
        look,
        wording.named(spoken, wording.LOOKS, word),
        _facts(reader, spoken, terminal, one, who, is_staff=is_staff),
        _warning(spoken, terminal, link, one, reader.now),
        wording.named(spoken, wording.WHYS, last) if (last := last_why(reader, machine, who, one)) else "",
        [*acts, *(["begin"] if passable and "begin" not in acts else [])],
        reason_lines(spoken, shown) if one is None or one.person_id != whom else [],
        [Choice(str(length), spoken.duration(length * 60), length == minutes) for length in _lengths(terminal)],
        [Choice(str(length), spoken.duration(length * 60), length == LONGER[1]) for length in LONGER],
        TIDY in codes,
        _exceptions(spoken, may_wait=needs_second) if passable else [],
        terminal.rules.is_checked_after,
        acting,
        second,
        needs_second,
    )


def _exceptions(spoken: Words, *, may_wait: bool) -> list[Choice]:
    """Why staff pass over what is missing; where a second person is all, they may also wait for one."""
    wait = [Choice("", spoken.text(_("Attendre la deuxième personne")))] if may_wait else []
    return [*wait, *(Choice(code, spoken.text(text)) for code, text in EXCEPTIONS.items())]


def _lengths(terminal: TerminalNow) -> list[int]:
    longest = terminal.rules.longest_s // 60
    found = {length for length in (*LENGTHS, terminal.rules.usual_minutes) if length <= longest}
    return sorted(found or {longest})


def missing(
    reader: Reader, machine: MachineNow, terminal: TerminalNow, whom: int | None, one: SessionNow | None
) -> tuple[Reason, ...]:
    """What stands against a person's using it, the session of somebody else left out: it may be taken over."""
    if whom is None or (one is not None and one.is_of(whom)):
        return ()
    facts = queries.start_facts(reader, machine, terminal, Who(whom, ignored=one.id if one else 0))
    return rules.start_reasons(facts, terminal.rules)


def _acts(
    machine: MachineNow,
    terminal: TerminalNow,
    who: Actor,
    one: SessionNow | None,
    codes: set[str],
    awaitable: frozenset[str],
) -> list[str]:
    """`codes` stand against beginning; `awaitable` of them may come later."""
    if who.person_id is None:
        return ["sign_in"]
    found, runs = [], who.may(RUN, *places(machine))
    if one is None:
        found += ["begin"] if who.may(UNLOCK) and codes <= {TIDY} | awaitable else []
        found += ["check"] if TIDY in codes and "begin" not in found else []
        found += ["cut"] if runs and terminal.relay else []
        found += ["begin_for"] if runs and who.may(SEE) else []
    elif runs or one.is_of(who.person_id):
        ends = "leave" if one.companion_id == who.person_id else "finish"
        found += [ends, "extend"] if one.state in rules.RUNNING else []
        found.append("cut")
    if one is not None and one.state in rules.RUNNING and not one.is_of(who.person_id):
        found += ["take"] if who.may(UNLOCK) and not codes else []
    found += ["oops"] if who.may(REPORT) and not terminal.blocked_at else []
    found += ["unblock"] if terminal.blocked_at and who.may(MEND, *places(machine)) else []
    return found


def _facts(
    reader: Reader, spoken: Words, terminal: TerminalNow, one: SessionNow | None, who: Actor, *, is_staff: bool
) -> list[tuple[str, str]]:
    found = []
    if one is not None and one.state != "requested":
        if is_staff and (person := known(reader, one.person_id)) is not None:
            found.append((spoken.text(_("Qui")), f"{person.first_name} {person.last_name[:1]}."))
        if is_staff or one.is_of(who.person_id):
            found.append((spoken.text(_("Jusqu’à")), spoken.clock(one.until)))
    if terminal.relay:
        found.append((spoken.text(_("Machine")), wording.named(spoken, wording.ACTIVITIES, terminal.activity)))
    return found


def _warning(spoken: Words, terminal: TerminalNow, link: str, one: SessionNow | None, now: int) -> str:
    """What nobody can know while the terminal is silent; by when it has locked by itself."""
    if link != "offline":
        return ""
    text = spoken.text(
        _("Pas de nouvelles depuis {time}. Dernier état connu : {state}."),
        time=spoken.duration(now - terminal.heard_at),
        state=wording.named(spoken, wording.LOOKS, terminal.lock if terminal.lock in wording.LOOKS else "unknown"),
    )
    if one is None or not terminal.relay:
        return text
    latest = one.renewed_at + one.lease_s
    return f"{text} " + spoken.text(
        _("Le boîtier verrouille seul à {time}, ou dès que la machine est au repos."), time=spoken.clock(latest)
    )


def last_why(reader: Reader, machine: MachineNow, who: Actor, one: SessionNow | None) -> str:
    """How one's own last use ended, a moment ago: nothing is left unsaid when the terminal did not answer."""
    if who.person_id is None or one is not None:
        return ""
    last = next((each for each in reader.rows(queries.LAST_ON, machine=machine.id)), None)
    if last is None or last.person_id != who.person_id or reader.now - (last.ended_at or 0) > 900:
        return ""
    return last.why
