"""All reads of meetings at a distance."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.visio import rules
from tierslieu.reservations.visio.rules import Room
from tierslieu.reservations.visio.tables import VisioMeeting, VisioRoom, VisioTest
from tierslieu.venue.queries import venue

v, m, t = columns(VisioRoom), columns(VisioMeeting), columns(VisioTest)
ROOM = tuple(v[name] for name in Room.__struct_fields__)
ROOMS = Query(select(*ROOM), into=Room)
ROOM_OF = Query(select(*ROOM).where(v.resource_id == bindparam("resource")), into=Room)
OPENED: Query[tuple[int]] = Query(select(m.opened_at).where(m.origin_id == bindparam("origin")))


class BookedTest(msgspec.Struct, frozen=True):
    """A slot to test the equipment."""

    id: int
    reservation_id: int
    starts_at: int
    ends_at: int

    @property
    def span(self) -> Span:
        """From, until."""
        return Span(self.starts_at, self.ends_at)


TEST = Query(
    select(t.id, t.reservation_id, t.starts_at, t.ends_at).where(t.reservation_id == bindparam("reservation")),
    into=BookedTest,
)


def rooms(reader: Reader) -> dict[int, Room]:
    """How meetings are held, by resource."""
    return {one.resource_id: one for one in reader.rows(ROOMS)}


def room_of(reader: Reader, resource_id: int) -> Room | None:
    """How meetings of a resource are held; None where there are none."""
    return reader.row(ROOM_OF, resource=resource_id)


def link_of(reader: Reader, one: Stored, public_url: str = "") -> str:
    """Where the meeting of a confirmed reservation is held, "" without one. Our own pages begin with `public_url`."""
    room = room_of(reader, one.resource_id) if one.state in ("confirmed", "checked_in") else None
    if room is None:
        return ""
    found = rules.address(room, one.origin_id or one.id)
    return f"{public_url}{found}" if found.startswith("/") else found


def meeting_of(reader: Reader, token: str) -> tuple[Stored, Room]:
    """The reservation whose meeting a token opens, as it stands now. Raises NotFound for what nobody gave out."""
    origin_id = rules.origin_of(token)
    first = reservations.stored(reader, origin_id)
    chain = [one for one in reservations.bundle(reader, first.bundle_id) if (one.origin_id or one.id) == origin_id]
    one = next((each for each in reversed(chain) if each.is_active), chain[-1] if chain else first)
    room = room_of(reader, one.resource_id)
    if room is None or not rules.is_proof(room.salt, origin_id, token):
        raise NotFound("no_such_meeting")
    return one, room


def opened_at(reader: Reader, origin_id: int) -> int:
    """When the server last opened the room of a reservation; 0 when it never did."""
    found = reader.row(OPENED, origin=origin_id)
    return found[0] if found else 0


def test_of(reader: Reader, reservation_id: int) -> BookedTest | None:
    """The slot to test the equipment before a reservation."""
    return reader.row(TEST, reservation=reservation_id)


def free_before(reader: Reader, one: Stored) -> list[Span]:
    """The free time of the same room before a meeting. Asked for nobody: a test costs no quota of anybody."""
    resource = venue(reader).by_id[one.resource_id]
    window = Span(max(reader.now, one.starts_at - rules.TEST_DAYS * DAY), one.starts_at)
    if not window.is_real:
        return []
    found = scene(reader, Asker(), [resource], window)
    return [run.span for run in found.free(resource, window)]
