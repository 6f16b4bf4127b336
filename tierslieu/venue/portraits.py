"""What pages tell of the venue: texts, addresses, accessibility, photos, special days. Kept in memory like the map."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

import msgspec
from sqlalchemy import select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.hours import Period
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import REVISION, VALUE
from tierslieu.venue.tables import ClosureDay, Photo, Resource, ResourceDay, Site, Space

si, sp, r, cd, rd, ph = (columns(table) for table in (Site, Space, Resource, ClosureDay, ResourceDay, Photo))


class SpecialDays(msgspec.Struct, frozen=True):
    """Days in a row that do not follow the week, alike: no periods is closed."""

    first: date
    last: date
    periods: tuple[Period, ...]
    reason: str


class PhotoFacts(msgspec.Struct, frozen=True):
    """A photo, large and small."""

    id: int
    sha256: str
    small_sha256: str
    width: int
    height: int
    alt: str


class SitePortrait(msgspec.Struct, frozen=True):
    """A site in full. `access` holds the facts that are known, true or not."""

    id: int
    key: str
    name: str
    kind: str
    capacity: int
    address: str
    phone: str
    access: Mapping[str, bool]
    access_note: str


class SpacePortrait(msgspec.Struct, frozen=True):
    """What a space's page tells beside its facts in the map."""

    id: int
    key: str
    site_id: int
    closes_on_holidays: bool
    position: int
    description: str
    access: Mapping[str, bool]
    access_note: str
    days: tuple[SpecialDays, ...] = ()
    photos: tuple[PhotoFacts, ...] = ()


class ResourcePortrait(msgspec.Struct, frozen=True):
    """What a resource's page tells beside its facts in the map."""

    id: int
    key: str
    position: int
    description: str
    instructions: str
    days: tuple[SpecialDays, ...] = ()
    photos: tuple[PhotoFacts, ...] = ()


class Portraits(msgspec.Struct, frozen=True):
    """All of them, by key and in order."""

    sites: Mapping[str, SitePortrait]
    spaces: Mapping[str, SpacePortrait]
    resources: Mapping[str, ResourcePortrait]

    def site(self, key: str) -> SitePortrait:
        """The site of a key. Raises NotFound."""
        return _found(self.sites.get(key), "unknown_site")

    def space(self, key: str) -> SpacePortrait:
        """The space of a key. Raises NotFound."""
        return _found(self.spaces.get(key), "unknown_space")

    def resource(self, key: str) -> ResourcePortrait:
        """The resource of a key. Raises NotFound."""
        return _found(self.resources.get(key), "unknown_resource")


V = TypeVar("V")
T = Query[tuple[int, str, str, str]]
SITES: Query[tuple[int, str, str, str, int, str, str, str, str]] = Query(
    select(si.id, si.key, si.name, si.kind, si.capacity, si.address, si.phone, si.access, si.access_note).order_by(
        si.id
    )
)
SPACES: Query[tuple[int, str, int, int, int, str, str, str]] = Query(
    select(
        sp.id, sp.key, sp.site_id, sp.closes_on_holidays, sp.position, sp.description, sp.access, sp.access_note
    ).order_by(sp.position, sp.id)
)
RESOURCES: Query[tuple[int, str, int, str, str]] = Query(
    select(r.id, r.key, r.position, r.description, r.instructions).order_by(r.position, r.id)
)
SPACE_DAYS: T = Query(select(cd.space_id, cd.day, cd.periods, cd.reason).order_by(cd.space_id, cd.day))
RESOURCE_DAYS: T = Query(select(rd.resource_id, rd.day, rd.periods, rd.reason).order_by(rd.resource_id, rd.day))
PHOTOS: Query[tuple[int | None, int | None, int, str, str, int, int, str]] = Query(
    select(ph.space_id, ph.resource_id, ph.id, ph.sha256, ph.small_sha256, ph.width, ph.height, ph.alt).order_by(
        ph.position, ph.id
    )
)


def portraits(reader: Reader) -> Portraits:
    """The venue as it is told now."""
    revision = reader.row(VALUE, name=REVISION)
    return reader.remembered("portraits", revision, lambda: _load(reader))


def _load(reader: Reader) -> Portraits:
    space_photos, resource_photos = _photos(reader)
    space_days, resource_days = special_days(reader.rows(SPACE_DAYS)), special_days(reader.rows(RESOURCE_DAYS))
    sites = [SitePortrait(*row[:7], _known(row[7]), row[8]) for row in reader.rows(SITES)]
    spaces = [
        SpacePortrait(
            *row[:3], bool(row[3]), *row[4:6], _known(row[6]), row[7], space_days[row[0]], space_photos[row[0]]
        )
        for row in reader.rows(SPACES)
    ]
    resources = [
        ResourcePortrait(*row, resource_days[row[0]], resource_photos[row[0]]) for row in reader.rows(RESOURCES)
    ]
    return Portraits(
        {one.key: one for one in sites}, {one.key: one for one in spaces}, {one.key: one for one in resources}
    )


def _known(text: str) -> dict[str, bool]:
    return msgspec.json.decode(text, type=dict[str, bool])


def _photos(
    reader: Reader,
) -> tuple[defaultdict[int, tuple[PhotoFacts, ...]], defaultdict[int, tuple[PhotoFacts, ...]]]:
    spaces: defaultdict[int, tuple[PhotoFacts, ...]] = defaultdict(tuple)
    resources: defaultdict[int, tuple[PhotoFacts, ...]] = defaultdict(tuple)
    for row in reader.rows(PHOTOS):
        space_id, resource_id, photo = row[0], row[1], PhotoFacts(*row[2:])
        if space_id is not None:
            spaces[space_id] += (photo,)
        elif resource_id is not None:
            resources[resource_id] += (photo,)
    return spaces, resources


def special_days(rows: Iterable[tuple[int, str, str, str]]) -> defaultdict[int, tuple[SpecialDays, ...]]:
    """Rows of (owner, day, periods as JSON, reason), in order, as runs of days that are alike."""
    found: defaultdict[int, tuple[SpecialDays, ...]] = defaultdict(tuple)
    for owner, text, pairs, reason in rows:
        day = date.fromisoformat(text)
        periods = tuple(Period(*pair) for pair in msgspec.json.decode(pairs, type=list[tuple[int, int]]))
        last = found[owner][-1] if found[owner] else None
        if last and last.last + timedelta(days=1) == day and (last.periods, last.reason) == (periods, reason):
            found[owner] = (*found[owner][:-1], SpecialDays(last.first, day, periods, reason))
        else:
            found[owner] += (SpecialDays(day, day, periods, reason),)
    return found


def _found(one: V | None, code: str) -> V:
    if one is None:
        raise NotFound(code)
    return one
