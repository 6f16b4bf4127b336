"""Letters about reservations: confirmation with an .ics file, change, cancellation."""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from tierslieu.http.words import Words, _
from tierslieu.infra.mail import Attachment, Letter
from tierslieu.infra.settings import Settings
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations.schemas import ReservationView

ENDED = ("cancelled", "rejected")
STATUSES = {"requested": "TENTATIVE", **dict.fromkeys(ENDED, "CANCELLED")}


def calendar(one: ReservationView, settings: Settings, now: int) -> bytes:
    """The reservation as an iCalendar file (RFC 5545). A cancelled one takes itself out of the calendar."""
    book = Calendar()
    book.add("prodid", "-//tierslieu//reservations//FR")
    book.add("version", "2.0")
    book.add("method", "CANCEL" if one.state in ENDED else "PUBLISH")
    event = Event()
    event.add("uid", f"{one.id}@tierslieu")
    event.add("dtstamp", datetime.fromtimestamp(now, UTC))
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", f"{one.resource_name}, {settings.venue_name}")
    event.add("location", f"{settings.venue_name}, {one.space}, {settings.venue_town}")
    event.add("status", STATUSES.get(one.state, "CONFIRMED"))
    event.add("sequence", 1 if one.state in ENDED else 0)
    book.add_component(event)
    return bytes(book.to_ical())


def letter(person: Known, one: ReservationView, settings: Settings, words: Words, now: int) -> Letter:
    """The letter that tells a person about one of their reservations, as it is now."""
    start, end = int(one.starts_at.timestamp()), int(one.ends_at.timestamp())
    facts = {
        "name": person.first_name,
        "resource": one.resource_name,
        "day": words.day(start, "year"),
        "start": words.hour(start),
        "end": words.hour(end),
        "reference": one.reference,
        "venue": settings.venue_name,
        "phone": settings.phone,
    }
    subject, text = SENTENCES.get(one.state, SENTENCES["confirmed"])
    file = Attachment("reservation.ics", "text/calendar", calendar(one, settings, now))
    return Letter(person.email or "", words.text(subject, **facts), words.text(text, **facts), (file,))


SENTENCES = {
    "confirmed": (
        _("Votre réservation du {day}"),
        _(
            "Bonjour {name},\n\nC’est noté : {resource}, {day}, de {start} à {end}.\nRéférence : {reference}.\n\n"
            "Un empêchement ? Annulez depuis « Mes réservations », ou appelez le {phone}.\n\nÀ bientôt,\n{venue}"
        ),
    ),
    "requested": (
        _("Votre demande pour le {day}"),
        _(
            "Bonjour {name},\n\nVotre demande est enregistrée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\nCe créneau vous est gardé. L’accueil vous répond bientôt.\n\n"
            "Une question ? Appelez le {phone}.\n\n{venue}"
        ),
    ),
    "rejected": (
        _("Demande non accordée : {day}"),
        _(
            "Bonjour {name},\n\nVotre demande n’a pas pu être accordée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\n\nL’accueil peut vous proposer autre chose : {phone}.\n\n{venue}"
        ),
    ),
    "cancelled": (
        _("Réservation annulée : {day}"),
        _(
            "Bonjour {name},\n\nCette réservation est annulée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\n\nUne question ? Appelez le {phone}.\n\n{venue}"
        ),
    ),
}
