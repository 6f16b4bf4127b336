"""A card at the terminal: begin, end, come along, or take over. A card that is refused changes nothing."""

from devices.wire.interlocks import LockEvent
from tierslieu.basics.errors import Conflict, Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.events import Badged
from tierslieu.fablab.interlocks import actions, companions, queries, rules, storing
from tierslieu.fablab.interlocks.actions import Wish
from tierslieu.fablab.interlocks.companions import SECOND_PERSON, Awaited
from tierslieu.fablab.interlocks.queries import Who
from tierslieu.fablab.interlocks.rules import SessionNow, TerminalNow
from tierslieu.fablab.interlocks.storing import Say
from tierslieu.fablab.rules import MachineNow
from tierslieu.infra.transaction import Tx

UNKNOWN_CARD = ("Carte inconnue", "Voir l'accueil")
AGAIN_TO_TAKE = ("Prendre la suite ?", "Badgez encore")
AGAIN_IF_CLEAN = ("Machine propre ?", "Badgez encore")
REFUSED = ("Pas maintenant", "Voir la page")
AGAIN = ("Badgez encore",)
TEXTS = {
    "terminal_taken": ("Machine reservee",),
    "terminal_needs_reservation": ("Reservez d'abord",),
    "terminal_closed": ("Hors horaires",),
    "terminal_blocked": ("Machine en panne",),
    "machine_in_maintenance": ("Maintenance",),
    "terminal_estop": ("Arret d'urgence",),
    "machine_needs_clearing": ("A debarrasser",),
    "qualification_missing": ("Formation", "a passer d'abord"),
    "qualification_expired": ("Habilitation", "a renouveler"),
}
"""Small screens: no accent that they may lack, no name, two lines."""


def heed(tx: Tx, machine: MachineNow, terminal: TerminalNow, card: str) -> None:
    """Do what a card asks for, and say so on the terminal."""
    person_id = queries.holder(tx, card)
    if person_id is None:
        return _say(tx, terminal, UNKNOWN_CARD)
    tx.announce(Badged(machine.id, person_id))
    one = queries.open_on(tx, machine.id)
    if one is None and machines.waits_to_be_emptied(tx, machine):
        return None  # the queue hears of the card, and has the answer
    if one is None:
        return _begin(tx, machine, terminal, person_id)
    if one.is_of(person_id):
        return actions.end(tx, terminal, one, "badge") if one.state in rules.RUNNING else None
    return _take_over(tx, machine, terminal, person_id, one)


def ask_again(tx: Tx, terminal: TerminalNow) -> None:
    """What was said comes too late to be done: whoever still stands there says it again."""
    _say(tx, terminal, AGAIN)


def answer(tx: Tx, machine_id: int, lines: tuple[str, ...]) -> None:
    """What another part has to say to who holds a card before a machine that nobody has; nothing without a terminal."""
    terminal = queries.terminal_of(tx, machine_id)
    if terminal is not None and queries.open_on(tx, machine_id) is None:
        _say(tx, terminal, lines)


def _pending(tx: Tx, terminal: TerminalNow, asked: Awaited | None) -> int | None:
    """Who held a card a moment ago, or asked on their phone a while ago."""
    is_fresh = tx.now - terminal.pending_at <= rules.PENDING_FOR
    return terminal.pending_person_id if is_fresh or asked is not None else None


def _by_phone(tx: Tx, machine: MachineNow, terminal: TerminalNow) -> Awaited | None:
    """Who asked on their phone, and waits for a second person."""
    awaited = companions.awaited_on(tx, machine, terminal)
    return awaited if awaited is not None and awaited.minutes is not None else None


def _await(tx: Tx, terminal: TerminalNow, person_id: int, lines: tuple[str, ...]) -> None:
    tx.run(storing.SET_PENDING, which=terminal.id, pending_person_id=person_id, pending_at=tx.now)
    _say(tx, terminal, lines)


def _begin(tx: Tx, machine: MachineNow, terminal: TerminalNow, person_id: int) -> None:
    asked = _by_phone(tx, machine, terminal)
    pending = _pending(tx, terminal, asked)
    companion = pending if pending not in (None, person_id) else None
    first, second = (companion, person_id) if companion is not None else (person_id, None)
    facts = queries.start_facts(tx, machine, terminal, Who(first, second))
    reasons = rules.start_reasons(facts, terminal.rules)
    codes = {one.code for one in reasons}
    is_tidy = "terminal_to_check" in codes and pending == person_id
    if codes == {"terminal_to_check"} and not is_tidy:
        return _await(tx, terminal, person_id, AGAIN_IF_CLEAN)
    if second is None and rules.lacks_company(reasons):
        return _await_second(tx, terminal, person_id, asked)
    minutes = asked.minutes if asked and asked.minutes and companion else terminal.rules.usual_minutes
    _start(tx, machine, terminal, Wish(person_id=first, minutes=minutes, companion_id=second, is_tidy=is_tidy))
    return None


def _await_second(tx: Tx, terminal: TerminalNow, person_id: int, asked: Awaited | None) -> None:
    if asked is not None and asked.person_id == person_id:
        return _say(tx, terminal, SECOND_PERSON)  # what they asked on their phone waits longer than a card
    return _await(tx, terminal, person_id, SECOND_PERSON)


def _take_over(tx: Tx, machine: MachineNow, terminal: TerminalNow, person_id: int, one: SessionNow) -> None:
    facts = queries.start_facts(tx, machine, terminal, Who(person_id, None, one.id))
    reasons = rules.start_reasons(facts, terminal.rules)
    if reasons or one.state not in rules.RUNNING:
        return _refuse(tx, machine, terminal, [reason.code for reason in reasons])
    if _pending(tx, terminal, _by_phone(tx, machine, terminal)) != person_id:
        return _await(tx, terminal, person_id, AGAIN_TO_TAKE)
    wish = Wish(person_id=person_id, minutes=terminal.rules.usual_minutes, is_takeover=True)
    return _start(tx, machine, terminal, wish)


def _start(tx: Tx, machine: MachineNow, terminal: TerminalNow, wish: Wish) -> None:
    try:
        actions.start(tx, machine.key, wish)
    except Refused as refused:
        _refuse(tx, machine, terminal, [reason.code for reason in refused.reasons])


def _refuse(tx: Tx, machine: MachineNow, terminal: TerminalNow, codes: list[str]) -> None:
    """Who asked on their phone goes on waiting: the next card may be the right one."""
    if _by_phone(tx, machine, terminal) is None:
        tx.run(storing.SET_PENDING, which=terminal.id, pending_person_id=None, pending_at=0)
    _say(tx, terminal, next((TEXTS[code] for code in codes if code in TEXTS), REFUSED))


def _say(tx: Tx, terminal: TerminalNow, lines: tuple[str, ...]) -> None:
    storing.order(tx, terminal, Say(op="show", lines=lines, is_awaited=False))


def extend(tx: Tx, machine: MachineNow, terminal: TerminalNow) -> None:
    """The button: as long again as is usual, as far as there is time."""
    try:
        until = actions.extend(tx, machine.key, terminal.rules.usual_minutes)
    except (Refused, Conflict):
        return _say(tx, terminal, ("Pas plus long",))
    return _say(tx, terminal, actions.until_text(tx, until))


def note_offline(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: LockEvent) -> None:
    """A card of the offline list opened without network. Told now: the log keeps it, with its person."""
    person_id = queries.holder(tx, said.card or "")
    fablab.note(tx, machine.id, "offline_unlock")
    if person_id is not None and terminal.boot_id == said.boot_id and terminal.lease_id == said.lease_id:
        _say(tx, terminal, ("En ligne",))
