"""The demonstration's queue: taking turns, machines that were measured, a job that waits for a spool."""

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.queue.arranging import ARRANGE, hold, set_rules
from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.queue.speeds import PUT
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx

MEASURED = {"p3d-1": (1.08, 12), "p3d-2": (1.0, 5), "p3d-3": (1.24, 9)}
"""How long jobs take there compared with what their files say, and over how many jobs."""
WAITS_FOR = "On attend la bobine"


async def arrange(house: House) -> None:
    """Let the printers' queue take turns, and put its last job aside."""
    desk = Actor(None, "demo", frozenset({RUN, ARRANGE}), house.settings.venue_name)
    await house.db.write(_arrange, by=desk)


def _arrange(tx: Tx) -> None:
    set_rules(tx, "printer_3d", Rules("fair", guard_hours=24))
    for key, (ratio, samples) in MEASURED.items():
        machine = queries.machine(tx, key)
        tx.run(PUT, machine_id=machine.id, ratio=ratio, samples=samples, measured_at=tx.now)
    waiting = [one for one in queries.waiting(tx) if one.kind == "printer_3d"]
    if len(waiting) > 1:
        hold(tx, waiting[-1].id, WAITS_FOR)
