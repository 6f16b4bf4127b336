"""Where people appear among materials, and how long."""

from typing import Final

from tierslieu.fablab.stock.tables import StockMove, StockSale
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.people.rights.aging import anonymous_after

TEN_YEARS: Final = 10 * 365 * 86_400
TWO_YEARS: Final = 2 * 365 * 86_400
SALES: Final = Personal(
    StockSale,
    "person_id",
    _("Matière prise au FabLab"),
    ("made_at", "amount", "cents", "state", "reason"),
    blank=("reason",),
    moment="made_at",
)
MOVES: Final = Personal(StockMove, "by_id", on_erase=UNLINK)
PERSONAL: Final = (SALES, Personal(StockSale, "made_by"), Personal(StockSale, "closed_by"), MOVES)
RETENTIONS: Final = (
    Retention(
        "fablab.stock.sales",
        _("Nom sur la matière vendue"),
        TEN_YEARS,
        _("Pièces de caisse : 10 ans, puis anonyme"),
        anonymous_after(SALES, "made_at"),
    ),
    Retention(
        "fablab.stock.moves",
        _("Nom aux mouvements du stock"),
        TWO_YEARS,
        _("Le temps de retrouver une erreur d’inventaire"),
        anonymous_after(MOVES, "at"),
    ),
)
