"""All reads of badges, scans and kiosks."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, select, union_all

from devices.badges import codec as badges
from tierslieu.access.schemas import BadgeRow, KioskRow
from tierslieu.access.tables import Badge, HouseCard, Kiosk, Scan
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.schemas import Known
from tierslieu.people.persons.tables import Person

p = columns(Person)
b, s, k = columns(Badge), columns(Scan), columns(Kiosk)
ROW = tuple(b[name] for name in BadgeRow.__struct_fields__)
BY_SECRET = Query(select(*ROW).where(b.secret_sha256 == bindparam("secret"), b.kind != "phone"), into=BadgeRow)
"""By what a card says; the secret of a phone never leaves it."""
BY_PHONE = Query(select(*ROW).where(b.secret_sha256 == bindparam("secret"), b.kind == "phone"), into=BadgeRow)
BY_HANDLE = Query(select(*ROW).where(b.handle == bindparam("handle")), into=BadgeRow)
BY_NUMBER = Query(select(*ROW).where(b.card_number == bindparam("number")), into=BadgeRow)
NUMBER_TAKEN: Query[tuple[int]] = Query(
    union_all(
        select(b.id).where(b.card_number == bindparam("number")),
        select(columns(HouseCard).id).where(columns(HouseCard).card_number == bindparam("number")),
    )
)
BY_ID = Query(select(*ROW).where(b.id == bindparam("id")), into=BadgeRow)
OF_PERSON = Query(
    select(*ROW).where(b.person_id == bindparam("person")).order_by(b.issued_at.desc(), b.id.desc()).limit(50),
    into=BadgeRow,
)
ACTIVE = Query(
    select(*ROW)
    .where(
        b.person_id == bindparam("person"),
        b.kind == bindparam("which_kind"),
        b.label == bindparam("which_label"),
        b.state == "active",
    )
    .limit(1),
    into=BadgeRow,
)
DOUBTED: Query[tuple[int]] = Query(select(b.id).where(b.doubted_at > 0, b.state == "active"))
WORKING: Query[tuple[Any, ...]] = Query(
    select(*ROW, b.secret_sha256, p.first_name, p.last_name)
    .join_from(Badge, Person, p.id == b.person_id)
    .where(b.state == "active", p.is_active == 1)
    .order_by(b.id)
)
KIOSK = tuple(k[name] for name in KioskRow.__struct_fields__)
KIOSKS = Query(select(*KIOSK).order_by(k.name), into=KioskRow)
KIOSK_BY_CODE = Query(
    select(*KIOSK).where(k.code_sha256 == bindparam("code"), k.code_until > bindparam("now")), into=KioskRow
)
DOORS: Query[tuple[str]] = Query(select(k.key).where(k.resource_id != 0).limit(1))
KIOSK_BY_KEY = Query(select(*KIOSK).where(k.key == bindparam("key")), into=KioskRow)


class StoredScan(msgspec.Struct, frozen=True):
    """A scan that was answered."""

    digest: str
    person_id: int | None
    answer: str
    outcome: str
    flags: str
    direction: str
    zone_id: int
    guest_id: int
    at: int
    badge_id: int


STORED = Query(
    select(*(s[name] for name in StoredScan.__struct_fields__)).where(
        s.device == bindparam("device"), s.scan_id == bindparam("scan_id")
    ),
    into=StoredScan,
)
KNOWN: Query[tuple[str]] = Query(
    select(s.scan_id).where(s.device == bindparam("device"), among(s.scan_id, "ids", is_text=True))
)
PASSAGES: Query[tuple[str, str, str | None]] = Query(
    select(s.scan_id, s.outcome, s.reason).where(s.person_id == bindparam("person")).order_by(s.at.desc()).limit(100)
)


def badge_of(reader: Reader, reading: badges.Reading) -> BadgeRow | None:
    """The badge behind a card or a number, whatever its state; None for an unknown one, and for passes."""
    if reading.secret:
        return reader.row(BY_SECRET, secret=badges.stored(reading.secret))
    return reader.row(BY_NUMBER, number=reading.number)


def badge(reader: Reader, badge_id: int) -> BadgeRow:
    """One badge. Raises NotFound."""
    found = reader.row(BY_ID, id=badge_id)
    if found is None:
        raise NotFound("no_such_badge")
    return found


def require_owner(reader: Reader, badge_id: int, person_id: int) -> None:
    """Raise NotFound unless the badge is this person's."""
    if badge(reader, badge_id).person_id != person_id:
        raise NotFound("no_such_badge")


def badges_now(reader: Reader, person_id: int) -> list[BadgeRow]:
    """All badges of a person that work now, whatever became of their file."""
    return [one for one in reader.rows(OF_PERSON, person=person_id) if one.state == "active"]


def doubted(reader: Reader) -> frozenset[int]:
    """The badges that work, and of which there may be a copy."""
    return frozenset(badge_id for (badge_id,) in reader.rows(DOUBTED))


class WorkingBadge(msgspec.Struct, frozen=True):
    """A badge that works now, with what readers need to know it and to greet."""

    badge: BadgeRow
    secret_sha256: str
    first_name: str
    last_name: str


def working(reader: Reader) -> list[WorkingBadge]:
    """Every badge that works now, of people who are active: one statement."""
    return [WorkingBadge(BadgeRow(*row[: len(ROW)]), *row[len(ROW) :]) for row in reader.rows(WORKING)]


def active_badge(reader: Reader, person_id: int, kind: str, label: str = "") -> BadgeRow | None:
    """The person's badge of a kind, with that label, that works now."""
    return reader.row(ACTIVE, person=person_id, which_kind=kind, which_label=label)


def badges_of(reader: Reader, person_id: int) -> tuple[Known, list[BadgeRow]]:
    """A person and all their badges, the latest first. Raises NotFound."""
    person = known(reader, person_id)
    if person is None:
        raise NotFound("no_such_person")
    return person, reader.rows(OF_PERSON, person=person_id)


def phone_badge(reader: Reader, person_id: int, secret: str) -> BadgeRow | None:
    """The badge that the person's own browser carries, while it works and is theirs."""
    found = reader.row(BY_PHONE, secret=hashed(secret)) if secret else None
    return found if found and found.is_active and found.person_id == person_id else None


def badge_by_handle(reader: Reader, handle: str) -> BadgeRow | None:
    """The badge of a phone, by its name in passes, whatever its state."""
    return reader.row(BY_HANDLE, handle=handle) if handle else None


def find_by_badge(reader: Reader, text: str) -> int | None:
    """Whose badge a typed number or a scanned code names, also one that was stopped: it was found somewhere."""
    reading = badges.read(text.strip())
    found = badge_of(reader, reading) if reading.result == "ok" else None
    return found.person_id if found else None


def find_scan(reader: Reader, device: str, scan_id: str) -> StoredScan | None:
    """A scan that was answered, if it was."""
    return reader.row(STORED, device=device, scan_id=scan_id)


def unknown_scans(reader: Reader, device: str, ids: Sequence[str]) -> list[str]:
    """Those of these scans of a device of which there is no row, in their order."""
    known = {scan_id for (scan_id,) in reader.rows(KNOWN, device=device, ids=list(ids))}
    return [one for one in ids if one not in known]


def passages(reader: Reader, person_id: int) -> list[tuple[str, str, str | None]]:
    """A person's latest scans: scan_id, outcome, reason."""
    return reader.rows(PASSAGES, person=person_id)


def has_doors(reader: Reader) -> bool:
    """True when some screen hangs at a door."""
    return reader.row(DOORS) is not None


def kiosks(reader: Reader) -> list[KioskRow]:
    """All kiosks of the house."""
    return reader.rows(KIOSKS)


def door(reader: Reader, device: str) -> KioskRow:
    """The screen at a door that is this device. Raises NotFound for any other device."""
    found = reader.row(KIOSK_BY_KEY, key=device)
    if found is None or not found.is_door:
        raise NotFound("no_such_kiosk")
    return found


def kiosk_by_code(reader: Reader, code_sha256: str) -> KioskRow | None:
    """The kiosk whose one-time code this is, while it is open."""
    return reader.row(KIOSK_BY_CODE, code=code_sha256, now=reader.now)
