"""All reads of families. Adults cost one statement, whatever the rules."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.families import rules
from tierslieu.people.families.rules import Ages, Given
from tierslieu.people.families.tables import AgeRule, Consent, SchoolBreak
from tierslieu.people.relations import queries as relations
from tierslieu.people.relations.rules import is_minor

c, a, b = columns(Consent), columns(AgeRule), columns(SchoolBreak)
GIVEN = (c.id, c.person_id, c.guardian_id, c.scope, c.is_agreed, c.given_on, c.until)
AGES = (
    a.target,
    a.min_age,
    a.min_age_alone,
    a.needs_consent,
    a.school_from,
    a.school_to,
    a.free_from,
    a.free_to,
)


class Break(msgspec.Struct, frozen=True):
    """Days without school, the last one included."""

    id: int
    name: str
    first_day: str
    last_day: str


class Past(msgspec.Struct, frozen=True):
    """A consent as its history shows it; `ended_how` is "" while it is in force (or its day has passed)."""

    id: int
    guardian_id: int
    scope: str
    is_agreed: int
    given_on: str
    until: str
    paper_seen_by: int | None
    ended_at: int | None
    ended_how: str


OF_PERSON = Query(
    select(*GIVEN).where(c.person_id == bindparam("person"), c.ended_at.is_(None)).order_by(c.id), into=Given
)
HISTORY = Query(
    select(c.id, c.guardian_id, c.scope, c.is_agreed, c.given_on, c.until, c.paper_seen_by, c.ended_at, c.ended_how)
    .where(c.person_id == bindparam("person"))
    .order_by(c.id.desc())
    .limit(100),
    into=Past,
)
BY_ID = Query(select(*GIVEN).where(c.id == bindparam("id")), into=Given)
RUNNING_OUT = Query(
    select(*GIVEN)
    .where(
        c.ended_at.is_(None),
        c.reminded_at.is_(None),
        c.until >= bindparam("first"),
        c.until <= bindparam("last"),
    )
    .order_by(c.until, c.id)
    .limit(500),
    into=Given,
)
ALL_AGES = Query(select(*AGES).order_by(a.target), into=Ages)
SOME_AGES = Query(select(*AGES).where(among(a.target, "targets", is_text=True)).order_by(a.target), into=Ages)
BREAKS = Query(select(b.id, b.name, b.first_day, b.last_day).order_by(b.first_day), into=Break)
BREAKS_ON: Query[tuple[str, str]] = Query(
    select(b.first_day, b.last_day).where(b.first_day <= bindparam("last"), b.last_day >= bindparam("first"))
)


def consents_of(reader: Reader, person_id: int) -> list[Given]:
    """The consents for a person that were neither withdrawn nor replaced, their day passed or not."""
    return reader.rows(OF_PERSON, person=person_id)


def history(reader: Reader, person_id: int) -> list[Past]:
    """All consents for a person, newest first."""
    return reader.rows(HISTORY, person=person_id)


def has_consent(reader: Reader, person_id: int, scope: str, at: int) -> bool:
    """True when what `scope` names was agreed to at an instant by whoever must agree."""
    return consents(reader, person_id, (scope,), relations.zone_of(reader).date(at), at)[scope]


def consents(reader: Reader, person_id: int, scopes: Sequence[str], day: date, at: int) -> dict[str, bool]:
    """For each scope whether it was agreed to, on a day. Three statements."""
    standing = relations.standing(reader, person_id)
    links, given = relations.links_of(reader, person_id, at), consents_of(reader, person_id)
    return {scope: rules.is_given(scope, person_id, standing, links, given, day) for scope in scopes}


def age_rules(reader: Reader) -> list[Ages]:
    """All age rules of the house."""
    return reader.rows(ALL_AGES)


def breaks(reader: Reader) -> list[Break]:
    """The school breaks, in order."""
    return reader.rows(BREAKS)


def minor_reasons(
    reader: Reader,
    person_id: int,
    key: str,
    when: Span | int,
    *,
    kinds: Sequence[str] = (),
    is_accompanied: bool = False,
    is_staff: bool = False,
) -> tuple[Reason, ...]:
    """Why a minor may not use a resource at an instant or during a span; nothing for adults.

    `kinds` names what the resource belongs to ("kind:machine", "space:fablab"): the rules of all of them and
    of the whole house apply. `is_accompanied`: an adult who answers for the minor asks, and stays. `is_staff`:
    staff judge presence and hours themselves.
    """
    span = when if isinstance(when, Span) else Span(when, when + 60)
    if not span.is_real:
        return ()
    standing, zone = relations.standing(reader, person_id), relations.zone_of(reader)
    if not is_minor(standing, zone.date(span.start).year):
        return ()
    applied = reader.rows(SOME_AGES, targets=["", key, *kinds])
    parts = tuple(rules.day_parts(zone, span))
    asked = tuple(rule.needs_consent for rule in applied if rule.needs_consent)
    given = consents(reader, person_id, asked, parts[0].day, span.start) if asked else {}
    known = reader.rows(BREAKS_ON, first=parts[0].day.isoformat(), last=parts[-1].day.isoformat())
    visit = rules.Visit(parts, is_accompanied, is_staff)
    return rules.reasons_against(standing, applied, visit, given, known)
