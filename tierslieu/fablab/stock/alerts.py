"""Too little of a material: all its items together, less what waits in the queue. Told once until it is refilled."""

from collections.abc import Mapping, Sequence

from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.events import Queued
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.queries import ItemNow, MaterialNow
from tierslieu.infra.transaction import Reader, Tx

TELL = "fablab.stock.tell_low"


def promised(
    materials: Sequence[MaterialNow], items: Sequence[ItemNow], waiting: Sequence[JobNow]
) -> Mapping[int, int]:
    """How much of each material the waiting jobs will take, as their files say.

    A job names a type and perhaps a colour: it counts for the materials of that colour, else for the one of its type
    of which there is most.
    """
    on_hand = sums(items)
    found: dict[int, int] = {}
    for one in waiting:
        facts = read(one.facts)
        copies = max(0, one.quantity - one.copies_done)
        grams = facts.total_g
        able = [kind for kind in materials if kind.type.casefold() == one.material.casefold() and kind.is_active]
        exact = [kind for kind in able if one.colour and kind.colour.casefold() == one.colour.casefold()]
        chosen = max(exact or able, key=lambda kind: on_hand.get(kind.id, 0), default=None)
        if chosen is not None and grams:
            found[chosen.id] = found.get(chosen.id, 0) + round(grams * 1_000) * copies
    return found


def sums(items: Sequence[ItemNow]) -> dict[int, int]:
    """What is there of each material, all its items together."""
    found: dict[int, int] = {}
    for one in items:
        found[one.material_id] = found.get(one.material_id, 0) + one.remaining
    return found


def look_at(tx: Tx, material_id: int, *, is_refill: bool = False) -> None:
    """Have it told when a material became too little; forget that it was told when it was refilled."""
    one = queries.material(tx, material_id)
    on_hand = sums(queries.items_of(tx, material_id)).get(material_id, 0)
    if one.told_at and is_refill and not rules.is_low(on_hand, 0, one.threshold):
        tx.run(storing.REFILLED, which=material_id)
        return
    if one.told_at or not one.threshold or not one.is_active:
        return
    if rules.is_low(on_hand, promised_of(tx, one), one.threshold) and tx.run(storing.TELL, which=one.id, at=tx.now):
        tx.later(TELL, {"material": show(one.id)})


def promised_of(reader: Reader, one: MaterialNow) -> int:
    """How much of one material the waiting jobs will take."""
    if one.kind != "filament":
        return 0
    return promised(queries.materials(reader), queries.items(reader), fablab.waiting(reader)).get(one.id, 0)


def look_after_queueing(tx: Tx, event: Queued) -> None:
    """What a new job will take may be more than there is."""
    wanted = fablab.job(tx, event.job_id).material.casefold()
    for one in queries.materials(tx):
        if one.kind == "filament" and one.threshold and not one.told_at and one.type.casefold() == wanted:
            look_at(tx, one.id)
