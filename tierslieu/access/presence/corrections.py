"""Putting presence right: staff let somebody out, in, or elsewhere. A correction is a passage with a reason, never an
edit: the log keeps what readers saw."""

from typing import Final

import msgspec

from tierslieu.access.passes.queries import guest
from tierslieu.access.presence import actions, log, queries
from tierslieu.access.presence.closing import open_count
from tierslieu.access.presence.rules import Who, mark
from tierslieu.access.zones.queries import zone
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import show
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import STAFF

STAFF_DESK: Final = "correction"
"""The device of corrections."""
REASONS: Final = {
    "forgot": _("A oublié de passer son badge"),
    "no_badge": _("N’avait pas son badge"),
    "seen": _("Vu sur place, ou plus là"),
    "mistake": _("Erreur de lecture"),
}
"""Why somebody's presence is put right."""
OVERRIDES: Final = {
    "event": _("Accueil prévu avec la sécurité"),
    "left": _("Des personnes viennent de sortir"),
    "shelter": _("Mise à l’abri"),
}
"""Why somebody is let in although all places are taken."""


class Correction(msgspec.Struct, frozen=True):
    """Where somebody really is: in a zone, or out (`zone_id` 0). `override`: why they enter a full zone."""

    zone_id: int
    reason: str
    override: str = ""


def correct(tx: Tx, who: Who, correction: Correction) -> None:
    """Note where somebody really is. Raises NotFound, Conflict("zone_full") when all places are taken."""
    _require(tx, who)
    seq = tx.new_id()
    here = queries.now_of(tx, who)
    row = log.Row(
        device=STAFF_DESK,
        scan_id=log.new_scan_id(),
        kind="correction",
        direction="in" if correction.zone_id else "out",
        zone_id=correction.zone_id or here.zone_id,
        at=max(tx.now, here.last_at + 1),  # newer than the newest passage: in one second the device decides
        seq=seq,
        who=who,
        reason=correction.reason,
    )
    log.add(tx, row)
    order = mark(row.device, seq, row.scan_id)
    if not correction.zone_id:
        actions.leave(tx, who, row.at, zone_id=row.zone_id, mark=order)
    elif not _enter(tx, row, correction, order):
        raise Conflict("zone_full")
    _record(tx, who, reason=correction.reason, direction=row.direction)


def _record(tx: Tx, who: Who, **facts: str) -> None:
    if who.guest_id:
        record(tx, "access.correct_presence", None, show(who.guest_id), **facts)
    else:
        record_for(tx, "access.correct_presence", who.person_id, **facts)


def _require(reader: Reader, who: Who) -> None:
    """Raises NotFound for somebody whom the house does not know."""
    if who.guest_id:
        guest(reader, who.guest_id)
    elif known(reader, who.person_id) is None:
        raise NotFound("no_such_person")


def _enter(tx: Tx, row: log.Row, correction: Correction, order: str) -> bool:
    here = zone(tx, row.zone_id)
    open_count(tx, here.id)
    counts = takes_place(tx, row.who, counts_staff=bool(here.counts_staff))
    if actions.enter(tx, here, row.who, row.at, counts=counts, mark=order):
        return True
    if not correction.override:
        return False
    actions.enter(tx, here, row.who, row.at, counts=counts, is_forced=True, mark=order)
    log.change(tx, row, flags="over_capacity")
    record(tx, "access.override_capacity", row.who.person_id or None, here.key, reason=correction.override, people=1)
    return True


def takes_place(reader: Reader, who: Who, *, counts_staff: bool) -> bool:
    """Whether somebody counts against the capacity: staff may not, as the zone's declaration says."""
    return counts_staff or not who.person_id or not set(roles_of(reader, who.person_id)) & STAFF
