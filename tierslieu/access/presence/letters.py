"""What tells staff that a zone is nearly full: those who keep the desk, each time it comes to be so."""

from collections.abc import Mapping
from typing import Any, Final

from devices.badges.decide import is_near
from tierslieu.access.presence.queries import count_of, taken
from tierslieu.access.staff import DESK, holding
from tierslieu.access.zones.queries import ZoneNow, zone_of
from tierslieu.basics.spans import HOUR
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.venue.queries import venue

NEAR: Final = "access.presence.tell_near"
STAYS: Final = 6 * HOUR
"""For so long the letter says something about now."""


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
    zone, here = zone_of(tx, int(payload["zone"])), venue(tx).zone
    if zone is None:
        return
    inside, hour = count_of(tx, zone.id).taken, tx.now // HOUR
    for person_id in holding(tx, (DESK,)):
        words = words_for(tx, person_id, here)
        post(tx, person_id, _notice(words, zone, inside, tx.now).with_key(f"near:{zone.id:x}:{hour}"))


def _notice(words: Words, zone: ZoneNow, inside: int, now: int) -> Notice:
    facts = {"zone": zone.name, "inside": inside, "places": zone.capacity, "hour": words.hour(now)}
    return Notice(
        kind="zone_nearly_full",
        subject=words.text(_("Presque plein : {zone}"), **facts),
        text=words.text(
            _(
                "À {hour}, {inside} places sur {places} sont prises ({zone}).\n\n"
                "À la dernière place, les bornes et les portes n’y laissent plus entrer. La page « Qui est là »"
                " dit les noms, et permet de corriger un compte."
            ),
            **facts,
        ),
        short=words.text(_("Presque plein : {zone}, {inside} sur {places} à {hour}."), **facts),
        until=now + STAYS,
    )
