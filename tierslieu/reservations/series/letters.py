"""What people are told about their series: one letter for many dates, with the calendar file of all of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, select

from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import File, Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations.ical import CANCEL, PUBLISH, Head, Member, groups, write
from tierslieu.reservations.invitations import MEMBER, item
from tierslieu.reservations.letters import Wording
from tierslieu.reservations.queries import r, stored_among
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.series import queries
from tierslieu.reservations.series.events import SeriesTold
from tierslieu.reservations.series.keeping import link_token
from tierslieu.reservations.series.schemas import StoredSeries
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

MEMBERS = Query(select(*MEMBER).where(r.series_id == bindparam("series")).order_by(r.id), into=Member)
GONE: Final = ("cancelled", "released")
MOST_LINES: Final = 60


async def tell(house: House, event: SeriesTold) -> None:
    """Post what is to be said about several dates of a series. May run again: the same is told once."""
    await house.db.write(tell_in, event, house.settings, house.secret)


def tell_in(tx: Tx, event: SeriesTold, settings: Settings, secret: bytes) -> None:
    """One letter for all dates of one act; nothing for a person whose account is closed."""
    one = queries.stored(tx, event.series_id)
    person = known(tx, one.person_id)
    found = sorted(stored_among(tx, event.reservation_ids), key=lambda each: each.starts_at)
    if person is None or not found:
        return
    here = venue(tx)
    words = words_for(tx, person.id, here.zone)
    wording = WORDINGS[event.what]
    facts = _facts(one, person.first_name, found, here, settings, words)
    facts["answer"] = _answer(one, settings, secret, words)
    told = Notice(
        kind=f"series_{event.what}",
        subject=words.text(wording.subject, **facts),
        text=words.text(wording.text, **facts),
        short=words.text(wording.short, **{**facts, "resource": title(str(facts["resource"]))}),
        files=() if event.what in ("asked", "kept") else (_calendar(tx, here, event, found, settings),),
        is_reply=event.what in ("made", "moved", "cancelled", "kept"),
        until=one.deadline if event.what == "asked" else found[-1].ends_at,
    )
    post(tx, person.id, told.with_key(f"series:{one.id}:{event.version}:{event.what}"))


def _facts(
    one: StoredSeries, name: str, found: Sequence[Stored], here: VenueMap, settings: Settings, words: Words
) -> dict[str, object]:
    return {
        "name": name,
        "resource": ", ".join(dict.fromkeys(here.by_id[each.resource_id].name for each in found)),
        "dates": "\n".join(_line(each, here, words) for each in found[:MOST_LINES]),
        "count": len(found),
        "first": words.day(found[0].starts_at, "year"),
        "last": words.day(found[-1].starts_at, "year"),
        "first_short": words.day(found[0].starts_at, "short"),
        "last_short": words.day(found[-1].starts_at, "short"),
        "hours": words.hours(found[0].span),
        "deadline": words.day(one.deadline - 1, "year") if one.deadline else "",
        "deadline_short": words.day(one.deadline - 1, "short") if one.deadline else "",
        "venue": settings.venue_name,
        "phone": settings.phone,
    }


def _line(one: Stored, here: VenueMap, words: Words) -> str:
    when = words.text("{day}, {hours}", day=words.day(one.starts_at, "year"), hours=words.hours(one.span))
    note = " " + words.text(_("(à confirmer par l’accueil)")) if one.state == "requested" else ""
    return f"- {when}, {here.by_id[one.resource_id].name}{note}"


def _answer(one: StoredSeries, settings: Settings, secret: bytes, words: Words) -> str:
    """How to answer: by the link, which asks for no sign-in; else by phone."""
    base = settings.public_url
    if not base or not one.kept_until:
        return words.text(_("Répondez depuis « Mes réservations », ou appelez le {phone}."), phone=settings.phone)
    link = f"{base}/series/garder/{link_token(secret, one.id, one.kept_until)}"
    return words.text(
        _("Pour répondre, sans mot de passe : {link}\nOu appelez le {phone}."), link=link, phone=settings.phone
    )


def _calendar(reader: Reader, here: VenueMap, event: SeriesTold, found: Sequence[Stored], settings: Settings) -> File:
    """The entries of these dates, or what takes them out again."""
    origins = {one.origin_id or one.id for one in found}
    members = [one for one in reader.rows(MEMBERS, series=event.series_id) if one.origin in origins]
    method = CANCEL if event.what in GONE else PUBLISH
    head = Head(method, "", settings.mail.reply_to or settings.mail.sender, settings.venue_name, reader.now)
    body = write([item(here, group, settings) for group in groups(members)], head)
    return File("reservations.ics", f"text/calendar; method={method}; charset=utf-8", body)


WORDINGS: Mapping[str, Wording] = {
    "made": Wording(
        _("Vos réservations : {resource}, à partir du {first}"),
        _(
            "Bonjour {name},\n\nC’est noté, {count} dates :\n{dates}\n\n"
            "Un empêchement ? Annulez une date depuis « Mes réservations », ou appelez le {phone}.\n\n"
            "À bientôt,\n{venue}"
        ),
        _("{count} réservations notées : {resource}, {hours}, du {first_short} au {last_short}."),
    ),
    "moved": Wording(
        _("Réservations modifiées : {resource}"),
        _(
            "Bonjour {name},\n\nVos réservations ont changé. Les voici, {count} dates :\n{dates}\n\n"
            "Une question ? Appelez le {phone}.\n\n{venue}"
        ),
        _("{count} réservations modifiées : {resource}, {hours}, du {first_short} au {last_short}."),
    ),
    "cancelled": Wording(
        _("Réservations annulées : {resource}"),
        _(
            "Bonjour {name},\n\nCes réservations sont annulées, {count} dates :\n{dates}\n\n"
            "Une question ? Appelez le {phone}.\n\n{venue}"
        ),
        _("{count} réservations annulées : {resource}, du {first_short} au {last_short}."),
    ),
    "asked": Wording(
        _("Gardez-vous ce créneau ? {resource}, {hours}"),
        _(
            "Bonjour {name},\n\nVous réservez régulièrement : {resource}, {hours}.\n"
            "Gardez-vous ces {count} dates ?\n{dates}\n\n"
            "{answer}\nSans réponse avant la fin du {deadline}, ces dates seront rendues à d’autres.\n\n{venue}"
        ),
        _(
            "Gardez-vous {resource}, {hours}, du {first_short} au {last_short} ? "
            "Répondez avant la fin du {deadline_short}, sinon ces dates sont rendues."
        ),
    ),
    "kept": Wording(
        _("C’est gardé : {resource}, jusqu’au {last}"),
        _("Bonjour {name},\n\nCes {count} dates restent les vôtres :\n{dates}\n\nÀ bientôt,\n{venue}"),
        _("C’est gardé : {resource}, {hours}, jusqu’au {last_short}."),
    ),
    "released": Wording(
        _("Dates rendues : {resource}, à partir du {first}"),
        _(
            "Bonjour {name},\n\nVous ne gardez pas ces {count} dates, elles sont de nouveau libres :\n{dates}\n\n"
            "Vous pouvez reprendre celles qui restent libres depuis « Mes réservations », "
            "ou appeler le {phone}.\n\n{venue}"
        ),
        _("Dates rendues : {resource}, {hours}, du {first_short} au {last_short}. Pour les reprendre, appelez-nous."),
    ),
}
