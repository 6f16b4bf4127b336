"""A person's jobs on their page: what waits, what runs, the last that were made."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.ids import show
from tierslieu.fablab import queries, rules, sentences
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.tables import FabricationJob
from tierslieu.http.words import Words, _
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among

CLOSED_SHOWN = 5
j = columns(FabricationJob)
QUEUED_BY: Query[tuple[int, int | None]] = Query(
    select(j.id, j.queued_by).where(j.person_id == bindparam("person")).order_by(j.rank.desc()).limit(50)
)


class Line(msgspec.Struct, frozen=True):
    """A job in words. `by` tells staff who queued it, when it was not the person. `act`: cancel, stop or ""."""

    id: str
    number: str
    title: str
    look: str
    state_text: str
    by: str
    act: str


class PersonPart(msgspec.Struct, frozen=True):
    """The jobs of a person."""

    open: list[Line]
    closed: list[Line]


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart:
    """Open jobs in their order, then the last closed ones."""
    found = queries.mine(reader, person_id)
    makers = {id_: by for id_, by in reader.rows(QUEUED_BY, person=person_id) if by not in (None, person_id)}
    names = {
        one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [by for by in makers.values() if by])
    }
    lines = [(one, _line(one, names.get(makers.get(one.id) or 0, ""), words)) for one in found]
    opened = sorted((pair for pair in lines if pair[0].state in rules.OPEN), key=lambda pair: pair[0].rank)
    closed = [line for one, line in lines if one.state not in rules.OPEN][:CLOSED_SHOWN]
    return PersonPart([line for _one, line in opened], closed)


def _line(one: JobNow, maker: str, words: Words) -> Line:
    act = {"queued": "cancel", "dispatched": "stop", "running": "stop"}.get(one.state, "")
    return Line(
        show(one.id),
        rules.job_text(one.number),
        one.file_name,
        sentences.JOB_LOOKS[one.state],
        sentences.named(words, sentences.JOB_STATES, one.state),
        words.text(_("déposé par {name} (accueil)"), name=maker) if maker else "",
        act,
    )
