"""Whose turn it is: the waiting jobs that may begin now on each machine without going before anybody."""

from collections import defaultdict
from typing import Final

import msgspec

from tierslieu.fablab.queue import scheduler
from tierslieu.fablab.queue.queries import Workshop, next_ids

OFFERED: Final = "your_turn"
"""The notice of a job whose person was told that the machine is theirs now."""
OF_TEAM: Final = "turn_of_team"
"""The notice of a job that only the team can start, and was told that its turn came."""
HELD: Final = frozenset({OFFERED, OF_TEAM})
PASSED: Final = "turn_passed"
"""The notice of a job that nobody started meanwhile: others may go first, its place is kept."""


def turns(shop: Workshop) -> dict[int, set[int]]:
    """The jobs whose turn it is, by the machine's id: those that the plan begins now.

    Who did not come in their turn keeps nobody waiting: the next one's turn comes, and theirs is whenever the machine
    is free and nobody else was offered it.
    """
    notices = {one.id: one.notice for one in shop.waiting}
    present = tuple(wish for wish in shop.wishes if notices[wish.id] != PASSED)
    found = _beginning(msgspec.structs.replace(shop, wishes=present))
    offered = {machine for machine, ids in found.items() if any(notices[id_] in HELD for id_ in ids)}
    for wish in shop.wishes:
        if notices[wish.id] == PASSED:
            for machine_id in wish.fits - offered:
                if _could_begin(shop, wish, machine_id):
                    found[machine_id].add(wish.id)
    return found


def _beginning(shop: Workshop) -> defaultdict[int, set[int]]:
    """What the plan begins now: each job where it is planned, and wherever it is the next one."""
    places = shop.plan()
    starts = {id_: place.starts_at for id_, place in places.items() if place.starts_at is not None}
    now = {id_ for id_, start in starts.items() if start <= shop.now}
    found: defaultdict[int, set[int]] = defaultdict(set)
    for machine_id, job_id in [*next_ids(shop, places).items(), *((places[id_].machine_id, id_) for id_ in now)]:
        if job_id in now and machine_id is not None:
            found[machine_id].add(job_id)
    return found


def _could_begin(shop: Workshop, wish: scheduler.Wish, machine_id: int) -> bool:
    alone = msgspec.structs.replace(wish, copies=1, fits=frozenset({machine_id}))
    start = scheduler.plan([alone], shop.slots, shop.rules, shop.now)[wish.id].starts_at
    return start is not None and start <= shop.now
