"""Who waits at a machine for a second person, as pages show it: to themselves, and to who could be that person."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab.interlocks.companions import Awaited, seen_by
from tierslieu.fablab.interlocks.rules import TerminalNow
from tierslieu.fablab.rules import MachineNow
from tierslieu.http.telling import ReasonLine, reason_lines
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known


class SecondPart(msgspec.Struct, frozen=True):
    """A second person is awaited until a time of day. `is_mine`: by the one who looks.

    `name` is the first name of who waits, told only to who may be the second one; to others `reasons` say why not.
    `since` says which wish is seen, so that nobody agrees to another one.
    """

    key: str
    until: str
    since: int
    is_mine: bool
    name: str
    reasons: list[ReasonLine]


def second_part(
    reader: Reader, spoken: Words, machine: MachineNow, terminal: TerminalNow, who: Actor
) -> SecondPart | None:
    """What a signed-in person sees of it; None while nobody waits."""
    seen = seen_by(reader, machine, terminal, who.person_id)
    if seen is None:
        return None
    awaited, missing = seen
    is_mine = awaited.person_id == who.person_id
    return SecondPart(
        machine.key,
        spoken.clock(awaited.until),
        awaited.since,
        is_mine,
        "" if is_mine or missing else _name(reader, awaited),
        reason_lines(spoken, missing),
    )


def _name(reader: Reader, awaited: Awaited) -> str:
    person = known(reader, awaited.person_id)
    return person.first_name if person else ""
