"""The board: who holds what, until when."""

import math
from collections import Counter
from typing import Final

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromQuery
from sqlalchemy import select

from tierslieu.basics.ids import show
from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.telling import Choice, done_text
from tierslieu.http.wording import LEVELS
from tierslieu.http.words import Words, _
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications import actions, queries, rules
from tierslieu.people.qualifications.queries import HELD, g, u
from tierslieu.people.qualifications.rules import Held, Skill
from tierslieu.people.qualifications.showing import names_of
from tierslieu.people.qualifications.tables import Grant, LastUse
from tierslieu.people.qualifications.wording import DONE, STATES
from tierslieu.people.relations.queries import zone_of

PAGE: Final = 50
MOST: Final = 20_000
SHOWN: Final = ("valid", "expiring", "expired")
IN_FORCE = Query(
    select(*HELD)
    .select_from(Grant)
    .outerjoin(LastUse, (u.person_id == g.person_id) & (u.qualification_id == g.qualification_id))
    .where(g.ended_at.is_(None))
    .order_by(g.id)
    .limit(MOST),
    into=Held,
)


class Asked(msgspec.Struct, frozen=True):
    """What the reader of the board wants to see; "" is everything."""

    key: str = ""
    level: str = ""
    state: str = ""
    number: int = 1


class Row(msgspec.Struct, frozen=True):
    """One grant."""

    id: str
    person_id: str
    name: str
    qualification: str
    level: str
    until: str
    state: str
    state_text: str


class Sum(msgspec.Struct, frozen=True):
    """How many people hold a qualification at each level."""

    name: str
    counts: list[int]


class Board(msgspec.Struct, frozen=True):
    """« Habilitations »: the rows of one page, the sums, the filters."""

    rows: list[Row]
    sums: list[Sum]
    count: int
    number: int
    pages: int
    query: str
    qualifications: list[Choice]
    levels: list[Choice]
    states: list[Choice]


class BoardPages(Controller):
    """/habilitations, for staff."""

    path = "/habilitations"
    include_in_schema = False

    @get("/", opt=allow(actions.SEE_ALL))
    async def board(
        self,
        request: AnyRequest,
        qualification: FromQuery[str] = "",
        niveau: FromQuery[str] = "",
        etat: FromQuery[str] = "",
        numero: FromQuery[int] = 1,
    ) -> Response[bytes]:
        """Who holds what; 50 grants a page."""
        asked = Asked(qualification[:40], niveau, etat, numero)
        view = await house(request).db.read_long(read_board, words(request), asked)
        return page(request, "qualifications/board.html", view=view, done=done_text(request, DONE))


def read_board(reader: Reader, spoken: Words, asked: Asked) -> Board:
    """One page of the board: what ends first comes first. Four statements, whatever the number of people."""
    catalogue, zone = queries.skills(reader), zone_of(reader)
    lines = []
    for held in reader.rows(IN_FORCE):
        skill = catalogue[held.qualification_id]
        end = rules.ends_at(skill, held, zone)
        lines.append((held, skill, end, state_of(end, reader.now)))
    sums = Counter((skill.id, held.level) for held, skill, _end, state in lines if state != "expired")
    found = [line for line in lines if _is_asked(asked, *line)]
    found.sort(key=lambda line: (line[2] is None, line[2] or 0, line[0].id))
    pages = max(1, math.ceil(len(found) / PAGE))
    number = min(max(asked.number, 1), pages)
    part = found[(number - 1) * PAGE : number * PAGE]
    names = names_of(reader, {held.person_id for held, *_rest in part})
    return Board(
        [_row(spoken, names, *line) for line in part],
        [Sum(one.name, [sums[one.id, level] for level in rules.LEVELS]) for one in catalogue.values()],
        len(found),
        number,
        pages,
        _query(asked),
        [
            Choice("", spoken.text(_("Toutes"))),
            *(Choice(o.key, o.name, o.key == asked.key) for o in catalogue.values()),
        ],
        [
            Choice("", spoken.text(_("Tous"))),
            *(Choice(one, spoken.text(LEVELS[one]), one == asked.level) for one in rules.LEVELS),
        ],
        [
            Choice("", spoken.text(_("Tous"))),
            *(Choice(one, spoken.text(STATES[one]), one == asked.state) for one in SHOWN),
        ],
    )


def state_of(end: int | None, now: int) -> str:
    """valid, expiring (within a month) or expired."""
    if end is None or end > now + rules.REMIND_DAYS * 86_400:
        return "valid"
    return "expiring" if now < end else "expired"


def _is_asked(asked: Asked, held: Held, skill: Skill, _end: int | None, state: str) -> bool:
    is_same = asked.key in ("", skill.key) and asked.level in ("", held.level)
    return is_same and asked.state in ("", state)


def _query(asked: Asked) -> str:
    pairs = (("qualification", asked.key), ("niveau", asked.level), ("etat", asked.state))
    known = {"niveau": rules.LEVELS, "etat": SHOWN}
    return "".join(
        f"&{name}={value}"
        for name, value in pairs
        if value and (value in known[name] if name in known else value.isascii())
    )


def _row(spoken: Words, names: dict[int, str], held: Held, skill: Skill, end: int | None, state: str) -> Row:
    return Row(
        show(held.id),
        show(held.person_id),
        names.get(held.person_id, ""),
        skill.name,
        spoken.text(LEVELS[held.level]),
        spoken.day(end - 1, "year") if end is not None else "",
        state,
        spoken.text(STATES[state]),
    )
