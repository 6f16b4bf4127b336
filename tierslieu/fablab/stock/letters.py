"""Who keeps the stock is told that a material runs short: once until it is refilled."""

from typing import Any

from tierslieu.basics.ids import read
from tierslieu.basics.zone import Zone
from tierslieu.fablab.stock import alerts, queries, wording
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders
from tierslieu.people.roles.rules import ADMINISTRATOR

SUBJECT = _("Bientôt plus de {material}")
TEXT = _(
    "Bonjour,\n\nIl reste {left} de {material}, toutes bobines ou plaques comprises, et la file en attend {promised}."
    " Le seuil d’alerte est de {threshold}.\n\nLa liste de ce qu’il faut racheter est sur la page du stock : {link}"
)
SHORT = _("Stock du FabLab : il reste {left} de {material}.")


def keepers(reader: Reader) -> list[int]:
    """Who keeps the stock: those who direct the FabLab, else the administrators."""
    found = [one.person_id for one in holders(reader, "fab_manager")]
    return sorted(set(found or [one.person_id for one in holders(reader, ADMINISTRATOR)]))


async def tell_low(house: House, payload: dict[str, Any]) -> None:
    """Tell every keeper. May run twice: the same shortage is told to each once."""
    base = house.settings.public_url
    await house.db.write(_tell, read(str(payload["material"])), house.zone, f"{base}/fablab/stock")


def _tell(tx: Tx, material_id: int, zone: Zone, link: str) -> None:
    one = queries.material(tx, material_id)
    if not one.told_at:
        return
    on_hand = alerts.sums(queries.items_of(tx, material_id)).get(material_id, 0)
    wanted = alerts.promised_of(tx, one)
    for person_id in keepers(tx):
        words = words_for(tx, person_id, zone)
        facts = {
            "material": one.name,
            "left": wording.amount(words, one.kind, on_hand),
            "promised": wording.amount(words, one.kind, wanted),
            "threshold": wording.amount(words, one.kind, one.threshold),
            "link": link,
        }
        notice = Notice(
            "stock_low", words.text(SUBJECT, **facts), words.text(TEXT, **facts), words.text(SHORT, **facts)
        )
        post(tx, person_id, notice.with_key(f"stock:{material_id}:{one.told_at}:{person_id}"))
