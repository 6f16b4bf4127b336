"""Importing a list into a group, in two steps: look at what each line will do, then all of it or nothing.

The lines wait in the database, for the member of staff who sent them and for one hour; they are gone when they
were used, so that confirming twice imports once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete

from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups import queries, rules
from tierslieu.people.groups.actions import open_group, put_member
from tierslieu.people.groups.lists import Line, Wrong
from tierslieu.people.groups.tables import GroupImport
from tierslieu.people.persons import names
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.doubles import likely
from tierslieu.people.persons.likeness import Written
from tierslieu.people.persons.queries import email_holder, known
from tierslieu.people.relations.actions import note_standing
from tierslieu.people.relations.queries import year_at

NEW = "new"
AT_A_TIME = 50
"""Lines that are compared with everybody known in one reading of the database."""
SURE = 95
"""From this likeness on « C’est elle » is chosen in advance."""
i = columns(GroupImport)
ADD: Query[Any] = Query(insert_into(GroupImport))
DROP: Query[Any] = Query(
    delete(table_of(GroupImport)).where(i.id == bindparam("which"), i.staff_id == bindparam("staff"))
)
FORGET: Query[Any] = Query(delete(table_of(GroupImport)).where(i.expires_at <= bindparam("now", type_=BigInteger())))


class Candidate(msgspec.Struct, frozen=True):
    """Somebody known who could be the person of a line. `mark` tells people of the same name apart."""

    id: int
    name: str
    birth_year: int | None
    mark: str
    is_member: bool


class Planned(msgspec.Struct, frozen=True):
    """A line and who it could be. `chosen` is "new" or the shown id of the candidate proposed in advance."""

    line: Line
    candidates: tuple[Candidate, ...] = ()
    chosen: str = NEW


class Plan(msgspec.Struct, frozen=True):
    """A whole file, as it waits to be confirmed."""

    lines: tuple[Planned, ...]
    ignored: tuple[str, ...] = ()

    @property
    def good(self) -> list[Planned]:
        """The lines that can be imported."""
        return [one for one in self.lines if not one.line.wrong]

    @property
    def bad(self) -> list[Planned]:
        """The lines that cannot."""
        return [one for one in self.lines if one.line.wrong]


class Imported(msgspec.Struct, frozen=True):
    """What an import did: files made, known people who joined, those who were in the group, lines left out."""

    created: int
    joined: int
    present: int
    left_out: int


def plan(reader: Reader, lines: Sequence[Line]) -> list[Planned]:
    """Who each of these lines could be. A bounded number of statements for each: give a part of a long file at a
    time, so that nobody waits for all of it."""
    year = year_at(reader, reader.now)
    return [_planned(reader, line, year) for line in lines]


def with_members(reader: Reader, group_id: int, lines: Sequence[Planned], ignored: tuple[str, ...]) -> Plan:
    """The plan of a whole file, saying who is in the group already."""
    ids = [one.id for planned in lines for one in planned.candidates]
    present = queries.present_among(reader, group_id, sorted(set(ids)))
    return Plan(tuple(_with_members(one, present) for one in lines), ignored)


def _planned(reader: Reader, line: Line, year: int) -> Planned:
    if line.wrong:
        return Planned(line)
    if line.birth_year is not None and line.birth_year > year:
        return Planned(_refused(line, "birth_year", "less_than_equal"))
    holder = email_holder(reader, line.email) if line.email else None
    alike = likely(reader, Written(line.first_name, line.last_name, line.birth_year))
    if holder is not None and holder not in {one.person.id for one in alike}:
        return Planned(_refused(line, "email", "email_taken"))
    candidates = tuple(
        Candidate(one.person.id, one.person.name, one.person.birth_year, show(one.person.id)[-4:], False)
        for one in alike
    )
    sure = [one.person.id for one in alike if one.person.id == holder or one.likeness > SURE]
    return Planned(line, candidates, show(sure[0]) if sure else NEW)


def _refused(line: Line, field: str, code: str) -> Line:
    return msgspec.structs.replace(line, wrong=(Wrong(field, code),))


def _with_members(one: Planned, present: set[int]) -> Planned:
    """The same, saying who is in the group already: of the same name, it is them without being asked."""
    marked = tuple(
        msgspec.structs.replace(each, is_member=True) if each.id in present else each for each in one.candidates
    )
    who = set(names.words(one.line.name))
    again = [each.id for each in marked if each.is_member and set(names.words(each.name)) == who]
    chosen = show(again[0]) if again and one.chosen == NEW else one.chosen
    return msgspec.structs.replace(one, candidates=marked, chosen=chosen)


def keep_plan(tx: Tx, group_id: int, made: Plan) -> int:
    """Keep a plan for one hour, for this actor alone. Nothing else is written. Returns its id."""
    open_group(tx, group_id)
    if tx.by.person_id is None:
        raise Forbidden("not_allowed")
    import_id = tx.new_id()
    tx.run(
        ADD,
        id=import_id,
        group_id=group_id,
        staff_id=tx.by.person_id,
        expires_at=tx.now + rules.IMPORT_LIVES,
        content=to_json(made),
    )
    return import_id


def kept_plan(reader: Reader, group_id: int, import_id: int, staff_id: int | None) -> Plan:
    """A plan that waits for this member of staff. Raises NotFound when it was used, is too old or another's."""
    found = reader.row(queries.WAITING, id=import_id, group=group_id, staff=staff_id or 0, now=reader.now)
    if found is None:
        raise NotFound("import_over")
    return msgspec.json.decode(found[0], type=Plan)


def confirm(tx: Tx, group_id: int, import_id: int, choices: Mapping[int, str], *, skip_bad: bool) -> Imported:
    """Import all lines, or nothing at all. `choices`: for a line's number "new" or the shown id of a candidate.

    Raises NotFound when it was done already, Refused while lines are wrong and `skip_bad` was not chosen.
    """
    group = open_group(tx, group_id)
    found = kept_plan(tx, group_id, import_id, tx.by.person_id)
    if not tx.run(DROP, which=import_id, staff=tx.by.person_id):
        raise NotFound("import_over")
    if found.bad and not skip_bad:
        raise Refused((Reason("import_has_errors", {"count": len(found.bad)}),))
    done = [_import_line(tx, group_id, one, choices.get(one.line.number, one.chosen)) for one in found.good]
    if group.kind == "school_class":
        _note_pupils(tx, [id_ for id_, what, line in done if what == "created" and line.birth_year is None])
    counts = {what: sum(1 for _id, each, _line in done if each == what) for what in ("created", "joined", "present")}
    result = Imported(**counts, left_out=len(found.bad))
    record(tx, "groups.import", None, show(group_id), **msgspec.structs.asdict(result))
    return result


def _import_line(tx: Tx, group_id: int, one: Planned, choice: str) -> tuple[int, str, Line]:
    """One line: who it is now, and what was done."""
    line = one.line
    candidate = next((each for each in one.candidates if show(each.id) == choice), None)
    if candidate is not None and known(tx, candidate.id) is not None:
        has_joined = put_member(tx, group_id, candidate.id)
        if has_joined:
            record(tx, "groups.add", candidate.id, show(group_id), role="member")
        return candidate.id, "joined" if has_joined else "present", line
    if choice != NEW:
        raise Refused((Reason("bad_choice", {"line": line.number}),))
    person_id = create_person(
        tx, line.first_name, line.last_name, email=line.email, phone=line.phone, birth_year=line.birth_year
    )
    put_member(tx, group_id, person_id)
    return person_id, "created", line


def _note_pupils(tx: Tx, ids: list[int]) -> None:
    """Pupils without a birth year are minors, whatever the file leaves out."""
    for person_id in ids:
        note_standing(tx, person_id, "minor")


def forget_old(tx: Tx, _payload: object) -> int:
    """Remove what was never confirmed in time. Returns how many files."""
    return tx.run(FORGET, now=tx.now)
