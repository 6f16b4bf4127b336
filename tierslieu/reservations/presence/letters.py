"""What people are told about presence, in their language."""

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import Notice
from tierslieu.reservations.standing.rules import Standing


class About(msgspec.Struct, frozen=True):
    """A reservation in a letter: whose first name, what, when."""

    first_name: str
    resource: str
    span: Span


def missed(about: About, standing: Standing | None, settings: Settings, words: Words) -> Notice:
    """Nobody came: the place went to others; what follows from it, if anything does."""
    start = about.span.start
    facts = {
        "name": about.first_name,
        "resource": about.resource,
        "day": words.day(start, "year"),
        "start": words.hour(start),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    parts = [
        words.text(_("Bonjour {name},"), **facts),
        words.text(_("Nous ne vous avons pas vu pour {resource}, {day} à {start}. La place a été rendue."), **facts),
    ]
    if standing is not None:
        parts.append(consequence(standing, words))
    parts.append(
        words.text(
            _(
                "La prochaine fois, annulez dans « Mes réservations » ou dites que vous êtes en retard : votre place "
                "est gardée. Si c’est une erreur, dites-le à l’accueil, au {phone}."
            ),
            **facts,
        )
    )
    parts.append(str(facts["venue"]))
    short_facts = {**facts, "resource": title(about.resource), "day": words.day(start, "short")}
    return Notice(
        "reservation_missed",
        words.text(_("Votre place du {day} a été rendue"), **facts),
        "\n\n".join(parts),
        words.text(_("Place rendue : {resource}, {day} à {start}. Une erreur ? Appelez le {phone}."), **short_facts),
    )


def consequence(standing: Standing, words: Words) -> str:
    """What repeated no-shows lead to, why, and until when."""
    facts = {"missed": standing.missed, "day": words.day(standing.until, "year")}
    if standing.consequence == "approval":
        return words.text(
            _("Après {missed} absences, vos réservations attendent l’accord de l’accueil, jusqu’au {day}."), **facts
        )
    return words.plural(
        "Après {missed} absences, on peut réserver au plus {count} jour à l’avance, jusqu’au {day}.",
        "Après {missed} absences, on peut réserver au plus {count} jours à l’avance, jusqu’au {day}.",
        standing.horizon_days,
        **facts,
    )
