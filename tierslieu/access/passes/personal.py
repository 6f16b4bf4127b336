"""Where people appear in passes, and how long passes are kept."""

from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, select

from tierslieu.access.passes.rules import DAY
from tierslieu.access.passes.tables import GuestPass, PassUse
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx

g, u = columns(GuestPass), columns(PassUse)
BEFORE = bindparam("before", type_=BigInteger())
MOST = bindparam("most", type_=BigInteger())
PERSONAL: Final = (Personal(GuestPass, "issued_by", on_erase=UNLINK),)
FORGET_GUESTS: Query[Any] = Query(
    delete(table_of(GuestPass)).where(g.id.in_(select(g.id).where(g.valid_until < BEFORE).limit(MOST)))
)
OLD_USES: Query[tuple[str, int]] = Query(select(u.handle, u.slot).where(u.at < BEFORE).order_by(u.at).limit(MOST))
FORGET_USE: Query[Any] = Query(
    delete(table_of(PassUse)).where(u.handle == bindparam("which"), u.slot == bindparam("which_slot"))
)


def forget_guests(tx: Tx, before: int, count: int) -> int:
    """Delete guest passes that ended long ago, with the first name on them. Returns how many."""
    return tx.run(FORGET_GUESTS, before=before, most=count)


def forget_uses(tx: Tx, before: int, count: int) -> int:
    """Delete uses of phone passes: they are needed for some half minutes only. Returns how many."""
    old = tx.rows(OLD_USES, before=before, most=count)
    for handle, slot in old:
        tx.run(FORGET_USE, which=handle, which_slot=slot)
    return len(old)


RETENTIONS: Final = (
    Retention("access.guests", _("Laissez-passer de visiteurs"), SCANS_LIVE, _("CNIL : 3 mois"), forget_guests),
    Retention(
        "access.pass_uses",
        _("Codes de téléphones déjà montrés"),
        DAY,
        _("Le temps de reconnaître une copie"),
        forget_uses,
    ),
)
