"""What the pages of counting show."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, case, func, select

from tierslieu.access.presence import queries
from tierslieu.access.presence.closing import IS_COUNTED
from tierslieu.access.presence.corrections import OVERRIDES
from tierslieu.access.presence.queries import ZoneCountNow
from tierslieu.access.presence.views import GroupLine, ZoneLine, group_lines, visit_lines, zone_choices, zone_line
from tierslieu.access.presence.wording import BANDS
from tierslieu.access.tables import Scan
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

s = columns(Scan)
ENTRIES: Query[tuple[str, int]] = Query(
    select(s.band, func.sum(case((s.direction == "in", s.people), else_=0)))
    .where(
        and_(IS_COUNTED, s.kind != "correction"),
        s.zone_id == bindparam("zone"),
        s.at >= bindparam("after", type_=BigInteger()),
    )
    .group_by(s.band)
)


class BandLine(msgspec.Struct, frozen=True):
    """An age band with how many came in today."""

    key: str
    name: str
    came: int


class CountingView(msgspec.Struct, frozen=True):
    """The page of large buttons. `zone` is None in a house without zones."""

    zone: ZoneLine | None
    others: list[tuple[str, str, bool]]
    bands: list[BandLine]
    came: int
    look: str = ""


class GroupsView(msgspec.Struct, frozen=True):
    """The page of groups."""

    zones: list[Choice]
    bands: list[Choice]
    coming: list[GroupLine]
    here: list[GroupLine]


class RefusedCount(msgspec.Struct, frozen=True):
    """A count that cannot be used."""

    scan_id: str
    code: str


class ZoneState(msgspec.Struct, frozen=True):
    """A zone in short. `look` is "", near or full."""

    zone: str
    inside: str
    look: str


class KeptView(msgspec.Struct, frozen=True):
    """What became of counts that were kept, and how all zones are now."""

    taken: list[str]
    refused: list[RefusedCount]
    zones: list[ZoneState]


def override_choices(words: Words) -> list[Choice]:
    """Why one lets in although all places are taken."""
    return [Choice(key, words.text(text)) for key, text in OVERRIDES.items()]


def counting_view(reader: Reader, words: Words, key: str) -> CountingView:
    """One zone (the site when none is named) with what was counted there since midnight."""
    found = sorted(queries.counts(reader), key=lambda one: not one.zone.is_site)
    chosen = next((one for one in found if one.zone.key == key), found[0] if found else None)
    if chosen is None:
        return CountingView(None, [], [], 0)
    came = _came(reader, chosen)
    bands = [BandLine(band, words.text(name), came.get(band, 0)) for band, name in BANDS.items()]
    others = [(f"/presence/comptage?zone={one.zone.key}", one.zone.name, one is chosen) for one in found]
    return CountingView(zone_line(words, chosen), others, bands, sum(came.values()), chosen.look)


def _came(reader: Reader, chosen: ZoneCountNow) -> Mapping[str, int]:
    zone = venue(reader).zone
    today = zone.day(zone.date(reader.now)).start
    return dict(reader.rows(ENTRIES, zone=chosen.zone.id, after=today))


def zone_states(reader: Reader, words: Words) -> list[ZoneState]:
    """All zones in short."""
    return [ZoneState(one.zone.key, zone_line(words, one).inside, one.look) for one in queries.counts(reader)]


def groups_view(reader: Reader, words: Words, typed: Mapping[str, str]) -> GroupsView:
    """The groups that may come, and those that are here."""
    bands = [Choice(key, words.text(text), key == typed.get("band", "child")) for key, text in BANDS.items()]
    return GroupsView(
        zone_choices(reader, typed.get("zone", "")), bands, group_lines(reader, words), visit_lines(reader, words)
    )
