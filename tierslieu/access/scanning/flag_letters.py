"""What staff are told of passages to look at: once a day for each badge and kind. No name is in the letter."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tierslieu.access.scanning.storing import Passage
from tierslieu.access.scanning.subjects import Subject
from tierslieu.access.staff import KEEPERS, Letter, holding, tell
from tierslieu.access.zones.queries import zone_of
from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.queries import posted_keys
from tierslieu.venue.queries import venue

TELL: Final = "access.scanning.tell_flag"
SUBJECT = _("Passage à regarder : {place}")
TEXT: Final = _("Bonjour,\n\n{what}\n\nLieu : {place}, {moment}.\n\nLe passage et la personne sont ici : {link}")
WHAT: Final[Mapping[str, str]] = {
    "conflict": _("Un appareil sans réseau a laissé entrer un badge que le service aurait refusé."),
    "twice": _("Le même badge a servi à deux endroits au même moment : c’est une copie, ou un prêt."),
    "passback": _("Un badge est entré deux fois sans être sorti entre-temps : un prêt, ou une sortie pas notée."),
}
EVEN_REFUSED: Final = frozenset({"twice"})
"""What is told also of somebody who was not let in."""


class Flagged(msgspec.Struct, frozen=True):
    """A passage to look at: why, whose badge ("" for nobody's), where and when."""

    flag: str
    badge: str
    zone_id: int
    device: str
    at: int


def badge_name(badge_id: int, guest_id: int) -> str:
    """What tells badges and passes of guests apart; "" for neither."""
    return f"b{badge_id:x}" if badge_id else f"g{guest_id:x}" if guest_id else ""


def tell_of_flags(tx: Tx, passage: Passage, subject: Subject, outcome: str, flags: tuple[str, ...]) -> None:
    """Queue a letter for each thing in a passage that is told."""
    if not flags:
        return
    badge = badge_name(subject.badge.id if subject.badge else 0, subject.guest.id if subject.guest else 0)
    for flag in flags:
        if outcome == "granted" or flag in EVEN_REFUSED:
            queue(tx, Flagged(flag, badge, passage.zone_id, passage.device, passage.at))


def queue(tx: Tx, seen: Flagged) -> None:
    """Queue a letter, when it is of what is told; one that waits for the same badge is enough."""
    if seen.flag in WHAT and seen.badge:
        tx.later(TELL, seen, dedup=f"{TELL}:{seen.badge}:{seen.flag}")


def tell_flag(tx: Tx, payload: dict[str, Any], house: House) -> None:
    """Tell who looks after badges, unless they were told today."""
    seen = msgspec.convert(payload, Flagged)
    key = f"flag:{seen.flag}:{seen.badge}:{venue(tx).zone.date(tx.now).isoformat()}"
    if posted_keys(tx, [key]):
        return
    zone, link = zone_of(tx, seen.zone_id), f"{house.settings.public_url}/acces/signalements"
    place = zone.name if zone else seen.device

    def facts(words: Words) -> dict[str, str]:
        return {"what": words.text(WHAT[seen.flag]), "place": place, "moment": words.moment(seen.at), "link": link}

    tell(tx, holding(tx, KEEPERS), Letter("passage_flagged", SUBJECT, TEXT, key), facts)
