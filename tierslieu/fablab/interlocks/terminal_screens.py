"""What staff see of terminals: the measured lock, its last words, its answers, its rules. No secret, no name."""

from collections.abc import Mapping

import msgspec

from tierslieu.fablab import queries as machines
from tierslieu.fablab.interlocks import queries, rules, wording
from tierslieu.fablab.interlocks.rules import Policy, TerminalNow
from tierslieu.fablab.rules import MachineNow
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class TerminalLine(msgspec.Struct, frozen=True):
    """A machine in the list; without a terminal `look` is empty."""

    key: str
    name: str
    look: str
    state_text: str
    heard: str


class TerminalView(msgspec.Struct, frozen=True):
    """One terminal. `fields` are the values of the form of its rules, `ticks` its boxes."""

    key: str
    name: str
    has_terminal: bool
    look: str
    state_text: str
    facts: list[tuple[str, str]]
    orders: list[tuple[str, str, str]]
    events: list[tuple[str, str]]
    fields: dict[str, str]
    ticks: dict[str, bool]
    persons: list[Choice]
    is_policy_known: bool


def terminal_lines(reader: Reader, spoken: Words) -> list[TerminalLine]:
    """Machines in the order of the house; those with a terminal first."""
    by_machine = {one.machine_id: one for one in reader.rows(queries.TERMINALS)}
    found = [_line(reader, spoken, one, by_machine.get(one.id)) for one in machines.machines(reader)]
    return sorted(found, key=lambda line: not line.look)


def _line(reader: Reader, spoken: Words, machine: MachineNow, terminal: TerminalNow | None) -> TerminalLine:
    if terminal is None:
        return TerminalLine(machine.key, machine.name, "", "", "")
    look, text = _shown(reader, spoken, machine, terminal)
    return TerminalLine(machine.key, machine.name, look, text, _heard(spoken, terminal, reader.now))


def _shown(reader: Reader, spoken: Words, machine: MachineNow, terminal: TerminalNow) -> tuple[str, str]:
    link = rules.link_of(terminal, reader.now)
    look, word = rules.look_of(terminal, link, queries.open_on(reader, machine.id))
    return look, wording.named(spoken, wording.LOOKS, word)


def _heard(spoken: Words, terminal: TerminalNow, now: int) -> str:
    if not terminal.heard_at:
        return spoken.text(_("jamais"))
    return spoken.text(_("il y a {time}"), time=spoken.duration(max(1, now - terminal.heard_at)))


def terminal_view(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str]) -> TerminalView:
    """The page of one machine's terminal. `typed` is what was sent and refused: nothing of it is lost."""
    machine = machines.machine(reader, key)
    terminal = queries.terminal_of(reader, machine.id)
    if terminal is None:
        return TerminalView(machine.key, machine.name, False, "", "", [], [], [], {}, {}, [], False)
    look, text = _shown(reader, spoken, machine, terminal)
    fields, ticks = _form(terminal.rules, typed)
    chosen = typed.get("persons", str(terminal.rules.persons))
    return TerminalView(
        machine.key,
        machine.name,
        True,
        look,
        text,
        _facts(spoken, terminal, reader.now),
        _orders(reader, spoken, terminal),
        _events(reader, spoken, terminal),
        fields,
        ticks,
        [
            Choice("1", spoken.text(_("Une personne")), chosen == "1"),
            Choice("2", spoken.text(_("Deux personnes")), chosen == "2"),
        ],
        terminal.policy_shown == terminal.policy_version,
    )


def _facts(spoken: Words, terminal: TerminalNow, now: int) -> list[tuple[str, str]]:
    """What one reads out to whoever mends it: measures and counters, no key."""
    sense = {None: _("pas câblée"), 0: _("ouvert"), 1: _("fermé")}[terminal.sense]
    relay = _("fermé") if terminal.relay else _("ouvert")
    found = [
        (spoken.text(_("Entendu")), _heard(spoken, terminal, now)),
        (spoken.text(_("Relais commandé")), spoken.text(relay)),
        (spoken.text(_("Contacteur mesuré")), spoken.text(sense)),
        (spoken.text(_("Machine")), wording.named(spoken, wording.ACTIVITIES, terminal.activity)),
        (spoken.text(_("Nom sur le réseau")), terminal.device),
        (spoken.text(_("Démarrage")), terminal.boot_id or "–"),
        (spoken.text(_("Allumé depuis")), spoken.duration(terminal.uptime_s) if terminal.uptime_s else "–"),
        (spoken.text(_("Dernier ordre")), str(terminal.seq)),
    ]
    if terminal.fault:
        found.append((spoken.text(_("Défaut")), terminal.fault))
    return found


def _orders(reader: Reader, spoken: Words, terminal: TerminalNow) -> list[tuple[str, str, str]]:
    return [
        (
            f"{spoken.day(one.issued_at, 'short')} {spoken.clock(one.issued_at)}",
            wording.named(spoken, wording.OPS, one.op),
            " ".join(part for part in (wording.named(spoken, wording.ANSWERS, one.state), one.reason) if part),
        )
        for one in reader.rows(queries.LAST_ORDERS, terminal=terminal.id)
    ]


def _events(reader: Reader, spoken: Words, terminal: TerminalNow) -> list[tuple[str, str]]:
    return [
        (
            f"{spoken.day(one.at, 'short')} {spoken.clock(one.at)}",
            wording.named(spoken, wording.EVENTS, one.type) + (f" ({one.reason})" if one.reason else ""),
        )
        for one in reader.rows(queries.EVENTS, terminal=terminal.id)
    ]


def _form(policy: Policy, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, bool]]:
    fields = {
        "lease_s": policy.lease_s,
        "usual_minutes": policy.usual_minutes,
        "longest_minutes": policy.longest_s // 60,
        "idle_cap_minutes": policy.idle_cap_s // 60,
        "confirm_minutes": policy.confirm_every_s // 60,
        "offline_minutes": policy.offline_lease_s // 60,
    }
    boxes = (
        *("needs_reservation", "within_hours", "needs_referent", "is_checked_after", "starts_at_check_in"),
        "ends_when_idle_offline",
    )
    ticks = {name: name in typed if typed else bool(getattr(policy, name)) for name in boxes}
    return {name: typed.get(name, str(value)) for name, value in fields.items()}, ticks
