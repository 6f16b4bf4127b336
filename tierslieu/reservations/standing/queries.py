"""All reads of standing: the house's policy, somebody's no-shows, what they lead to."""

import msgspec
from sqlalchemy import bindparam, exists, literal_column, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.standing import rules
from tierslieu.reservations.standing.rules import Policy, Standing
from tierslieu.reservations.standing.tables import Pardon
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

POLICY = "presence_policy"
r, p, v = columns(Reservation), columns(Pardon), columns(HouseValue)
VALUE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
IS_PARDONED = exists(select(p.reservation_id).where(p.reservation_id == r.id))
MISSED_BY: Query[tuple[int, int, int]] = Query(
    select(r.id, r.resource_id, r.starts_at)
    .where(
        r.person_id == bindparam("person"),
        r.ends_at > bindparam("since"),
        r.state == literal_column("'missed'"),
        ~IS_PARDONED,
    )
    .order_by(r.starts_at.desc())
    .limit(50)
)


def policy(reader: Reader, here: VenueMap | None = None) -> Policy:
    """What the house does about presence. With the venue as it is now at hand, no statement in most cases."""
    return reader.remembered(POLICY, here or venue(reader), lambda: _load_policy(reader))


def _load_policy(reader: Reader) -> Policy:
    found = reader.row(VALUE, name=POLICY)
    return msgspec.json.decode(found[0], type=Policy) if found else Policy()


def missed_by(reader: Reader, person_id: int, since: int) -> list[tuple[int, int, int]]:
    """A person's no-shows that count, the latest first: reservation, resource, start."""
    return reader.rows(MISSED_BY, person=person_id, since=since)


def standing(reader: Reader, person_id: int, here: VenueMap | None = None) -> Standing | None:
    """What repeated no-shows lead to for a person now; None when nothing follows. One statement, none when off."""
    found = policy(reader, here)
    if not found.missed_count:
        return None
    rows = missed_by(reader, person_id, reader.now - rules.look_back(found))
    return rules.standing((start for _id, _resource, start in rows), found, reader.now)
