"""What is told about requests: to those who answer, and to the person when there is an answer, or none."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.schemas import Known
from tierslieu.people.qualifications.attesting import address_of
from tierslieu.reservations.approvals import queries
from tierslieu.reservations.approvals.rules import LAPSED, LOST
from tierslieu.reservations.offers.letters import NOTE
from tierslieu.reservations.queries import is_held
from tierslieu.reservations.room import own_claims, without
from tierslieu.reservations.rules import SOFT, Wish
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.search.rules import Proposal, propose, surroundings
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

MOST_PROPOSED = 3
WHY: Mapping[str, str] = {
    LOST: _("Ce créneau a été donné à une autre demande."),
    LAPSED: _("Personne n’a pu répondre à temps. Nous en sommes désolés."),
}
"""Why a request ended that nobody refused."""
HELD = _("En attendant, ce créneau vous est gardé.")
NOT_HELD = _("En attendant, ce créneau n’est pas gardé : il peut être donné à une autre demande.")
INSTEAD = _("À la place, c’est libre en ce moment :\n{lines}")
LINE = _("– {resource}, {day}, de {start} à {end}")
WAIT = _("Pour être prévenu si ce créneau se libère :\n{link}")
NEW = _("{count} demande à traiter"), _("{count} demandes à traiter")
OLD = _("{count} demande attend toujours"), _("{count} demandes attendent toujours")
LISTED = _("Bonjour {name},\n\n{title} :\n\n{lines}\n\nPour répondre :\n{link}\n\n{venue}")
ITEM = _("– {resource}, {day}, de {start} à {end}, {people}")


def added(reader: Reader, one: Stored, words: Words, public_url: str) -> str:
    """What letters about a request say at their end: whether its time is kept; then why it ended, a word of who
    answered, what is free instead."""
    if one.state == "requested":
        return words.text(HELD if is_held(reader, one.id) else NOT_HELD)
    note = queries.note_of(reader, one.id)
    parts = [words.text(NOTE, note=note)] if note else []
    if one.state == "rejected":
        why = [words.text(WHY[one.ended_because])] if one.ended_because in WHY else []
        parts = [*why, *parts, *_instead(reader, one, words, public_url)]
    return "\n\n".join(parts)


def times_of(resource: str, span: Span, words: Words) -> dict[str, str]:
    """A resource and its hours, as sentences need them."""
    return {
        "resource": resource,
        "day": words.day(span.start),
        "start": words.hour(span.start),
        "end": words.hour(span.end),
    }


def _instead(reader: Reader, one: Stored, words: Words, base: str) -> list[str]:
    """Other times that the person could have now, and the waiting list; nothing for what is past."""
    if one.starts_at <= reader.now:
        return []
    resource, lines = venue(reader).by_id[one.resource_id], []
    for each in alternatives(reader, one):
        line = words.text(LINE, **times_of(each.resource.name, each.span, words))
        lines.append(f"{line}\n  {base}{wish_path(each, one, words)}" if base else line)
    found = [words.text(INSTEAD, lines="\n".join(lines))] if lines else []
    link = f"{base}/attente/nouvelle?{_query(resource, one.span, one.people, words)}"
    return [*found, words.text(WAIT, link=link)] if base else found


def alternatives(reader: Reader, one: Stored, asker: Asker | None = None) -> list[Proposal]:
    """What comes close to a request and could be had now, whole and in one place."""
    here = venue_for(reader, one.person_id)
    wish = Wish(here.by_id[one.resource_id], one.span, one.people, SOFT)
    around, window = surroundings(here, wish)
    found = without(scene(reader, asker or Asker(one.person_id), around, window), one, own_claims(reader, one))
    return [each for each in propose(found, wish, MOST_PROPOSED + 2) if each.second is None][:MOST_PROPOSED]


def wish_path(each: Proposal, one: Stored, words: Words) -> str:
    """The page on which a proposal is one tap from being reserved."""
    return f"/reserver?{_query(each.resource, each.span, one.people, words)}"


def _query(resource: ResourceFacts, span: Span, people: int, words: Words) -> str:
    return urlencode(
        {
            "resource": resource.key,
            "date": words.zone.date(span.start).isoformat(),
            "from": words.clock(span.start),
            "to": words.clock(span.end),
            "people": people,
        }
    )


def digest(
    reader: Reader, person: Known, ones: Sequence[Stored], settings: Settings, words: Words, *, is_reminder: bool
) -> Notice:
    """The requests that somebody may answer, in one message. No names: they are on the page, behind a sign-in."""
    here = venue(reader)
    title = words.plural(*(OLD if is_reminder else NEW), len(ones))
    lines = [
        words.text(
            ITEM,
            **times_of(here.by_id[one.resource_id].name, one.span, words),
            people=words.plural("{count} personne", "{count} personnes", one.people),
        )
        for one in ones
    ]
    link = f"{address_of(settings)}/demandes"
    facts = {"name": person.first_name, "title": title, "lines": "\n".join(lines), "link": link}
    text = words.text(LISTED, **facts, venue=settings.venue_name)
    kind = "requests_remind" if is_reminder else "requests_new"
    key = f"{kind}:{show(person.id)}:{show(max(one.id for one in ones))}"
    return Notice(kind, title, text, title, until=max(one.ends_at for one in ones), key=key)
