"""Who may pass: one decision for the service, for door nodes and, in JavaScript, for the kiosk. Pure.

The caller gathers the facts; nothing here reads a clock or a store. All instants are seconds since 1970 (UTC).
The same facts give the same decision everywhere: tests/access/decide-vectors.json holds both ports to it.

Order of questions for an entry: alarm, the reading, the badge itself, how old the facts are, the rules of the zone
(hours, who, PIN), a badge in doubt, coming in twice, places left. An exit is never refused, whoever shows whatever.
"""

from typing import Final, Literal

import msgspec

Direction = Literal["in", "out"]
Outcome = Literal["granted", "denied", "ask"]
Who = Literal["anyone", "role", "plan", "qualification", "reservation"]
When = Literal["open", "staffed", "always"]
AskPin = Literal["never", "unstaffed", "always"]
Passback = Literal["off", "soft", "timed", "hard"]
"""Coming in when one is in already: nothing, let in and noted, refused for a while and then noted, refused."""
Span = tuple[int, int]
"""From, until (half-open)."""

GRANTED: Final = ("entered", "inside", "left", "released")
"""`inside`: an entry by somebody who is in already. `released`: a fire alarm holds the doors open."""
DENIED: Final = (
    "not_a_badge",
    "misread",
    "badge_unknown",
    "badge_revoked",
    "badge_expired",
    "badge_not_yet",
    "pass_stale",
    "pass_replayed",
    "other_site",
    "facts_too_old",
    "closed",
    "not_allowed",
    "too_early",
    "pin_wrong",
    "passback",
    "passback_wait",
    "full",
)
ASKED: Final = ("pin_needed",)
FLAGS: Final = (
    "passback",
    "exit_without_entry",
    "unknown_exit",
    "over_capacity",
    "near_capacity",
    "alarm",
    "doubted",
)
"""What a passage that was let through is noted with."""
NEAR: Final = 90
"""From this share of the places on (in percent), staff are warned."""
RIGIDITY: Final = ("pin_wrong", "too_early", "closed", "not_allowed")
"""When several rules refuse, the cause easiest to change is told."""


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """One line of who may enter a zone. `value`: the key of a role, plan or qualification; empty otherwise.

    `reservation` needs one that opens this zone now (from `early_s` before it begins to its end).
    """

    who: Who
    value: str = ""
    when: When = "open"
    pin: AskPin = "never"


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A reader in front of a zone, and the zone as it is now.

    `opened` and `staffed` are the spans around now. `passback_s`: how long after an entry the same badge is the same
    passage ("soft": not noted again) or is refused ("timed"). `capacity`
    None: not counted. `stale_s`: older facts than that call staff (0: any age will do).
    """

    zone: int
    rules: tuple[Rule, ...] = ()
    opened: tuple[Span, ...] = ()
    staffed: tuple[Span, ...] = ()
    passback: Passback = "soft"
    passback_s: int = 120
    capacity: int | None = None
    early_s: int = 900
    stale_s: int = 0
    is_alarm: bool = False


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """A reservation that opens zones: from, until, and which."""

    start: int
    end: int
    zones: tuple[int, ...] = ()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose badge it is, as far as doors care. `zones`: where a guest pass opens; empty for everybody else.

    `state` is the badge's and its person's together. `is_doubted`: the badge was seen in two places at once, so that
    there may be a copy of it: it enters nowhere without its pin. `is_inside`: they are counted in the gate's zone
    already. A guest's pass is itself the right to enter its zones while it is valid. `last_at`, `last_direction`: their
    last passage that was let through, 0 and "" when there is none.
    """

    state: Literal["active", "revoked"] = "active"
    is_doubted: bool = False
    valid_from: int = 0
    valid_until: int = 0
    roles: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    zones: tuple[int, ...] = ()
    is_guest: bool = False
    is_inside: bool = False
    last_at: int = 0
    last_direction: str = ""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Now: the instant, how many are inside the zone, how old the facts are, and what is known of the PIN.

    `is_phone`: a phone pass was shown, which stands for the pin of unstaffed hours: a card may be found, a phone is
    locked. `is_offline`: the device decides alone, where no pin can be judged. `counts`: whether this holder takes
    one of the places (staff may not). `is_override`: named staff let somebody in over the capacity.
    """

    now: int
    inside: int = 0
    age_s: int = 0
    pin: Literal["none", "right", "wrong"] = "none"
    is_phone: bool = False
    is_offline: bool = False
    counts: bool = True
    is_override: bool = False


class Decision(msgspec.Struct, frozen=True):
    """What the door says: the outcome, its code, the direction, and flags for the log."""

    outcome: Outcome
    reason: str
    direction: Direction
    flags: tuple[str, ...] = ()


FULL: Final = Decision("denied", "full", "in")


def refused_reading(reason: str, gate: Gate, direction: Direction) -> Decision:
    """The decision on a text that names nobody: `reason` is not_a_badge, misread, badge_unknown, pass_stale…"""
    if gate.is_alarm:
        return Decision("granted", "released", direction, ("alarm",))
    if direction == "out":
        return Decision("granted", "left", "out", ("unknown_exit",))
    return Decision("denied", reason, "in")


def decide(gate: Gate, holder: Holder, moment: Moment, direction: Direction) -> Decision:
    """Whether this holder passes this gate now, and why."""
    if gate.is_alarm:
        return Decision("granted", "released", direction, ("alarm",))
    if direction == "out":
        return Decision("granted", "left", "out", () if holder.is_inside else ("exit_without_entry",))
    against = _against_badge(holder, moment) or _against_age(gate, moment) or _by_rules(gate, holder, moment)
    against = against or _against_doubt(gate, holder, moment)
    if against:
        return Decision("ask" if against in ASKED else "denied", against, "in")
    found = _coming_in(gate, holder, moment)
    if found.outcome == "granted" and _is_in_doubt(holder, moment):
        return msgspec.structs.replace(found, flags=(*found.flags, "doubted"))
    return found


def _against_badge(holder: Holder, moment: Moment) -> str:
    if holder.state != "active":
        return "badge_revoked"
    if moment.now < holder.valid_from:
        return "badge_not_yet"
    return "badge_expired" if holder.valid_until and moment.now >= holder.valid_until else ""


def _against_age(gate: Gate, moment: Moment) -> str:
    return "facts_too_old" if gate.stale_s and moment.age_s > gate.stale_s else ""


def _by_rules(gate: Gate, holder: Holder, moment: Moment) -> str:
    """Empty when a rule lets the holder in, else the cause that is easiest to change."""
    if holder.is_guest and gate.zone:
        return "" if gate.zone in holder.zones else "not_allowed"
    causes = {_against_rule(rule, gate, holder, moment) for rule in gate.rules} or {"not_allowed"}
    if "" in causes:
        return ""
    return next((one for one in ("pin_needed", *RIGIDITY) if one in causes), "not_allowed")


def _against_rule(rule: Rule, gate: Gate, holder: Holder, moment: Moment) -> str:
    spans = gate.staffed if rule.when == "staffed" else gate.opened
    is_time = rule.when == "always" or _holds(spans, moment.now)
    cause = _against_who(rule, gate, holder, moment.now)
    if cause:
        return cause
    if not is_time:
        return "closed"
    is_alone = not _holds(gate.staffed, moment.now) and not moment.is_phone
    asks = rule.pin == "always" or (rule.pin == "unstaffed" and is_alone)
    if not asks or moment.pin == "right":
        return ""
    return "pin_wrong" if moment.pin == "wrong" else "pin_needed"


def _against_who(rule: Rule, gate: Gate, holder: Holder, now: int) -> str:
    if rule.who == "anyone":
        return ""
    if rule.who == "reservation":
        here = [slot for slot in holder.slots if gate.zone in slot.zones]
        if any(slot.start - gate.early_s <= now < slot.end for slot in here):
            return ""
        return "too_early" if any(slot.start > now for slot in here) else "not_allowed"
    held = {"role": holder.roles, "plan": holder.plans, "qualification": holder.qualifications}[rule.who]
    return "" if rule.value in held else "not_allowed"


def _against_doubt(gate: Gate, holder: Holder, moment: Moment) -> str:
    """What is missing to believe a badge. A device alone that guards nothing notes the doubt, and lets nobody in."""
    if not _is_in_doubt(holder, moment) or (moment.is_offline and not gate.zone):
        return ""
    return "pin_wrong" if moment.pin == "wrong" else "pin_needed"


def _is_in_doubt(holder: Holder, moment: Moment) -> bool:
    """True for a badge that may be a copy: whoever copied a card has not its pin, nor the phone of its holder."""
    return holder.is_doubted and not moment.is_phone and moment.pin != "right"


def _holds(spans: tuple[Span, ...], now: int) -> bool:
    return any(start <= now < end for start, end in spans)


def _coming_in(gate: Gate, holder: Holder, moment: Moment) -> Decision:
    if holder.is_inside:
        return _again(gate, holder, moment)
    if gate.capacity is None or not moment.counts:
        return Decision("granted", "entered", "in")
    after = moment.inside + 1
    if after > gate.capacity:
        return Decision("granted", "entered", "in", ("over_capacity",)) if moment.is_override else FULL
    return Decision("granted", "entered", "in", ("near_capacity",) if is_near(after, gate.capacity) else ())


def _again(gate: Gate, holder: Holder, moment: Moment) -> Decision:
    """Somebody comes in who is in already: they left unseen, or somebody else holds their badge."""
    is_soon = moment.now - holder.last_at < gate.passback_s and holder.last_direction == "in"
    if gate.passback == "hard":
        return Decision("denied", "passback", "in")
    if gate.passback == "timed" and is_soon:
        return Decision("denied", "passback_wait", "in")
    return Decision("granted", "inside", "in", () if gate.passback == "off" or is_soon else ("passback",))


def is_near(inside: int, capacity: int) -> bool:
    """True when so many people in so many places are to be told to staff."""
    return 100 * inside >= NEAR * capacity
