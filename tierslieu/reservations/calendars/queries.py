"""All reads of calendars. Each feed costs a fixed number of statements, whatever its resources."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.calendars.tables import CalendarFeed, CalendarImport, ImportedEvent
from tierslieu.reservations.ical import Member
from tierslieu.reservations.invitations import MEMBER
from tierslieu.reservations.tables import Closure, Reservation

f, r, c = columns(CalendarFeed), columns(Reservation), columns(Closure)
i, e = columns(CalendarImport), columns(ImportedEvent)


class Feed(msgspec.Struct, frozen=True):
    """A feed as it is stored."""

    id: int
    person_id: int
    name: str
    place: str
    detail: str
    created_at: int
    last_used_at: int
    tag: str
    changed_at: int


class StoredImport(msgspec.Struct, frozen=True):
    """A calendar that was imported."""

    id: int
    name: str
    resources: str
    created_at: int
    changed_at: int

    @property
    def resource_ids(self) -> tuple[int, ...]:
        """What it takes."""
        return tuple(msgspec.json.decode(self.resources, type=list[int]))


class StoredEvent(msgspec.Struct, frozen=True):
    """An imported occurrence."""

    id: int
    import_id: int
    resource_id: int
    uid: str
    occurrence: str
    starts_at: int
    ends_at: int
    title: str
    state: str
    why: str

    @property
    def key(self) -> tuple[int, str, str]:
        """By what the same occurrence is known again."""
        return self.resource_id, self.uid, self.occurrence


FEED = tuple(f[name] for name in Feed.__struct_fields__)
IMPORT = tuple(i[name] for name in StoredImport.__struct_fields__)
EVENT = tuple(e[name] for name in StoredEvent.__struct_fields__)
BY_TOKEN = Query(select(*FEED).where(f.token_sha256 == bindparam("token")), into=Feed)
OF_PERSON = Query(select(*FEED).where(f.person_id == bindparam("person")).order_by(f.id).limit(100), into=Feed)
OWN: Query[Member] = Query(
    select(*MEMBER).where(
        r.person_id == bindparam("person"),
        r.ends_at > bindparam("from_at", type_=BigInteger()),
        r.starts_at < bindparam("to_at", type_=BigInteger()),
    ),
    into=Member,
)
MEMBERS_AMONG: Query[Member] = Query(select(*MEMBER).where(among(r.id, "ids")).order_by(r.id), into=Member)
REASONS: Query[tuple[int, str]] = Query(select(c.id, c.reason).where(among(c.id, "ids")))
TITLES: Query[tuple[int, str]] = Query(select(e.id, e.title).where(among(e.id, "ids")))
IMPORTS = Query(select(*IMPORT).order_by(i.changed_at.desc(), i.id.desc()).limit(100), into=StoredImport)
IMPORT_BY_ID = Query(select(*IMPORT).where(i.id == bindparam("id")), into=StoredImport)
EVENTS = Query(
    select(*EVENT).where(e.import_id == bindparam("which")).order_by(e.starts_at, e.id).limit(10_000), into=StoredEvent
)
KNOWN_UIDS = Query(
    select(*EVENT).where(among(e.uid, "uids", is_text=True), among(e.resource_id, "resources")), into=StoredEvent
)


def feed_by_token(reader: Reader, digest: str) -> Feed | None:
    """The feed of a secret address."""
    return reader.row(BY_TOKEN, token=digest)


def feeds_of(reader: Reader, person_id: int) -> list[Feed]:
    """A person's feeds, the oldest first."""
    return reader.rows(OF_PERSON, person=person_id)


def own(reader: Reader, person_id: int, from_at: int, to_at: int) -> list[Member]:
    """The person's reservations that touch a window, those given up too."""
    return reader.rows(OWN, person=person_id, from_at=from_at, to_at=to_at)


def members_among(reader: Reader, ids: Sequence[int]) -> list[Member]:
    """The reservations of these ids."""
    return reader.rows(MEMBERS_AMONG, ids=list(ids)) if ids else []


def closure_reasons(reader: Reader, ids: Sequence[int]) -> dict[int, str]:
    """Why resources are closed, by closure."""
    return dict(reader.rows(REASONS, ids=list(ids))) if ids else {}


def imported_titles(reader: Reader, ids: Sequence[int]) -> dict[int, str]:
    """What imported occurrences are called, by the id that their claims carry. For staff."""
    return dict(reader.rows(TITLES, ids=list(ids))) if ids else {}


def imports(reader: Reader) -> list[StoredImport]:
    """The imported calendars, the latest brought first."""
    return reader.rows(IMPORTS)


def stored_import(reader: Reader, import_id: int) -> StoredImport:
    """One imported calendar. Raises NotFound."""
    found = reader.row(IMPORT_BY_ID, id=import_id)
    if found is None:
        raise NotFound("no_such_import")
    return found


def events_of(reader: Reader, import_id: int) -> list[StoredEvent]:
    """The occurrences of an imported calendar, the soonest first."""
    return reader.rows(EVENTS, which=import_id)


def known_events(reader: Reader, uids: Sequence[str], resource_ids: Sequence[int]) -> list[StoredEvent]:
    """Occurrences that resources have from any import already."""
    found: Any = reader.rows(KNOWN_UIDS, uids=sorted(set(uids)), resources=sorted(set(resource_ids))) if uids else []
    return list(found)
