"""A job's life as its messages, to be delivered in any order, more than once, or never."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select

from devices.wire import AckResult, MachineState, Outcome
from tests.fablab.benches import Box, Fablab
from tierslieu.fablab import claiming, queries, storing
from tierslieu.fablab.tables import MachineEvent
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import Job
from tierslieu.infra.transaction import Tx

S = MachineState
e, w = columns(MachineEvent), columns(Job)
TOLD: Query[tuple[str, int]] = Query(select(e.kind, func.count()).group_by(e.kind))

ENDS: Query[tuple[str]] = Query(select(w.payload).where(w.kind == "fablab.write_letter").order_by(w.id))
"""What was announced of ends and nobody has reacted to yet."""

LIFE: Final = ("ack", "preparing", "start", "running", "measure", "paused", "ended", "end", "off")
"""What a printer says of one job, in the order in which it says it; `off`: cleared at its own screen."""
MISHAPS: Final = ("away", "back", "wait", "await", "watch")
"""The broker's word that it vanished, its return, silence, time for what is due."""
SNAPSHOTS: Final = {"preparing": S.PREPARING, "running": S.RUNNING, "paused": S.PAUSED, "ended": S.ENDED, "off": S.IDLE}
_SEQ: Final = {word: 10 * place for place, word in enumerate(LIFE, 1)}


class Life:
    """One attempt at a job on a machine that says these things; `boot` is the machine's when it says them."""

    def __init__(self, fablab: Fablab, job: dict[str, Any], boot: str) -> None:
        self.fablab, self.job = fablab, job
        self.command = fablab.spy.sent[-1][1]
        self.ref: str = self.command["job"]["job_ref"]
        self.box = Box(fablab.house, boot=boot)

    def deliver(self, words: Sequence[str], outcome: Outcome = Outcome.OK) -> None:
        for word in words:
            self._deliver(word, outcome)

    def _deliver(self, word: str, outcome: Outcome) -> None:
        box, ref = self.box, self.ref
        if word in SNAPSHOTS:
            box.show(SNAPSHOTS[word], None if word == "off" else ref, seq=_SEQ[word])
        elif word == "start":
            box.started(ref)
        elif word == "end":
            box.ended(ref, outcome)
        elif word == "ack":
            box.ack(self.command["cmd_id"], AckResult.DONE)
        elif word == "measure":
            box.measure(200.0, 50.0)
        elif word in ("away", "back"):
            box.appear(online=word == "back")
        elif word == "wait":
            self.fablab.house.clock.instant += 200
        else:
            self.fablab.pass_time(61 if word == "await" else 121)


def _forget(tx: Tx) -> None:
    for one in tx.rows(queries.NOT_BEGUN) + tx.rows(queries.ACTIVE_JOBS):
        claiming.give_back(tx, one)
        storing.change_job(tx, storing.SET_STATE, one, state="cancelled", notice="")
    tx.run(storing.SET_CLEAR, which=queries.machine(tx, "p3d-1").id, needs_clear=0)


def begun(fablab: Fablab, boot: str, **wish: Any) -> Life:
    """A job that was handed to a machine which is there, empty and idle; whatever was before is forgotten."""
    fablab.house.write(_forget)
    Box(fablab.house, boot=boot).wake()
    job = fablab.queue(**wish)
    answer = fablab.dispatch(job)
    assert answer.status_code == 202, answer.text
    return Life(fablab, job, boot)


def state(fablab: Fablab, job: dict[str, Any]) -> tuple[str, str | None, int]:
    """Where a job is, how it ended, how many copies there are."""
    now = fablab.job(job)
    return now["state"], now["outcome"], now["copies_done"]


def counted(fablab: Fablab) -> dict[str, int]:
    """How often each kind of line stands in the machines' log."""
    return dict(fablab.house.read(lambda reader: reader.rows(TOLD)))


def announced(fablab: Fablab) -> list[str]:
    """The outcomes of ends that the house was told of and has not yet reacted to."""
    rows = fablab.house.read(lambda reader: reader.rows(ENDS))
    return [str(json.loads(payload)["outcome"]) for (payload,) in rows]
