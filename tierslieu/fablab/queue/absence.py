"""A machine leaves service: whoever asked for just this one is told, and staff can choose another."""

from typing import Final

from tierslieu.fablab import queries, storing
from tierslieu.fablab.events import ServiceChanged
from tierslieu.infra.transaction import Tx

MACHINE_OUT: Final = "machine_out"
"""The notice of a job whose one machine is out of service."""


def heed(tx: Tx, event: ServiceChanged) -> None:
    """Say it on the jobs that wait for this machine alone, and take it back when the machine is."""
    for one in queries.waiting(tx, is_held=True):
        if one.wanted_machine_id != event.machine_id:
            continue
        if event.is_out:
            storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice=MACHINE_OUT)
        elif one.notice == MACHINE_OUT:
            storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice="")
