"""Lists: one's own jobs, what staff look at, what waits on the shelf, what is due."""

from datetime import UTC, datetime

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import rules
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests.answering import offered
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.rules import Patience
from tierslieu.fablab.requests.schemas import DueView, KeptView, RequestView
from tierslieu.fablab.requests.showing import Line, line
from tierslieu.fablab.requests.wording import TURNS, WHYS, cost_text
from tierslieu.fablab.rules import JobNow
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.people.relations.queries import cared_for, may_act_for

SIDES = ("staff", "person", "agreement")


class Asked(msgspec.Struct, frozen=True):
    """A request in the staff's list."""

    line: Line
    why: str
    turn: str
    turn_text: str
    cost: str
    asked: str


class KeptLine(msgspec.Struct, frozen=True):
    """Something that waits, in words. `word`: "", remind, warn or go."""

    number: str
    title: str
    who: str
    shelf: str
    since: str
    until: str
    word: str


class DueLine(msgspec.Struct, frozen=True):
    """Something to be paid, in words."""

    id: str
    number: str
    title: str
    who: str
    cost: str
    made: str


def instant(at: int) -> datetime:
    """An instant as programs get it: UTC."""
    return datetime.fromtimestamp(at, UTC)


def my_jobs(reader: Reader, who: Actor, spoken: Words) -> list[Line]:
    """One's own jobs and those of the people one answers for, newest first."""
    if who.person_id is None:
        return []
    others = {one.person_id: one.first_name for one in cared_for(reader, who.person_id, reader.now)}
    able = [id_ for id_ in others if may_act_for(reader, who.person_id, id_, reader.now)]
    found = queries.jobs_of(reader, [who.person_id, *able])
    return [line(reader, one, spoken, others.get(one.person_id, "")) for one in found]


def _answered_by(reader: Reader, who: Actor) -> list[tuple[queries.Request, JobNow]]:
    found = queries.open_requests(reader)
    jobs, machines = queries.jobs_among(reader, [one.job_id for one in found]), fablab.machines(reader)
    return [
        (one, jobs[one.job_id])
        for one in found
        if jobs[one.job_id].state == "requested" and who.may(ANSWER, *rules.job_places(jobs[one.job_id], machines))
    ]


def _names(reader: Reader, ids: list[int]) -> dict[int, str]:
    return {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, sorted(set(ids)))}


def to_look_at(reader: Reader, who: Actor, spoken: Words) -> list[Asked]:
    """The requests that one answers for: the team's turn first, oldest first."""
    found = _answered_by(reader, who)
    names = _names(reader, [one.person_id for _request, one in found])
    lines = [
        Asked(
            line(reader, one, spoken, names.get(one.person_id, "")),
            spoken.text(WHYS[request.why]),
            request.turn,
            spoken.text(TURNS[request.turn]),
            cost_text(spoken, one.estimate_cents),
            spoken.moment(request.asked_at),
        )
        for request, one in found
    ]
    return sorted(lines, key=lambda one: SIDES.index(one.turn))


def request_view(request: queries.Request, one: JobNow) -> RequestView:
    """A request for programs."""
    offer = offered(request)
    return RequestView(
        show(one.id),
        rules.job_text(one.number),
        show(one.person_id),
        one.file_name,
        one.kind,
        one.material,
        one.colour,
        one.quantity,
        one.service,
        one.note,
        one.state,
        request.why,
        request.turn,
        instant(request.asked_at),
        one.estimate_cents,
        offer.cents if offer else None,
    )


def request_views(reader: Reader, who: Actor) -> list[RequestView]:
    """The requests that one answers for, oldest first."""
    return [request_view(request, one) for request, one in _answered_by(reader, who)]


def on_shelf(reader: Reader, spoken: Words, waits: Patience) -> list[KeptLine]:
    """All that waits, oldest first."""
    found = queries.kept_now(reader)
    names = _names(reader, [one.person_id for one in found])
    jobs = queries.jobs_among(reader, [one.job_id for one in found])
    codes = {shelf.id: shelf.code for shelf in queries.shelves(reader)}
    return [
        KeptLine(
            rules.job_text(one.number),
            jobs[one.job_id].file_name,
            names.get(one.person_id, ""),
            codes.get(one.shelf_id or 0, spoken.text(_("à l’accueil"))),
            spoken.day(one.since),
            spoken.day(waits.goes_at(one.since)),
            waits.next_word(one.since, one.reminded_at, one.warned_at, reader.now),
        )
        for one in found
    ]


def kept_views(reader: Reader, waits: Patience) -> list[KeptView]:
    """The same for programs."""
    codes = {shelf.id: shelf.code for shelf in queries.shelves(reader)}
    return [kept_view(one, codes, waits) for one in queries.kept_now(reader)]


def kept_view(one: queries.Kept, codes: dict[int, str], waits: Patience) -> KeptView:
    """One thing that waits."""
    since, goes = instant(one.since), instant(waits.goes_at(one.since))
    number, person = rules.job_text(one.number), show(one.person_id)
    return KeptView(show(one.job_id), number, person, codes.get(one.shelf_id or 0, ""), since, goes, one.state)


def due_lines(reader: Reader, spoken: Words) -> list[DueLine]:
    """All that is to be paid, oldest first."""
    found = queries.dues(reader)
    names = _names(reader, [one.person_id for one in found])
    jobs = queries.jobs_among(reader, [one.job_id for one in found])
    return [
        DueLine(
            show(one.id),
            rules.job_text(one.number),
            jobs[one.job_id].file_name,
            names.get(one.person_id, ""),
            spoken.money(one.cents),
            spoken.day(one.made_at),
        )
        for one in found
    ]


def due_views(reader: Reader) -> list[DueView]:
    """The same for programs."""
    return [due_view(one) for one in queries.dues(reader)]


def due_view(one: queries.Due) -> DueView:
    """One due."""
    parts = (one.material_cents, one.machine_cents, one.energy_cents)
    number, person = rules.job_text(one.number), show(one.person_id)
    return DueView(show(one.id), show(one.job_id), number, person, one.cents, *parts, one.state, instant(one.made_at))
