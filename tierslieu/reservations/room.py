"""The room that a reservation makes when another time replaces it: its own time does not stand in its own way."""

from collections.abc import Iterable, Mapping

import msgspec

from tierslieu.basics.spans import Span, minus
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import claims
from tierslieu.reservations.availability import Mine
from tierslieu.reservations.scene import Scene
from tierslieu.reservations.schemas import Stored

Own = Mapping[int, list[Span]]
"""Unit to what a reservation itself claims on it."""


def own_claims(reader: Reader, one: Stored) -> Own:
    """What a reservation claims now."""
    found: dict[int, list[Span]] = {}
    for unit, start, end in reader.rows(claims.HELD, cause="reservation", cause_id=one.id):
        found.setdefault(unit, []).append(Span(start, end))
    return found


def without(found: Scene, one: Stored, own: Own) -> Scene:
    """The scene as it is once a reservation gave way: it takes no time, and counts no more."""
    mine = Mine(one.resource_id, one.starts_at, one.ends_at, one.state)
    busy = {unit: [each for each in spans if each not in own.get(unit, ())] for unit, spans in found.facts.busy.items()}
    kept = tuple(each for each in found.facts.mine if each != mine)
    return msgspec.structs.replace(found, facts=msgspec.structs.replace(found.facts, mine=kept, busy=busy))


def pieces(units: Iterable[int], claim: Span, own: Own) -> tuple[tuple[int, Span], ...]:
    """What must be kept so that the whole can be had later: all that the reservation does not claim itself."""
    return tuple((unit, each) for unit in sorted(units) for each in minus([claim], own.get(unit, ())))
