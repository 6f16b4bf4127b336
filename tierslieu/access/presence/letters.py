"""What tells staff that a zone is nearly full: those who keep the desk, each time it comes to be so."""

from collections.abc import Mapping
from typing import Any, Final

from devices.badges.decide import is_near
from tierslieu.access.presence.queries import count_of, taken
from tierslieu.access.staff import DESK, Letter, holding, tell
from tierslieu.access.zones.queries import zone_of
from tierslieu.basics.spans import HOUR
from tierslieu.http.words import _
from tierslieu.infra.transaction import Tx

NEAR: Final = "access.presence.tell_near"
STAYS: Final = 6 * HOUR
"""For so long the letter says something about now."""
SUBJECT = _("Presque plein : {zone}")
TEXT: Final = _(
    "À {hour}, {inside} places sur {places} sont prises ({zone}).\n\n"
    "À la dernière place, les bornes et les portes n’y laissent plus entrer. La page « Qui est là »"
    " dit les noms, et permet de corriger un compte."
)
SHORT: Final = _("Presque plein : {zone}, {inside} sur {places} à {hour}.")


def tell_if_near(tx: Tx, grown: Mapping[int, int]) -> None:
    """Tell staff soon of each zone that these people made nearly full: not of one that was so before them.

    `grown`: how many places this transaction just took, by zone.
    """
    limits = {one.id: one.capacity for one in (zone_of(tx, id_) for id_ in grown) if one and one.capacity}
    now = taken(tx) if limits else {}
    for zone_id, capacity in limits.items():
        inside = now.get(zone_id, 0)
        if is_near(inside, capacity) and not is_near(inside - grown[zone_id], capacity):
            tx.later(NEAR, {"zone": zone_id}, dedup=f"{NEAR}:{zone_id}")


def tell_near(tx: Tx, payload: dict[str, Any]) -> None:
    """Tell those who keep the desk; when people come and go around the limit, each once an hour and zone."""
    zone = zone_of(tx, int(payload["zone"]))
    if zone is None:
        return
    facts = {"zone": zone.name, "inside": count_of(tx, zone.id).taken, "places": zone.capacity}
    key, now = f"near:{zone.id:x}:{tx.now // HOUR}", tx.now
    letter = Letter("zone_nearly_full", SUBJECT, TEXT, key, now + STAYS, SHORT)
    tell(tx, holding(tx, (DESK,)), letter, lambda words: {**facts, "hour": words.hour(now)})
