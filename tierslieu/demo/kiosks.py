"""The demonstration's kiosks: one at work, one that nobody heard of since last night, and somebody who calls."""

from typing import Final

from tierslieu.access.kiosk import calls, enrolment, health
from tierslieu.access.kiosk.schemas import HealthReport
from tierslieu.access.rules import kiosk_key
from tierslieu.basics.actor import Actor
from tierslieu.infra.transaction import Tx

HALL, WORKSHOP = "Borne du hall", "Borne de l’atelier"
NIGHT: Final = 14 * 3600
CALL: Final = "de" * 16


def load(tx: Tx) -> None:
    """Both kiosks as they last told; their secrets are nobody's, new codes are opened on the page."""
    enrolment.enrol(tx, enrolment.offer_code(tx, HALL, zone="accueil"))
    enrolment.enrol(tx, enrolment.offer_code(tx, WORKSHOP, zone="fablab"))
    _tell(tx, kiosk_key(HALL), HealthReport(rev=1, snapshot_at=tx.now - 60))
    late = HealthReport(rev=1, snapshot_at=tx.now - NIGHT, kept=3, has_camera=False)
    now, tx.now = tx.now, tx.now - NIGHT
    _tell(tx, kiosk_key(WORKSHOP), late)
    tx.now = now


def _tell(tx: Tx, key: str, report: HealthReport) -> None:
    house, tx.by = tx.by, Actor(device=key)
    health.note_health(tx, report)
    if not report.kept:
        calls.note(tx, key, CALL)
    tx.by = house
