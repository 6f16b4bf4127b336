"""Telling people, 30 and 7 days before, that their membership ends: once each, whatever runs how often."""

from datetime import date
from typing import Any

import msgspec

from tierslieu.basics.zone import Zone
from tierslieu.http.words import Words, _, spoken
from tierslieu.infra.house import House
from tierslieu.infra.statements import insert_or_nothing
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.queries import Held, Reminded, to_remind
from tierslieu.people.memberships.rules import REMINDERS, reminder_due
from tierslieu.people.memberships.tables import MembershipReminder
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice

REMIND = "people.memberships.remind"
ADD = insert_or_nothing(MembershipReminder)
SUBJECT = _("Votre formule « {plan} » se termine le {day}")
TEXT = _(
    "Bonjour,\n\nVotre formule « {plan} » se termine le {day}, ce jour compris.\n"
    "Pour la renouveler, passez à l’accueil ou appelez le {phone}. Sans réponse de votre part, rien n’est dû."
)
SHORT = _("{venue} : votre formule {plan} se termine le {day}. Pour la renouveler : {phone}.")


async def remind(house: House, _payload: dict[str, Any]) -> None:
    """The repeated job."""
    await house.db.write(send_reminders, house.zone, house.settings.venue_name, house.settings.phone)


def send_reminders(tx: Tx, zone: Zone, venue: str, phone: str) -> int:
    """Tell everybody who is to be told today and was not. Returns how many."""
    now, sent = zone.date(tx.now), 0
    for one in to_remind(tx):
        last = _last_day(zone, one)
        days = reminder_due(zone.date(one.starts_at), zone.date(one.ends_at), now)
        if days is not None and tx.run(ADD, membership_id=one.id, days=days, ends_at=one.ends_at, sent_at=tx.now):
            notice = letter(spoken(one.locale, zone), one.name, last, venue, phone)
            post(tx, one.person_id, msgspec.structs.replace(notice, until=one.ends_at))
            sent += 1
    return sent


def mark_told(tx: Tx, one: Held) -> None:
    """Note that somebody was told about an end by other means."""
    for days in REMINDERS:
        tx.run(ADD, membership_id=one.id, days=days, ends_at=one.ends_at, sent_at=tx.now)


def letter(words: Words, plan: str, last: date, venue: str, phone: str) -> Notice:
    """What is told, in the person's language."""
    facts = {"plan": plan, "day": words.day(last, "year"), "venue": venue, "phone": phone}
    return Notice(
        "membership_ending",
        words.text(SUBJECT, **facts),
        words.text(TEXT, **facts),
        words.text(SHORT, **facts),
        weight="useful",
    )


def _last_day(zone: Zone, one: Reminded) -> date:
    return zone.date(one.ends_at - 1)
