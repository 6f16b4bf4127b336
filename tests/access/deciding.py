"""Cases of the decision at a door, for the ports of `devices.badges.decide` to agree on.

`python -m tests.access.deciding` writes them anew beside this file.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from devices.badges import decide

VECTORS = Path(__file__).parent / "decide-vectors.json"
NOW = 1_795_500_000
SPANS = (
    (),
    ((NOW - 3600, NOW + 3600),),
    ((NOW, NOW + 60),),
    ((NOW - 60, NOW),),
    ((NOW - 9000, NOW - 60), (NOW + 60, NOW + 900)),
)
KEPT = ("flags",)
VALUES = {"anyone": ("",), "role": ("member", "receptionist"), "plan": ("full", "night"), "qualification": ("laser",)}
VALUES["reservation"] = ("",)
EACH, MOST = 10, 12_000
"""At least so many cases of every outcome are kept, out of so many tried."""


def a_rule(chance: random.Random) -> decide.Rule:
    """Some line of who may enter."""
    who: Any = chance.choice(tuple(VALUES))
    when: Any = chance.choice(("open", "staffed", "always"))
    pin: Any = chance.choice(("never", "never", "unstaffed", "always"))
    return decide.Rule(who, chance.choice(VALUES[who]), when, pin)


def a_gate(chance: random.Random) -> decide.Gate:
    """Some reader."""
    passback: Any = chance.choice(("off", "soft", "timed", "hard"))
    return decide.Gate(
        zone=chance.choice((0, 1, 2)),
        rules=tuple(a_rule(chance) for _ in range(chance.choice((0, 1, 1, 2, 3)))),
        opened=chance.choice(SPANS),
        staffed=chance.choice(SPANS),
        passback=passback,
        passback_s=chance.choice((0, 120)),
        capacity=chance.choice((None, 1, 9, 10, 11)),
        early_s=chance.choice((0, 900)),
        stale_s=chance.choice((0, 0, 86_400)),
        is_alarm=chance.random() < 0.03,
    )


def a_holder(chance: random.Random) -> decide.Holder:
    """Somebody."""

    def some(*names: str) -> tuple[str, ...]:
        return tuple(name for name in names if chance.random() < 0.5)

    starts = [NOW + chance.choice((-7200, -900, 0, 899, 900, 901, 7200)) for _ in range(chance.choice((0, 1, 2)))]
    state: Any = chance.choice(("active", "active", "active", "active", "revoked"))
    last = chance.choice((0, NOW, NOW - 119, NOW - 120, NOW - 9000))
    return decide.Holder(
        state=state,
        is_doubted=chance.random() < 0.2,
        valid_from=chance.choice((0, 0, 0, NOW, NOW + 1)),
        valid_until=chance.choice((0, 0, 0, NOW, NOW + 1)),
        roles=some("member", "receptionist"),
        plans=some("full", "night"),
        qualifications=some("laser"),
        slots=tuple(
            decide.Slot(at, at + chance.choice((900, 3600)), chance.choice(((1,), (1, 2), ()))) for at in starts
        ),
        zones=chance.choice(((), (1,), (1, 2))),
        is_guest=chance.random() < 0.15,
        is_inside=chance.random() < 0.35,
        last_at=last,
        last_direction=chance.choice(("in", "out")) if last else "",
    )


def a_moment(chance: random.Random) -> decide.Moment:
    """Some instant."""
    pin: Any = chance.choice(("none", "none", "right", "wrong"))
    return decide.Moment(
        now=NOW,
        inside=chance.choice((0, 1, 8, 9, 10, 11)),
        age_s=chance.choice((0, 86_400, 86_401)),
        pin=pin,
        is_phone=chance.random() < 0.2,
        is_offline=chance.random() < 0.3,
        counts=chance.random() < 0.8,
        is_override=chance.random() < 0.2,
    )


def a_case(seed: int) -> dict[str, Any]:
    """One case in the order of its seed: the facts, and what the decision is."""
    chance = random.Random(seed)
    gate, holder, moment = a_gate(chance), a_holder(chance), a_moment(chance)
    direction: Any = chance.choice(("in", "in", "in", "in", "out"))
    if chance.random() < 0.08:
        reading = chance.choice(
            ("not_a_badge", "misread", "badge_unknown", "pass_stale", "pass_replayed", "other_site")
        )
        found = decide.refused_reading(reading, gate, direction)
        return {"reading": reading, "gate": _plain(gate), "direction": direction, "decision": _plain(found)}
    found = decide.decide(gate, holder, moment, direction)
    return {
        "gate": _plain(gate),
        "holder": _plain(holder),
        "moment": _plain(moment),
        "direction": direction,
        "decision": _plain(found),
    }


def cases() -> Iterator[dict[str, Any]]:
    """Cases of every outcome, reason and flags, some of each."""
    seen: Counter[str] = Counter()
    for seed in range(MOST):
        case = a_case(seed)
        kind = json.dumps(case["decision"], sort_keys=True)
        if seen[kind] < EACH:
            seen[kind] += 1
            yield case


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    """What a struct says that its defaults do not."""
    found: dict[str, Any] = json.loads(msgspec.json.encode(value))
    defaults = {one.name: one.default for one in msgspec.structs.fields(value)}
    plain = json.loads(json.dumps({name: None if one is msgspec.NODEFAULT else one for name, one in defaults.items()}))
    return {name: one for name, one in found.items() if name in KEPT or one != plain[name]}


if __name__ == "__main__":
    VECTORS.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases()) + "\n]\n")
