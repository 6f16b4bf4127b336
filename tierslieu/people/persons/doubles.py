"""Likely doubles of a name: a bounded set of candidates taken by index, then judged by the rule.

With one wrong letter, one of two words is still whole, or both begin alike. So candidates are those who share
the beginnings of two words, or a whole word; of a frequent word, those whose name goes on with the right letter
come first. The number of statements and of rows is bounded whatever the number of people.
"""

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

from sqlalchemy import Text, bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import names
from tierslieu.people.persons.likeness import LIKELY, Written, likeness
from tierslieu.people.persons.schemas import Likely
from tierslieu.people.persons.searching import found_among
from tierslieu.people.persons.tables import PersonWord

SHOWN = 5
MOST_ROWS = 200
MOST_WORDS = 3
w = columns(PersonWord)
HOLDERS: Query[tuple[int]] = Query(
    select(w.person_id)
    .where(
        w.word == bindparam("word", type_=Text()),
        w.sort_name >= bindparam("low", type_=Text()),
        w.sort_name < bindparam("high", type_=Text()),
    )
    .order_by(w.word, w.sort_name, w.person_id)
    .limit(MOST_ROWS)
)


def likely(reader: Reader, who: Written, but: int | None = None) -> list[Likely]:
    """Up to 5 active people who could be this person, the most alike first. `but` is left out (their own file)."""
    ids = {row[0] for params in _places(who) for row in reader.rows(HOLDERS, **params)} - {but}
    judged = [
        (likeness(who, Written(one.first_name, one.last_name, one.birth_year)), one)
        for one in found_among(reader, list(ids))
    ]
    found = [Likely(one, score) for score, one in judged if score >= LIKELY]
    return sorted(found, key=lambda one: (-one.likeness, one.person.sort_name, one.person.id))[:SHOWN]


def _places(who: Written) -> Iterator[dict[str, Any]]:
    """The ranges of the index in which candidates stand."""
    everything = {"low": "", "high": names.LAST_SIGN}
    said = names.indexed(who.first_name, who.last_name)
    telling = sorted(said, key=len, reverse=True)[:MOST_WORDS]
    for one, other in combinations(telling, 2):
        yield {"word": names.pair(one, other), **everything}
    for one, other in permutations(telling, 2):
        for start in (other[0], f"{one} {other[0]}"):
            yield {"word": one, "low": start, "high": start + names.LAST_SIGN}
    for word in telling:
        yield {"word": word, **everything}
