"""Where people appear in presence, and what happens when somebody is erased."""

from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, select

from tierslieu.access.presence.closing import settle
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.tables import Alarm, EvacuationHelp, GroupVisit, Presence
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.http.words import _
from tierslieu.infra.feature import Reaction
from tierslieu.infra.personal import DELETE, Personal, Retention
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.events import Merged
from tierslieu.people.rights.events import Erased

g = columns(GroupVisit)
PERSONAL: Final = (
    Personal(
        Presence,
        "person_id",
        _("Présence dans les lieux"),
        ("is_inside", "last_at", "last_direction"),
        on_erase=DELETE,
        same=("guest_id",),
        moment="last_at",
    ),
    Personal(
        EvacuationHelp,
        "person_id",
        _("Aide demandée pour évacuer"),
        ("note", "asked_at"),
        on_erase=DELETE,
        same=(),
    ),
    Personal(EvacuationHelp, "noted_by"),
    Personal(Alarm, "ended_by"),
)


FORGET_VISITS: Query[Any] = Query(
    delete(table_of(GroupVisit)).where(
        g.id.in_(
            select(g.id)
            .where(g.left_at > 0, g.left_at < bindparam("before", type_=BigInteger()))
            .limit(bindparam("most", type_=BigInteger()))
        )
    )
)


def forget_visits(tx: Tx, before: int, count: int) -> int:
    """Delete visits of groups that ended long ago; how many came stays in the figures. Returns how many."""
    return tx.run(FORGET_VISITS, before=before, most=count)


RETENTIONS: Final = (
    Retention("access.group_visits", _("Visites de groupes"), SCANS_LIVE, _("CNIL : 3 mois"), forget_visits),
)


def count_anew(tx: Tx, _event: Erased) -> None:
    """The headcounts without the person who was erased."""
    settle(tx)


def fold_anew(tx: Tx, _event: Merged) -> None:
    """The passages of two files are those of one person from now on."""
    refold(tx)


REACTIONS: Final = (
    Reaction(Erased, "presence_count_anew", count_anew),
    Reaction(Merged, "presence_fold_anew", fold_anew),
)
