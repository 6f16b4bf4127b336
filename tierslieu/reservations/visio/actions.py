"""All changes about meetings at a distance: how rooms hold them, slots to test, rooms opened on a server."""

import secrets
from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, delete, update

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import claims
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.visio import queries, rules
from tierslieu.reservations.visio.tables import VisioMeeting, VisioRoom, VisioTest
from tierslieu.venue.queries import venue

CAUSE = "appointment"
"""The cause of the claim of a test."""
v, t = columns(VisioRoom), columns(VisioTest)
PUT_ROOM = upsert(VisioRoom, ("resource_id",))
DROP_ROOM: Query[Any] = Query(delete(table_of(VisioRoom)).where(v.resource_id == bindparam("resource")))
PUT_MEETING = upsert(VisioMeeting, ("origin_id",))
ADD_TEST = insert_or_nothing(VisioTest)
DROP_TEST: Query[Any] = Query(delete(table_of(VisioTest)).where(t.reservation_id == bindparam("reservation")))
HAND_OVER: Query[Any] = Query(
    update(table_of(VisioTest)).where(t.reservation_id == bindparam("former")).values(reservation_id=bindparam("which"))
)


class RoomWish(msgspec.Struct, frozen=True):
    """How meetings of a resource are to be held; kind "none" ends them. `is_renewed`: every address becomes new."""

    kind: Literal["none", "fixed", "jitsi", "bbb"]
    address: str = ""
    plug: str = ""
    camera: str = ""
    microphone: str = ""
    is_renewed: bool = False


def set_room(tx: Tx, key: str, wish: RoomWish) -> None:
    """How meetings of a resource are held from now on. Raises NotFound."""
    resource = venue(tx).resource(key)
    former = queries.room_of(tx, resource.id)
    if wish.kind == "none":
        tx.run(DROP_ROOM, resource=resource.id)
    else:
        keeps = former is not None and not wish.is_renewed
        tx.run(
            PUT_ROOM,
            resource_id=resource.id,
            kind=wish.kind,
            address=wish.address,
            salt=former.salt if former and keeps else secrets.token_hex(24),
            plug=wish.plug,
            camera=wish.camera,
            microphone=wish.microphone,
            changed_at=tx.now,
            changed_by=tx.by.person_id,
        )
    record(tx, "reservations.set_visio", None, key, kind=wish.kind)


def own(tx: Tx, reservation_id: int) -> Stored:
    """One's own reservation, or that of somebody one acts for, as nobody else changes it meanwhile.

    Raises NotFound: existence is not told.
    """
    one = reservations.held(tx, reservation_id)
    if not tx.by.may(FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_reservation")
    return one


def book_test(tx: Tx, reservation_id: int, starts_at: int) -> None:
    """Keep a quarter of an hour in the room to test the equipment. It costs no quota, and goes with the meeting.

    Raises Refused when the reservation has no meeting or a test already, or when the time is not free (any more).
    """
    one = own(tx, reservation_id)
    if not queries.link_of(tx, one):
        raise Refused((Reason("no_meeting_here"),))
    here = venue(tx)
    resource = here.by_id[one.resource_id]
    wanted = Span(starts_at, starts_at + rules.TEST_SECONDS)
    if wanted.end > one.starts_at or not rules.is_test(wanted, queries.free_before(tx, one), here.zone):
        raise Refused((Reason("test_not_free"),))
    claim = claim_span(resource, wanted)
    units = units_for(resource, reservations.busy(tx, resource.units, claim), wanted)
    test_id = tx.new_id()
    made = tx.run(
        ADD_TEST,
        id=test_id,
        reservation_id=one.id,
        starts_at=wanted.start,
        ends_at=wanted.end,
        created_at=tx.now,
    )
    if not made or not units:
        raise Refused((Reason("test_not_free" if made else "has_test"),))
    claims.take(tx, units, claim, CAUSE, test_id)
    record_for(tx, "reservations.book_test", one.person_id, show(one.id))


def drop_test(tx: Tx, reservation_id: int) -> bool:
    """The slot to test is given back. False when there was none."""
    test = queries.test_of(tx, reservation_id)
    if test is None:
        return False
    claims.give_back(tx, CAUSE, test.id)
    return bool(tx.run(DROP_TEST, reservation=reservation_id))


def give_up_test(tx: Tx, reservation_id: int) -> None:
    """The person does not want to test after all. Raises NotFound."""
    drop_test(tx, own(tx, reservation_id).id)


def follow(tx: Tx, former_id: int, one: Stored) -> None:
    """A reservation was moved: its test goes with it while it still comes before, in the same room."""
    test, former = queries.test_of(tx, former_id), reservations.stored(tx, former_id)
    if test is None:
        return
    if one.is_active and former.resource_id == one.resource_id and test.ends_at <= one.starts_at:
        tx.run(HAND_OVER, former=former_id, which=one.id)
    else:
        drop_test(tx, former_id)


def note_opened(tx: Tx, origin_id: int) -> None:
    """The server opened the room."""
    tx.run(PUT_MEETING, origin_id=origin_id, opened_at=tx.now)
