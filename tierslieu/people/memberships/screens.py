"""The section of memberships on a person's page and in their own space, and the lists of the desk, in words."""

from collections.abc import Sequence
from datetime import date

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships import categories, queries
from tierslieu.people.memberships.categories.queries import Ending
from tierslieu.people.memberships.categories.queries import Held as HeldCategory
from tierslieu.people.memberships.credits.queries import Account, Line, accounts
from tierslieu.people.memberships.days import last_day
from tierslieu.people.memberships.queries import Held, Suspension
from tierslieu.people.memberships.wording import (
    CREDIT_KINDS,
    FREE_REASONS,
    HOWS,
    MOVE_REASONS,
    STATE_KINDS,
    STATES,
    amount_text,
    signed_text,
)

RUNNING = ("in_force", "suspended", "to_come")


class MembershipLine(msgspec.Struct, frozen=True):
    """One membership in words."""

    id: str
    name: str
    kind: str
    symbol: str
    state_text: str
    until_text: str
    price_text: str
    is_running: bool
    is_suspended: bool
    can_renew: bool


class CreditLine(msgspec.Struct, frozen=True):
    """What is left of one lot, and until when."""

    text: str
    until_text: str


class CategoryLine(msgspec.Struct, frozen=True):
    """A category of a person."""

    id: str
    name: str
    until_text: str
    how_text: str
    is_in_force: bool


class SectionView(msgspec.Struct, frozen=True):
    """« Formule et tarif »: what counts now and what comes."""

    lines: Sequence[MembershipLine]
    credits: Sequence[CreditLine]
    categories: Sequence[CategoryLine]


class MoveLine(msgspec.Struct, frozen=True):
    """One line of an account."""

    id: str
    day: str
    text: str
    reason: str
    can_reverse: bool


class HistoryPage(msgspec.Struct, frozen=True):
    """Everything of one person, former things too."""

    person: str
    name: str
    lines: Sequence[MembershipLine]
    moves: Sequence[MoveLine]
    categories: Sequence[CategoryLine]


class EndingLine(msgspec.Struct, frozen=True):
    """Somebody's thing that ends soon."""

    person: str
    name: str
    what: str
    until_text: str


def section(reader: Reader, spoken: Words, person_id: int) -> SectionView:
    """What is told on a person's page."""
    found = [one for one in membership_lines(reader, spoken, person_id) if one.is_running or one.can_renew]
    held = categories.queries.categories_of(reader, person_id, reader.now)
    return SectionView(
        found,
        [credit_line(spoken, one) for one in accounts(reader, person_id)],
        [category_line(spoken, one, reader.now) for one in held],
    )


def membership_lines(reader: Reader, spoken: Words, person_id: int) -> list[MembershipLine]:
    """All memberships of a person, the last one of each plan ready to be renewed."""
    suspended = queries.suspensions_of(reader, person_id)
    seen: set[int] = set()
    lines = []
    for one in queries.of_person(reader, person_id):
        is_last = one.plan_id not in seen and one.cancelled_at is None
        if is_last:
            seen.add(one.plan_id)
        lines.append(_membership(spoken, one, suspended.get(one.id, []), reader.now, is_last=is_last))
    return lines


def _membership(spoken: Words, one: Held, known: Sequence[Suspension], now: int, *, is_last: bool) -> MembershipLine:
    state = queries.state_of(one, known, now)
    kind, symbol = STATE_KINDS[state]
    waiting = [each for each in known if each.until_at > now and each.span.is_real]
    return MembershipLine(
        show(one.id),
        one.name,
        kind,
        symbol,
        spoken.text(STATES[state]),
        _until(spoken, one, state, waiting),
        _price(spoken, one),
        state in RUNNING,
        bool(waiting),
        is_last and state != "cancelled",
    )


def _until(spoken: Words, one: Held, state: str, waiting: Sequence[Suspension]) -> str:
    last = spoken.day(last_day(spoken.zone, one.ends_at), "year")
    if state == "cancelled":
        return spoken.text("Arrêtée le {day}.", day=spoken.day(one.cancelled_at or 0, "year"))
    if state == "ended":
        return spoken.text("Terminée le {day}.", day=last)
    text = spoken.text("Jusqu’au {day}, ce jour compris.", day=last)
    if state == "to_come":
        text = spoken.text("Du {first} au {last}, ce jour compris.", first=spoken.day(one.starts_at), last=last)
    for each in waiting:
        facts = {"first": spoken.day(each.from_at), "back": spoken.day(each.until_at)}
        text += " " + spoken.text("Suspendue du {first} à la reprise, le {back}.", **facts)
    return text


def _price(spoken: Words, one: Held) -> str:
    if one.free_reason:
        return spoken.text("Gratuit : {reason}", reason=spoken.text(FREE_REASONS[one.free_reason]))
    return spoken.money(one.price_cents)


def credit_line(spoken: Words, one: Account) -> CreditLine:
    """« 7 demi-journées », « à utiliser jusqu’au 23 novembre »."""
    until = ""
    if one.expires_at is not None:
        last = spoken.day(last_day(spoken.zone, one.expires_at), "year")
        until = spoken.text("à utiliser jusqu’au {day}", day=last)
    return CreditLine(amount_text(spoken, one.kind, one.left), until)


def category_line(spoken: Words, one: HeldCategory, now: int) -> CategoryLine:
    """A category, until when, and how it was checked."""
    return CategoryLine(
        show(one.id),
        one.name,
        spoken.text("jusqu’au {day}", day=spoken.day(last_day(spoken.zone, one.until_at), "year")),
        spoken.text(HOWS[one.how]),
        one.starts_at <= now < one.until_at,
    )


def move_line(spoken: Words, one: Line) -> MoveLine:
    """A line of an account."""
    can_reverse = one.reason not in ("reversed", "expired")
    text = signed_text(spoken, one.kind, one.amount)
    return MoveLine(
        show(one.move_id), spoken.day(one.at, "year"), text, spoken.text(MOVE_REASONS[one.reason]), can_reverse
    )


def ending_line(spoken: Words, one: Ending) -> EndingLine:
    """A line of the desk's list."""
    last: date = last_day(spoken.zone, one.ends_at)
    return EndingLine(show(one.person_id), f"{one.first_name} {one.last_name}", one.name, spoken.day(last, "year"))


def kind_text(spoken: Words, kind: str) -> str:
    """What a kind of credit is called."""
    return spoken.text(CREDIT_KINDS[kind])
