"""All reads of terms: the venue as somebody may use it, and the sets of rules."""

import msgspec
from sqlalchemy import bindparam, literal_column, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.queries import in_force
from tierslieu.people.roles.queries import roles_of
from tierslieu.reservations.standing.queries import standing
from tierslieu.reservations.terms.rules import NO_PLAN, Limit, Line, audiences_of, effective, limit_of
from tierslieu.reservations.terms.tables import RuleLine, RuleSet
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

s, n = columns(RuleSet), columns(RuleLine)
LINE = (n.target, n.audience, n.name, n.value)


class StoredSet(msgspec.Struct, frozen=True):
    """A set of rules as it is stored."""

    id: int
    name: str
    state: str
    note: str
    created_at: int
    created_by: int | None
    in_force_at: int


class StoredLine(msgspec.Struct, frozen=True):
    """A line with its id."""

    id: int
    target: str
    audience: str
    name: str
    value: int

    @property
    def line(self) -> Line:
        """What it says."""
        return Line(self.target, self.audience, self.name, self.value)


SET = (s.id, s.name, s.state, s.note, s.created_at, s.created_by, s.in_force_at)
IN_FORCE: Query[Line] = Query(
    select(*LINE).join(RuleSet, s.id == n.set_id).where(s.state == literal_column("'in_force'")).order_by(n.id),
    into=Line,
)
SETS = Query(select(*SET).order_by(s.created_at.desc(), s.id.desc()).limit(50), into=StoredSet)
SET_BY_ID = Query(select(*SET).where(s.id == bindparam("id")), into=StoredSet)
LINES_OF = Query(
    select(n.id, *LINE).where(n.set_id == bindparam("set_id")).order_by(n.target, n.audience, n.name), into=StoredLine
)
REMEMBERED = "terms"


class Terms:
    """The rules in force on one state of the venue; keeps the venue as each sort of person sees it."""

    def __init__(self, here: VenueMap, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.audiences = audiences_of(lines)
        self.here = here
        self._seen: dict[tuple[frozenset[str], Limit | None], VenueMap] = {}

    def venue_for(self, audiences: frozenset[str], limit: Limit | None = None) -> VenueMap:
        """The venue with the rules that hold for these audiences, and what binds one person more."""
        meant = audiences & self.audiences
        found = self._seen.get((meant, limit))
        if found is None:
            resources = tuple(effective(one, self.lines, meant) for one in self.here.resources)
            if limit is not None:
                resources = tuple(limit.on(one) for one in resources)
            found = self._seen[meant, limit] = self.here.with_resources(resources)
        return found


def terms(reader: Reader) -> Terms:
    """The rules in force. Putting a set in force moves the venue's revision, so that every process reads it anew."""
    here = venue(reader)
    return reader.remembered(REMEMBERED, here, lambda: Terms(here, tuple(reader.rows(IN_FORCE))))


def venue_for(reader: Reader, person_id: int | None) -> VenueMap:
    """The venue as a person may use it (None: somebody unknown). One statement more only where roles or plans count."""
    known = terms(reader)
    if person_id is None:
        return known.venue_for(frozenset())
    audiences = audiences_at(reader, person_id, reader.now) if known.audiences else frozenset()
    return known.venue_for(audiences, limit_of(standing(reader, person_id, known.here)))


def audiences_at(reader: Reader, person_id: int, at: int) -> frozenset[str]:
    """What a person is, as lines name it: their roles, and the plans in force at an instant."""
    plans = {f"plan:{one.plan}" for one in in_force(reader, person_id, at)}
    return frozenset({*(f"role:{role}" for role in roles_of(reader, person_id)), *(plans or {NO_PLAN})})


def sets(reader: Reader) -> list[StoredSet]:
    """All sets, the newest first."""
    return reader.rows(SETS)


def stored_set(reader: Reader, set_id: int) -> StoredSet:
    """One set. Raises NotFound."""
    found = reader.row(SET_BY_ID, id=set_id)
    if found is None:
        raise NotFound("no_such_rule_set")
    return found


def lines_of(reader: Reader, set_id: int) -> list[StoredLine]:
    """The lines of a set."""
    return reader.rows(LINES_OF, set_id=set_id)
