"""Whose badge was shown: from the text of a code to somebody, in one statement for a card or a phone."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import and_, bindparam, select

from devices.badges import codec
from devices.badges.decide import Holder, Rule
from tierslieu.access.passes.actions import PassRead, read_pass, remember_guest, spend
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.presence.queries import HereNow, PresenceRow, now_of
from tierslieu.access.presence.rules import Who
from tierslieu.access.presence.tables import Presence
from tierslieu.access.queries import ROW, b
from tierslieu.access.scanning import facts
from tierslieu.access.scanning.showing import Shown
from tierslieu.access.schemas import BadgeRow
from tierslieu.access.tables import Badge
from tierslieu.access.zones.places import is_way_in, place_of
from tierslieu.access.zones.queries import zone_map
from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.memberships.queries import plans_in_force
from tierslieu.people.persons.queries import known_now
from tierslieu.people.persons.tables import Person
from tierslieu.people.qualifications.queries import alone_among
from tierslieu.people.roles.queries import held_text, roles_of
from tierslieu.people.roles.rules import read_held
from tierslieu.reservations.queries import around
from tierslieu.reservations.schemas import Stored

p, h = columns(Person), columns(Presence)
_SHOWN = (
    select(
        *ROW,
        p.first_name,
        p.is_active,
        held_text(p.id),
        *(h[name] for name in PresenceRow.__struct_fields__),
    )
    .select_from(Badge)
    .join(Person, p.id == b.person_id)
    .join(Presence, and_(h.person_id == b.person_id, h.guest_id == 0), isouter=True)
)
IS_CARD = one_of(b.kind, ("card", "day"))
BY_SECRET: Query[tuple[Any, ...]] = Query(_SHOWN.where(b.secret_sha256 == bindparam("secret"), IS_CARD))
BY_NUMBER: Query[tuple[Any, ...]] = Query(_SHOWN.where(b.card_number == bindparam("number")))
BY_ID: Query[tuple[Any, ...]] = Query(_SHOWN.where(b.id == bindparam("id")))
WIDTH: Final = len(ROW)


class Subject(msgspec.Struct, frozen=True):
    """Whose badge a text is. With a `reason` it is nobody's that doors know; without `holder` likewise.

    `is_named` allows the greeting: a badge was shown, or its public number typed with its pin. `last_device` let them
    through last. `row` is their presence as it is stored.
    """

    reason: str = ""
    badge: BadgeRow | None = None
    guest: GuestRow | None = None
    person_id: int = 0
    first_name: str = ""
    is_named: bool = False
    roles: tuple[str, ...] = ()
    here: HereNow = HereNow()
    last_device: str = ""
    row: PresenceRow | None = None

    @property
    def who(self) -> Who:
        """The person or the guest; neither for nobody."""
        return Who(self.person_id, self.guest.id if self.guest else 0)

    @property
    def is_phone(self) -> bool:
        """True when a phone pass was shown."""
        return self.badge is not None and self.badge.kind == "phone"

    @property
    def is_only_claimed(self) -> bool:
        """True when nothing but the public number of a card was given."""
        return self.badge is not None and not self.is_named

    @property
    def is_somebody(self) -> bool:
        """True for a person or a guest that the house knows."""
        return bool(self.person_id or (self.guest and self.guest.id))


def subject_of(tx: Tx, shown: Shown) -> Subject:
    """Whose badge was shown. A phone pass counts as used here; used elsewhere in its half minute, it is a copy."""
    reading = codec.read(shown.scan.badge)
    if reading.result != "ok":
        return Subject(reading.result)
    if reading.claims is not None:
        return _of_pass(tx, shown)
    row = tx.row(BY_SECRET, secret=codec.stored(reading.secret), now=tx.now) if reading.secret else None
    row = row or (tx.row(BY_NUMBER, number=reading.number, now=tx.now) if reading.number else None)
    return _of_badge(tx, row, is_named=bool(reading.secret)) if row else Subject("badge_unknown")


def subject_of_card(tx: Tx, secret_sha256: str) -> Subject:
    """Whose card it is, from a reader that tells no more than the hash of its secret."""
    row = tx.row(BY_SECRET, secret=secret_sha256, now=tx.now)
    return _of_badge(tx, row, is_named=True) if row else Subject("badge_unknown")


def _of_pass(tx: Tx, shown: Shown) -> Subject:
    found = read_pass(tx, shown.scan.badge)
    if found.result != "ok":
        return Subject(found.result)
    if found.guest is not None:
        return _of_guest(tx, found.guest)
    row = tx.row(BY_ID, id=found.badge.id if found.badge else 0, now=tx.now)
    subject = _of_badge(tx, row, is_named=True) if row else Subject("badge_unknown")
    is_first = _is_first_use(tx, shown, found, subject)
    return subject if is_first or shown.told.is_kept else Subject("pass_replayed")


def _of_guest(tx: Tx, guest: GuestRow) -> Subject:
    """A guest. One whom the house forgot is known again while the pass lasts: nothing else would count them."""
    if not guest.id and guest.valid_from <= tx.now < guest.valid_until:
        guest = remember_guest(tx, guest)
    here = now_of(tx, Who(guest_id=guest.id)) if guest.id else HereNow()
    return Subject(guest=guest, first_name=guest.first_name, is_named=True, here=here)


def _is_first_use(tx: Tx, shown: Shown, found: PassRead, subject: Subject) -> bool:
    """Whether the pass was at no other device of this kind, but at the door before this one.

    Whoever has just come into the site with it goes on through the next door, a few steps further: with the next
    code only they would stand between two doors for half a minute. One step, and inward: then it is used up.
    """
    is_door = shown.place.kind == "door"
    if spend(tx, found, shown.device, is_door=is_door):
        return True
    before = subject.last_device
    is_on_the_way = is_door and subject.here.is_inside and is_way_in(tx, place_of(tx, before), shown.place)
    return is_on_the_way and spend(tx, found, shown.device, is_door=True, before=before)


def _of_badge(reader: Reader, row: tuple[Any, ...], *, is_named: bool) -> Subject:
    badge = BadgeRow(*row[:WIDTH])
    first_name, is_active, held, row_id, *place = row[WIDTH:]
    if not is_active:
        return _of_merged(reader, badge, is_named=is_named)
    roles = tuple(sorted({one.role for one in read_held(held.split(","))}))
    known = PresenceRow(row_id, *place) if row_id else PresenceRow(0, badge.person_id, 0, 0, 0, 0, 0, "", "")
    here = HereNow(known.zone_id, bool(known.is_inside), known.last_at, known.last_direction)
    return Subject(
        badge=badge,
        person_id=badge.person_id,
        first_name=first_name,
        is_named=is_named,
        roles=roles,
        here=here,
        last_device=known.last_mark.partition(":")[0],
        row=known,
    )


def _of_merged(reader: Reader, badge: BadgeRow, *, is_named: bool) -> Subject:
    """The badge of a file that was merged into another goes on; that of somebody who is gone does not."""
    person = known_now(reader, badge.person_id)
    if person is None:
        return Subject(badge=msgspec.structs.replace(badge, state="revoked", revoked_at=0))
    here = now_of(reader, Who(person.id))
    return Subject(
        badge=badge,
        person_id=person.id,
        first_name=person.first_name,
        is_named=is_named,
        roles=roles_of(reader, person.id),
        here=here,
    )


def subject_of_person(reader: Reader, person_id: int, first_name: str) -> Subject:
    """Somebody who shows nothing: staff know them."""
    here = now_of(reader, Who(person_id))
    return Subject(
        person_id=person_id, first_name=first_name, is_named=True, roles=roles_of(reader, person_id), here=here
    )


def reservations_of(reader: Reader, subject: Subject) -> list[Stored]:
    """What the subject reserved around now."""
    days = Span(reader.now - DAY, reader.now + DAY)
    return around(reader, subject.person_id, days) if subject.person_id else []


def holder_of(reader: Reader, subject: Subject, rules: tuple[Rule, ...], reserved: Sequence[Stored]) -> Holder:
    """The subject as these rules look at them: no more is asked for than what the rules need."""
    if subject.guest is not None:
        return facts.guest_holder(reader, subject.guest)
    badge, person = subject.badge, subject.person_id
    if not person or (badge is not None and not badge.is_active and (badge.revoked_at or 0) <= reader.now):
        return Holder(state="revoked")
    asked = {rule.who for rule in rules}
    skills = sorted(zone_map(reader).wanted("qualification")) if "qualification" in asked else []
    slots = facts.slots_of(reader, reserved) if "reservation" in asked else {}
    return Holder(
        is_doubted=badge is not None and 0 < badge.doubted_at <= reader.now,
        valid_until=badge.valid_until if badge else 0,
        roles=subject.roles,
        plans=plans_in_force(reader, [person], reader.now).get(person, ()) if "plan" in asked else (),
        qualifications=alone_among(reader, [person], skills, reader.now).get(person, ()) if skills else (),
        slots=slots.get(person, ()),
    )
