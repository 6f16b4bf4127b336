"""What people are told about reservations: confirmation with an .ics file, answer, cancellation, reminder."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import File, Notice
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations.schemas import ReservationView, Stored

ENDED = ("cancelled", "rejected")
REMINDER = "reminder"


class Wording(NamedTuple):
    """Subject, text of a letter, and the same for a short message."""

    subject: str
    text: str
    short: str


def notice(
    person: Known, ones: Sequence[ReservationView], settings: Settings, words: Words, file: File, *, is_reply: bool
) -> Notice:
    """What tells a person about reservations made together, as they are now; `file` is for their calendar."""
    wording = WORDINGS.get(ones[0].state, WORDINGS["confirmed"])
    facts = _facts(person, ones, settings, words)
    return Notice(
        kind=f"reservation_{ones[0].state}",
        subject=words.text(wording.subject, **facts),
        text=words.text(wording.text, **facts),
        short=words.text(wording.short, **_short_facts(ones, facts, words)),
        files=(file,),
        is_reply=is_reply,
        until=int(ones[0].ends_at.timestamp()),
    )


def reminder(person: Known, ones: Sequence[ReservationView], settings: Settings, words: Words) -> Notice:
    """What is told a day before; it says nothing new once the reservation begins."""
    wording = WORDINGS[REMINDER]
    facts = _facts(person, ones, settings, words)
    return Notice(
        kind="reservation_reminder",
        subject=words.text(wording.subject, **facts),
        text=words.text(wording.text, **facts),
        short=words.text(wording.short, **_short_facts(ones, facts, words)),
        weight="useful",
        until=int(ones[0].starts_at.timestamp()),
    )


def _facts(person: Known, ones: Sequence[ReservationView], settings: Settings, words: Words) -> Mapping[str, object]:
    start, end = int(ones[0].starts_at.timestamp()), int(ones[0].ends_at.timestamp())
    return {
        "name": person.first_name,
        "resource": ", ".join(one.resource_name for one in ones),
        "day": words.day(start, "year"),
        "start": words.hour(start),
        "end": words.hour(end),
        "reference": ", ".join(one.reference for one in ones),
        "venue": settings.venue_name,
        "phone": settings.phone,
    }


def _short_facts(ones: Sequence[ReservationView], facts: Mapping[str, object], words: Words) -> Mapping[str, object]:
    """The same, as short as it can be said: who reserved ten desks knows which."""
    return {
        **facts,
        "resource": title(str(facts["resource"])),
        "day": words.day(int(ones[0].starts_at.timestamp()), "short"),
        "reference": ones[0].reference,
    }


WORDINGS: Mapping[str, Wording] = {
    "confirmed": Wording(
        _("Votre réservation du {day}"),
        _(
            "Bonjour {name},\n\nC’est noté : {resource}, {day}, de {start} à {end}.\nRéférence : {reference}.\n\n"
            "Un empêchement ? Annulez depuis « Mes réservations », ou appelez le {phone}.\n\nÀ bientôt,\n{venue}"
        ),
        _("Réservation notée : {resource}, {day}, de {start} à {end}. Référence {reference}."),
    ),
    "requested": Wording(
        _("Votre demande pour le {day}"),
        _(
            "Bonjour {name},\n\nVotre demande est enregistrée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\nL’accueil vous répond bientôt.\n\n"
            "Une question ? Appelez le {phone}.\n\n{venue}"
        ),
        _("Demande enregistrée : {resource}, {day}, de {start} à {end}. L’accueil vous répond bientôt."),
    ),
    "rejected": Wording(
        _("Demande non accordée : {day}"),
        _(
            "Bonjour {name},\n\nVotre demande n’a pas pu être accordée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\n\nL’accueil peut vous proposer autre chose : {phone}.\n\n{venue}"
        ),
        _("Demande non accordée : {resource}, {day}, de {start} à {end}. L’accueil peut proposer autre chose."),
    ),
    "cancelled": Wording(
        _("Réservation annulée : {day}"),
        _(
            "Bonjour {name},\n\nCette réservation est annulée : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\n\nUne question ? Appelez le {phone}.\n\n{venue}"
        ),
        _("Réservation annulée : {resource}, {day}, de {start} à {end}. Référence {reference}."),
    ),
    REMINDER: Wording(
        _("Rappel : votre réservation du {day}"),
        _(
            "Bonjour {name},\n\nNous vous attendons : {resource}, {day}, de {start} à {end}.\n"
            "Référence : {reference}.\n\n"
            "Un empêchement ? Annulez depuis « Mes réservations », ou appelez le {phone}.\n\nÀ bientôt,\n{venue}"
        ),
        _("Rappel : {resource}, {day}, de {start} à {end}. Un empêchement ? Appelez-nous."),
    ),
}


def added_lines(reader: Reader, one: Stored, words: Words, house: House) -> str:
    """What other parts of the house say of a reservation at the end of a letter, "" when there is nothing to add."""
    url = house.settings.public_url
    lines = [line for adding in house.letter_lines if (line := adding(reader, one, words, url))]
    return "".join(f"\n\n{line}" for line in lines)
