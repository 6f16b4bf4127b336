"""What people are told when a reservation cannot take place: why, and what is kept for them instead."""

from collections.abc import Mapping
from typing import NamedTuple

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import File, Notice
from tierslieu.people.qualifications.attesting import address_of
from tierslieu.reservations.closures.schemas import StoredDisplacement
from tierslieu.reservations.offers.letters import until_text
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.reservations.offers.ways import Ways, link
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.map import VenueMap

KIND = "reservation_displaced"
WHY: Mapping[str, str] = {
    "closure": _("{resource} sera fermé à ce moment-là."),
    "maintenance": _("{resource} est en panne ou en entretien."),
    "hours_changed": _("Les horaires ont changé : {resource} ne sera pas ouvert à ce moment-là."),
    "retired": _("{resource} n’est plus proposé."),
}
REASON = _("Motif : {reason}.")
SUBJECT = _("Votre réservation du {day} ne peut pas avoir lieu")
LOST = _(
    "Bonjour {name},\n\nVotre réservation ne peut pas avoir lieu : {resource}, {day}, de {start} à {end}.\n"
    "{why}\nNous en sommes désolés.\n\n{instead}\n\nÀ bientôt,\n{venue}"
)
KEPT = _(
    "Nous vous gardons à la place : {other}, {other_day}, de {other_start} à {other_end}.\n"
    "C’est gardé jusqu’à {until}. Pour dire oui ou non :\n{link}\n\nAutre chose vous irait mieux ? Appelez le {phone}."
)
NOTHING = _(
    "Nous n’avons rien trouvé d’équivalent à vous garder.\nAppelez le {phone} : nous chercherons avec vous.\n"
    "Vous pouvez aussi être prévenu dès qu’une place se libère :\n{link}"
)
SHORT_KEPT = _(
    "{resource}, {day} : impossible. À la place : {other}, {other_day}, {other_start}, gardé jusqu’à {until}."
)
SHORT_NOTHING = _("{resource}, {day} à {start} : impossible, désolés. Appelez-nous, nous chercherons avec vous.")


class Lost(NamedTuple):
    """What was lost, why, and what is held instead (None when nothing fits)."""

    reservation: Stored
    row: StoredDisplacement
    offer: Offer | None


def notice(lost: Lost, here: VenueMap, name: str, words: Words, ways: Ways, files: tuple[File, ...]) -> Notice:
    """The message about one displaced reservation."""
    one, settings = lost.reservation, ways.settings
    resource = here.by_id[one.resource_id].name
    facts: dict[str, object] = {
        "name": name,
        "resource": resource,
        "day": words.day(one.starts_at),
        "start": words.hour(one.starts_at),
        "end": words.hour(one.ends_at),
        "venue": settings.venue_name,
        "phone": settings.phone,
        "why": why_text(lost.row, resource, words),
    }
    short = {**facts, "resource": title(resource), "day": words.day(one.starts_at, "short")}
    if lost.offer is None:
        facts["link"] = f"{address_of(settings)}/attente/nouvelle"
        facts["instead"] = words.text(NOTHING, **facts)
        told = words.text(SHORT_NOTHING, **short)
    else:
        kept = _kept(lost.offer, here, words)
        facts["instead"] = words.text(KEPT, **facts, **kept, link=link(ways, lost.offer.id))
        other = {"other": title(str(kept["other"])), "other_day": words.day(lost.offer.starts_at, "short")}
        told = words.text(SHORT_KEPT, **{**short, **kept, **other})
    return Notice(
        KIND,
        words.text(SUBJECT, **facts),
        words.text(LOST, **facts),
        told,
        files=files,
        until=one.ends_at,
        key=f"displaced:{show(lost.row.id)}:{lost.offer.id if lost.offer else 0}",
    )


def why_text(row: StoredDisplacement, resource: str, words: Words) -> str:
    """Why it cannot take place, with the reason that staff gave."""
    why = words.text(WHY.get(row.because, WHY["closure"]), resource=resource)
    return f"{why} {words.text(REASON, reason=row.reason.rstrip('. '))}" if row.reason.strip() else why


def _kept(offer: Offer, here: VenueMap, words: Words) -> dict[str, object]:
    return {
        "other": here.by_id[offer.resource_id].name,
        "other_day": words.day(offer.starts_at),
        "other_start": words.hour(offer.starts_at),
        "other_end": words.hour(offer.ends_at),
        "until": until_text(offer, words),
    }
