"""Messages in words: what the pages show."""

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages import queries
from tierslieu.people.messages.actions import CAN_BE_SENT_AGAIN
from tierslieu.people.messages.rules import (
    CALL,
    CHANNELS,
    FAILED,
    MOST_CALLS,
    PRINT,
    WAITING,
    WISHES,
    YES_UNLESS_SAID,
)
from tierslieu.people.messages.schemas import Receiver, Stored
from tierslieu.people.messages.wording import BY_HAND, HOWS, LOOKS, REASONS, STATES, named
from tierslieu.people.messages.wording import CHANNELS as CHANNEL_WORDS
from tierslieu.people.messages.wording import WISHES as WISH_WORDS
from tierslieu.people.persons.phones import shown
from tierslieu.people.persons.queries import file


class MessageLine(msgspec.Struct, frozen=True):
    """One message. `person` is who gets it; `text` is empty when nobody may read it any more.

    `lang` is the language of its subject and texts: that of who gets it, whoever looks.
    """

    id: str
    person_id: str
    person: str
    first_name: str
    phone: str
    phone_link: str
    moment: str
    due: str
    subject: str
    text: str
    short: str
    lang: str
    channel: str
    look: str
    state: str
    why: str
    calls: int
    can_resend: bool
    can_tell: bool
    can_cancel: bool


class ToDo(msgspec.Struct, frozen=True):
    """« À faire »: what to call, what to print, and what could not be sent."""

    calls: list[MessageLine]
    slips: list[MessageLine]
    failed: list[MessageLine]
    most_calls: int = MOST_CALLS


class MessageList(msgspec.Struct, frozen=True):
    """« Messages »: one page of them. `older` leads to the next, "" at the end."""

    lines: list[MessageLine]
    filter: str
    older: str


class WishLine(msgspec.Struct, frozen=True):
    """One thing to say yes or no to, and when and how it was said."""

    name: str
    label: str
    is_wanted: bool
    said: str


class ContactView(msgspec.Struct, frozen=True):
    """How somebody is reached, and what they chose. Addresses are only shown to the person and to staff."""

    person_id: str
    name: str
    email: str
    phone: str
    is_mobile: bool
    channels: list[WishLine]
    matters: list[WishLine]
    first: str
    first_choices: list[tuple[str, str]]
    history: list[tuple[str, str, str, str]]


class SectionView(msgspec.Struct, frozen=True):
    """The part of a person's page."""

    lines: list[MessageLine]


FILTERS = {
    "": (FAILED, "given_up"),
    "attente": (WAITING, "sending"),
    "partis": ("sent", "delivered", "printed", "called"),
    "tous": (),
}


def section(reader: Reader, words: Words, person_id: int) -> SectionView:
    """The last messages of a person."""
    return SectionView(lines(reader, words, queries.of_person(reader, person_id)))


def message_list(reader: Reader, words: Words, chosen: str, before: int) -> MessageList:
    """A page of everybody's messages."""
    found = queries.newest(reader, FILTERS[chosen], before)
    older = show(found[-1].id) if len(found) == queries.PAGE else ""
    return MessageList(lines(reader, words, found), chosen, older)


def to_do(reader: Reader, words: Words) -> ToDo:
    """What waits for people's hands."""
    waiting = queries.by_hand(reader)
    return ToDo(
        lines(reader, words, [one for one in waiting if one.channel == CALL]),
        lines(reader, words, [one for one in waiting if one.channel == PRINT]),
        lines(reader, words, queries.troubled(reader)),
    )


def lines(reader: Reader, words: Words, found: list[Stored]) -> list[MessageLine]:
    """Messages in words, with the names of those who get them. Two statements, however many."""
    people = queries.receivers(reader, [one.receiver_id for one in found])
    return [_line(words, one, people[one.receiver_id], reader.now) for one in found]


def _line(words: Words, one: Stored, who: Receiver, now: int) -> MessageLine:
    is_open = one.until is None or one.until > now
    by_hand = one.state == WAITING and one.channel in BY_HAND
    state = BY_HAND[one.channel] if by_hand else STATES[one.state]
    return MessageLine(
        id=show(one.id),
        person_id=show(who.id),
        person=f"{who.first_name} {who.last_name}",
        first_name=who.first_name,
        phone=shown(who.phone) if who.phone else "",
        phone_link=who.phone or "",
        moment=words.moment(one.left_at or one.created_at),
        due=words.moment(one.due_at) if one.state == WAITING and one.due_at > now else "",
        subject=one.subject or words.text("Texte effacé"),
        text="" if one.is_secret else one.text,
        short=one.short or one.subject,
        lang=who.locale[:2],
        channel=words.text(CHANNEL_WORDS[one.channel]),
        look="waiting" if by_hand else LOOKS[one.state],
        state=words.text(state),
        why=named(words, REASONS, one.reason or one.last_error) if one.reason or one.last_error else "",
        calls=one.tries if one.channel == CALL else 0,
        can_resend=bool(one.text) and is_open and not one.is_secret and one.state in CAN_BE_SENT_AGAIN,
        can_tell=bool(one.text) and not one.is_secret and one.state in (WAITING, FAILED, "given_up", "not_wanted"),
        can_cancel=one.state in (WAITING, FAILED),
    )


def contact_view(reader: Reader, words: Words, person_id: int) -> ContactView:
    """What somebody chose of everything, and the days on which they said so. Raises NotFound."""
    who = file(reader, person_id)
    contact = queries.contact_of(reader, person_id)
    said = queries.history(reader, person_id)
    last = {one.wish: one for one in reversed(said)}

    def wish(name: str) -> WishLine:
        one = last.get(name)
        if one is None:
            text = words.text("Oui, tant que rien d’autre n’est dit") if name in YES_UNLESS_SAID else ""
        else:
            text = words.text(
                "Dit le {day}, {how}", day=words.day(one.said_at, "year"), how=named(words, HOWS, one.how)
            )
        return WishLine(name, words.text(WISH_WORDS[name]), contact.wants(name), text)

    return ContactView(
        show(person_id),
        f"{who.first_name} {who.last_name}",
        who.email or "",
        shown(who.phone) if who.phone else "",
        contact.phone == "mobile",
        [wish(name) for name in CHANNELS],
        [wish(name) for name in WISHES if name not in CHANNELS],
        contact.first,
        [("", words.text("Peu importe")), *((name, words.text(WISH_WORDS[name])) for name in CHANNELS)],
        [
            (
                words.day(one.said_at, "year"),
                words.text(WISH_WORDS[one.wish]),
                words.text("oui") if one.is_wanted else words.text("non"),
                named(words, HOWS, one.how),
            )
            for one in said
        ],
    )
