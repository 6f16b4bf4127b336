"""What tells staff that a zone is nearly full: once a day and zone, to those who keep the desk."""

from typing import Any, Final

from devices.badges.decide import Decision, is_near
from tierslieu.access.presence.queries import count_of, taken
from tierslieu.access.zones.queries import ZoneNow, site, zone_of
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders
from tierslieu.venue.queries import venue

NEAR: Final = "access.scanning.tell_near"
DESK_ROLE: Final = "receptionist"
DAY: Final = 86_400


def tell_if_near(tx: Tx, zone: ZoneNow | None, decision: Decision) -> None:
    """Tell staff soon when an entry left few places in its zone or the site; entries of a moment are one letter."""
    if zone is None or decision.outcome != "granted" or decision.reason != "entered":
        return
    whole = site(tx)
    limited = {each.id: each for each in (zone, whole) if each is not None and each.capacity}
    found = taken(tx) if limited else {}
    for one in limited.values():
        if is_near(found.get(one.id, 0), one.capacity):
            tx.later(NEAR, {"zone": one.id}, dedup=f"{NEAR}:{one.id}")


def tell_near(tx: Tx, payload: dict[str, Any]) -> None:
    """Tell those who keep the desk, each once a day and zone."""
    zone, here = zone_of(tx, int(payload["zone"])), venue(tx).zone
    if zone is None:
        return
    inside, today = count_of(tx, zone.id).taken, here.date(tx.now).isoformat()
    for grant in holders(tx, DESK_ROLE):
        words = words_for(tx, grant.person_id, here)
        post(tx, grant.person_id, _notice(words, zone, inside, tx.now).with_key(f"near:{zone.id:x}:{today}"))


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
        until=now + DAY // 4,
    )
