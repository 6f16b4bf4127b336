"""Rules of messages: by which channel, and when. Pure.

At most `per_day` messages leave for one receiver in a local day; the next one waits for the morning after. They are
not merged into one: each keeps its calendar file and its own button, and the phone shows what it is about.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import phonenumbers

from tierslieu.basics.zone import Zone

EMAIL, SMS, CALL, PRINT = CHANNELS = ("email", "sms", "call", "print")
BY_WIRE: Final = frozenset({EMAIL, SMS})
NEEDED, USEFUL, OPTIONAL = WEIGHTS = ("needed", "useful", "optional")
WISHES: Final = (*CHANNELS, USEFUL, OPTIONAL)
"""What a person says yes or no to: four channels, and what may do without them."""
YES_UNLESS_SAID: Final = frozenset({EMAIL, CALL, PRINT, USEFUL})
"""A service message is no advertising: it goes until told otherwise. Short messages and news wait for a yes."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
PAUSES: Final = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR)
"""Before each new try to send; after the last one the message has failed."""
MOST_CALLS: Final = 3
LONGEST_WAIT: Final = 7 * DAY
"""A message that waits longer, for whatever reason, says nothing new any more."""
KEPT_FOR: Final = 182 * DAY
"""Six months: then the texts go, the rows stay for the figures."""
LONGEST_TEXT: Final = 500

WAITING, SENDING, FAILED = "waiting", "sending", "failed"
OPEN_STATES: Final = (WAITING, SENDING, FAILED)
"""Somebody or something still has to act."""


class Contact(NamedTuple):
    """What is known of how to reach somebody. `phone` is none, mobile or fixed; `said` what they chose."""

    has_email: bool
    phone: str
    said: Mapping[str, bool]
    first: str = ""

    def wants(self, wish: str) -> bool:
        """Their word, or what holds for people who said nothing."""
        return self.said.get(wish, wish in YES_UNLESS_SAID)


class Ask(NamedTuple):
    """What of a notice decides its way. `ready`: the channels by wire that this installation has."""

    weight: str
    is_asked: bool = False
    is_secret: bool = False
    is_reply: bool = False
    until: int | None = None
    ready: frozenset[str] = BY_WIRE


class Choice(NamedTuple):
    """A channel, "" for none. `reason` says why it is not sent by wire, "" when it is."""

    channel: str
    reason: str = ""


class Leave(NamedTuple):
    """When a message leaves. With a reason and no instant it never does."""

    at: int | None
    reason: str = ""


@lru_cache(maxsize=1024)
def phone_kind(phone: str | None) -> str:
    """`mobile`, `fixed` or `none`, of a number in the international form."""
    if not phone:
        return "none"
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return "none"
    if number.country_code == 33:  # also the numbers kept for fiction, which belong to no operator
        return "mobile" if str(number.national_number)[:1] in "67" else "fixed"
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return "mobile" if phonenumbers.number_type(number) in mobile else "fixed"


def choose(contact: Contact, ask: Ask) -> Choice:
    """The first channel that can be used and is wanted; a phone call or a printed slip when none by wire is."""
    if not ask.is_asked and ask.weight != NEEDED and not contact.wants(ask.weight):
        return Choice("", "refused_by_person")
    against = {channel: _against(channel, contact, ask) for channel in _order(contact, ask)}
    found = next((channel for channel, why in against.items() if not why), "")
    return Choice(found, "" if found in BY_WIRE else _telling(contact, against, found))


def _order(contact: Contact, ask: Ask) -> tuple[str, ...]:
    if ask.is_asked or contact.first not in CHANNELS:
        return CHANNELS
    return (contact.first, *(channel for channel in CHANNELS if channel != contact.first))


def _against(channel: str, contact: Contact, ask: Ask) -> str:
    """Why a channel cannot serve, "" when it can."""
    if channel == EMAIL and not contact.has_email:
        return "no_address"
    if channel in (SMS, CALL) and contact.phone == "none":
        return "no_phone"
    if channel == SMS and contact.phone != "mobile":
        return "not_a_mobile"
    if channel in BY_WIRE:
        if channel not in ask.ready:
            return "mail_off" if channel == EMAIL else "sms_off"
    elif ask.is_secret or ask.weight == OPTIONAL:
        return "by_wire_only"
    if ask.is_asked or contact.wants(channel):
        return ""
    return "sms_not_accepted" if channel == SMS and channel not in contact.said else "refused_by_person"


_TELLING: Final = ("refused_by_person", "mail_off", "not_a_mobile", "sms_not_accepted", "sms_off")


def _telling(contact: Contact, against: Mapping[str, str], found: str) -> str:
    """Of all that stood in the way of sending, what helps staff most."""
    if found and contact.first == found and not (against.get(EMAIL) and against.get(SMS)):
        return "prefers_it"
    whys = {against[EMAIL], against[SMS]} if EMAIL in against and SMS in against else set()
    return next((why for why in _TELLING if why in whys), "no_channel")


class Quiet(NamedTuple):
    """When nobody is disturbed: from one minute of the day to another, and whole days of the week (Monday is 0)."""

    start: int = 20 * 60
    end: int = 8 * 60
    days: frozenset[int] = frozenset({6})

    def holds(self, zone: Zone, instant: int) -> bool:
        """True when people are left in peace at an instant."""
        if zone.date(instant).weekday() in self.days:
            return True
        minute = zone.minutes(instant)
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def over(self, zone: Zone, instant: int) -> int:
        """The first instant from this one on at which people may be disturbed."""
        if not self.holds(zone, instant):
            return instant
        today = zone.date(instant)
        for step in range(9):
            for minute in sorted({0, self.end}):
                found = zone.instant(today + timedelta(days=step), minute)
                if found > instant and not self.holds(zone, found):
                    return found
        return instant

    def before(self, zone: Zone, instant: int) -> int:
        """This instant, or when it is quiet then, an hour before that quiet began: what must not come late."""
        if not self.holds(zone, instant):
            return instant
        today = zone.date(instant)
        for step in range(9):
            for minute in sorted({0, self.start}, reverse=True):
                found = zone.instant(today - timedelta(days=step), minute) - HOUR
                if found < instant and not self.holds(zone, found):
                    return found
        return instant


class Manners(NamedTuple):
    """How this house disturbs people: quiet hours and the most messages a day."""

    zone: Zone
    quiet: Quiet = Quiet()
    per_day: int = 5

    def today(self, now: int) -> int:
        """The instant at which the local day began."""
        return self.zone.day(self.zone.date(now)).start

    def tomorrow(self, now: int) -> int:
        """The next local day's first instant at which people may be disturbed."""
        return self.quiet.over(self.zone, self.zone.day(self.zone.date(now)).end)


def leave(ask: Ask, manners: Manners, now: int, created_at: int, sent_today: int) -> Leave:
    """When a message by wire leaves.

    What somebody waits for leaves at once; the answer to their own act at any hour, within the day's limit. A
    needed message that would come too late by waiting leaves at once; another one whose moment passes, never.
    """
    if ask.until is not None and now >= ask.until:
        return Leave(None, "moment_passed")
    if ask.is_asked:
        return Leave(now)
    if now - created_at > LONGEST_WAIT:
        return Leave(None, "waited_too_long")
    at = now if ask.is_reply else manners.quiet.over(manners.zone, now)
    reason = "quiet_hours" if at > now else ""
    if sent_today >= manners.per_day:
        at, reason = manners.tomorrow(now), "too_many_today"
    if ask.until is not None and at >= ask.until:
        return Leave(now) if ask.weight == NEEDED else Leave(None, "moment_passed")
    return Leave(at, reason)


def next_try(tries: int, now: int) -> int | None:
    """When to try again after the n-th failure, None when it was the last."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
