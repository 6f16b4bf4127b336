"""What people are told about a time that is kept for them."""

from collections.abc import Mapping
from typing import NamedTuple

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations.offers import queries
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.reservations.offers.ways import Ways, link
from tierslieu.venue.queries import venue


class Wording(NamedTuple):
    """Subject, what happened, and the same for a short message."""

    subject: str
    text: str
    short: str


WORDINGS: Mapping[str, Wording] = {
    "waiting": Wording(
        _("Une place s’est libérée : {day}"),
        _("Ce que vous attendiez est libre : {resource}, {day}, de {start} à {end}."),
        _("Une place libre : {resource}, {day}, de {start} à {end}, gardée jusqu’à {until}."),
    ),
    "earlier": Wording(
        _("Une place plus tôt : {day}"),
        _(
            "Une place s’est libérée plus tôt : {resource}, {day}, de {start} à {end}.\n"
            "Si vous l’acceptez, elle remplace votre réservation actuelle."
        ),
        _("Une place plus tôt : {resource}, {day}, de {start} à {end}, gardée jusqu’à {until}."),
    ),
    "request": Wording(
        _("Une autre proposition : {day}"),
        _(
            "Pour votre demande, le lieu vous propose : {resource}, {day}, de {start} à {end}.\n"
            "Si vous l’acceptez, c’est réservé, et votre première demande est retirée."
        ),
        _("Pour votre demande, on vous propose : {resource}, {day}, de {start} à {end}, gardé jusqu’à {until}."),
    ),
}
ANSWER = _(
    "Ce créneau vous est gardé jusqu’à {until}. Sans réponse, il ira à quelqu’un d’autre.\n"
    "Pour dire oui ou non :\n{link}\n\nOu appelez le {phone}."
)
FRAME = _("Bonjour {name},\n\n{what}\n\n{note}{answer}\n\nÀ bientôt,\n{venue}")
NOTE = _("Un mot de l’accueil : {note}")


def tell(tx: Tx, ways: Ways, offer_id: int) -> None:
    """Post an offer to its person, with the link that accepts or declines it."""
    one = queries.offer(tx, offer_id)
    person = known(tx, one.person_id)
    if person is not None:
        words = words_for(tx, person.id, ways.manners.zone)
        resource = venue(tx).by_id[one.resource_id].name
        post(tx, person.id, notice(one, resource, person.first_name, words, ways))


def notice(one: Offer, resource: str, name: str, words: Words, ways: Ways) -> Notice:
    """The message of one offer."""
    wording, settings = WORDINGS[one.cause], ways.settings
    facts = {
        "resource": resource,
        "day": words.day(one.starts_at),
        "start": words.hour(one.starts_at),
        "end": words.hour(one.ends_at),
        "until": until_text(one, words),
    }
    answer = words.text(ANSWER, until=facts["until"], link=link(ways, one.id), phone=settings.phone)
    note = words.text(NOTE, note=one.note) + "\n\n" if one.note else ""
    what = words.text(wording.text, **facts)
    text = words.text(FRAME, name=name, what=what, note=note, answer=answer, venue=settings.venue_name)
    short = words.text(
        wording.short, **{**facts, "resource": title(resource), "day": words.day(one.starts_at, "short")}
    )
    subject = words.text(wording.subject, day=facts["day"])
    return Notice("offer", subject, text, short, until=one.until_at, key=f"offer:{show(one.id)}")


def until_text(one: Offer, words: Words) -> str:
    """« 14 h 30 », with the day when it is another one than that of the offer."""
    if words.zone.date(one.until_at) == words.zone.date(one.made_at):
        return words.hour(one.until_at)
    return words.moment(one.until_at)
