"""What a person's phone carries: their badge there, the passes of the next two hours, the cards they can stop."""

from datetime import timedelta
from typing import Final

import msgspec

from devices.badges.codec import HOUR, SLOT_S
from tierslieu.access import actions as badges
from tierslieu.access import queries
from tierslieu.access.passes import rules
from tierslieu.access.passes.actions import phone_texts
from tierslieu.access.schemas import BadgeRow, Issued
from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import Span, merged
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known
from tierslieu.people.signin.throttle import Limit, attempt
from tierslieu.reservations.queries import between
from tierslieu.venue.queries import venue

FETCHES_PER_HOUR: Final = 60
CARRIED_PER_HOUR: Final = 10
HELD_STATES: Final = ("confirmed", "checked_in")


class PhonePass(msgspec.Struct, frozen=True):
    """A pass for one half minute: when it begins, the text of its code."""

    at: int
    text: str


class Wallet(msgspec.Struct, frozen=True):
    """Passes for the hours to come. `until`: when the last one ends; `why`: "closed" when fewer than usual."""

    now: int
    first_name: str
    number: str
    passes: list[PhonePass]
    until: int
    why: str


class Carried(msgspec.Struct, frozen=True):
    """A person's badges that work now; `phone` is the one that this browser carries."""

    phone: BadgeRow | None
    others: list[BadgeRow]

    @property
    def has_card(self) -> bool:
        """True when some card works too."""
        return any(one.kind != "phone" for one in self.others)

    @property
    def has_other_phone(self) -> bool:
        """True when another device carries the badge."""
        return self.phone is None and any(one.kind == "phone" for one in self.others)


def carried(reader: Reader, person_id: int, secret: str) -> Carried:
    """What opens doors for this person, here and elsewhere."""
    phone = queries.phone_badge(reader, person_id, secret)
    others = [one for one in queries.badges_now(reader, person_id) if phone is None or one.id != phone.id]
    return Carried(phone, others)


def wallet(reader: Reader, person_id: int, secret: str) -> Wallet:
    """The passes that this phone may carry now. Raises NotFound("phone_carries_nothing")."""
    phone, person = queries.phone_badge(reader, person_id, secret), known(reader, person_id)
    if phone is None or person is None:
        raise NotFound("phone_carries_nothing")
    spans = rules.spans_to_carry(reader.now, _opened(reader), _reserved(reader, person_id))
    texts = [PhonePass(at, text) for at, text in phone_texts(reader, phone.handle, spans)]
    is_short = sum(span.seconds for span in merged(spans)) < rules.AHEAD
    until = texts[-1].at + SLOT_S
    return Wallet(reader.now, person.first_name, phone.card_number, texts, until, "closed" if is_short else "")


def present_pass(reader: Reader, phone: BadgeRow) -> PhonePass:
    """The pass of this half minute."""
    at, text = phone_texts(reader, phone.handle, [Span(reader.now, reader.now + 1)])[0]
    return PhonePass(at, text)


def fetch(tx: Tx, person_id: int, secret: str) -> Wallet:
    """The same for a program, counted. Raises TooMany, NotFound("phone_carries_nothing")."""
    attempt(tx, Limit(f"passes:{person_id}", FETCHES_PER_HOUR, HOUR))
    return wallet(tx, person_id, secret)


def carry(tx: Tx, person_id: int) -> Issued:
    """The badge comes to this phone; another one that carried it loses it. Raises TooMany."""
    attempt(tx, Limit(f"carry:{person_id}", CARRIED_PER_HOUR, HOUR))
    return badges.carry_badge(tx, person_id)


def put_down(tx: Tx, person_id: int, secret: str) -> None:
    """This phone carries the badge no more: whatever it still holds opens nothing."""
    phone = queries.phone_badge(tx, person_id, secret)
    if phone is not None:
        badges.revoke_badge(tx, phone.id, "put_down")


def report_lost(tx: Tx, person_id: int, badge_id: int) -> None:
    """A person stops their own lost badge. Raises Conflict("badge_revoked"), NotFound."""
    queries.require_owner(tx, badge_id, person_id)
    badges.revoke_badge(tx, badge_id, "lost")


def _opened(reader: Reader) -> list[Span]:
    here, day = venue(reader), venue(reader).zone.date(reader.now)
    days = [day + timedelta(days=more) for more in (-1, 0, 1)]
    return [span for space in here.spaces.values() for one in days for span in here.open_spans(space, one)]


def _reserved(reader: Reader, person_id: int) -> list[Span]:
    soon = Span(reader.now, reader.now + rules.AHEAD + rules.EARLY)
    found = between(reader, [person_id], soon)
    return [Span(one.starts_at, one.ends_at) for one in found if one.state in HELD_STATES]
