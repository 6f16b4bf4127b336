"""Finding people: by the beginnings of their words, their address, their phone. Index ranges only."""

import re
from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, func, select

from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import names, phones
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.persons.schemas import Found
from tierslieu.people.persons.tables import Person, PersonWord

SHOWN = 20
"""How many people one search shows."""
ROWS = 2 * SHOWN
"""Rows read for that: one person may stand in the range under several words."""
LONGEST_TEXT = 200
MOST_TYPED = 4
"""Typed words that are looked at; more tell nothing more."""
PHONE_LIKE = re.compile(r"[0-9+][0-9 ./()\u00a0-]{5,24}")
p, w, other = columns(Person), columns(PersonWord), table_of(PersonWord).alias("other_word")
FOUND = tuple(p[name] for name in Found.__struct_fields__)
IS_THERE = (p.is_active == 1,)


def _typed(name: str) -> tuple[BindParameter[str], BindParameter[str]]:
    return bindparam(f"{name}_low", type_=Text()), bindparam(f"{name}_high", type_=Text())


def _holds(name: str) -> ColumnElement[bool]:
    """True for a row whose person also has a word in the range of this typed word."""
    low, high = _typed(name)
    return (
        select(other.c.person_id)
        .where(other.c.person_id == w.person_id, other.c.word >= low, other.c.word < high)
        .exists()
    )


def _by_words(*others: str) -> Query[Found]:
    """People with a word in the first range, and one in each of the others, in the order of the index."""
    low, high = _typed("a")
    statement = (
        select(*FOUND)
        .select_from(PersonWord)
        .join(Person, p.id == w.person_id)
        .where(w.word >= low, w.word < high, *IS_THERE, *(_holds(name) for name in others))
        .order_by(w.word, w.sort_name, w.person_id)
        .limit(ROWS)
    )
    return Query(statement, into=Found)


BY_WORDS = {1: _by_words(), 2: _by_words("b", "c"), 3: _by_words("b", "c", "d"), 4: _by_words("b", "c", "d", "e")}
"""One typed word is the range itself; several have their pair as the range, and each must be held."""
BY_EMAIL = Query(select(*FOUND).where(p.email == bindparam("email"), *IS_THERE), into=Found)
BY_PHONE = Query(
    select(*FOUND).where(p.phone == bindparam("phone"), *IS_THERE).order_by(p.sort_name, p.id).limit(SHOWN), into=Found
)
AMONG = Query(select(*FOUND).where(among(p.id, "ids"), *IS_THERE).order_by(p.sort_name, p.id), into=Found)


FEW = 100
HOW_MANY: Query[tuple[int]] = Query(
    select(func.count()).select_from(
        select(w.person_id)
        .where(w.word >= bindparam("low", type_=Text()), w.word < bindparam("high", type_=Text()))
        .limit(FEW)
        .subquery()
    )
)
"""How many rows a typed word stands for, counted up to FEW."""


def as_read(typed: str) -> str:
    """What is looked at of a search: no longer than one may be, no outer blanks."""
    return typed[:LONGEST_TEXT].strip()


def search(reader: Reader, text: str) -> list[Found]:
    """Up to 20 active people whose words begin with every typed word, by name; or by address, or by phone.

    A word shorter than three letters (two in scripts whose signs are syllables) stands for itself only.
    Nobody for an empty text.
    """
    typed = as_read(text)
    if "@" in typed:
        return reader.rows(BY_EMAIL, email=normal_email(typed))
    if PHONE_LIKE.fullmatch(typed):
        return _by_phone(reader, typed)
    return _by_name(reader, _telling(names.words(typed)))


def named(reader: Reader, text: str) -> list[tuple[str, str]]:
    """The same as (id as shown, full name), to choose from."""
    return [(show(one.id), f"{one.first_name} {one.last_name}") for one in search(reader, text)]


def _telling(typed: list[str]) -> list[str]:
    """The typed words that say something more than the others, the longest first."""
    found: list[str] = []
    for word in sorted(typed, key=len, reverse=True):
        is_said = len(word) >= names.enough(word) and any(longer.startswith(word) for longer in found)
        if not is_said:
            found.append(word)
    return found[:MOST_TYPED]


def _by_phone(reader: Reader, typed: str) -> list[Found]:
    try:
        return reader.rows(BY_PHONE, phone=phones.kept(typed))
    except ValueError:
        return []


def _by_name(reader: Reader, typed: Sequence[str]) -> list[Found]:
    if not typed:
        return []
    low, high = names.bounds(typed[0])
    if len(typed) > 1 and not _is_rare(reader, low, high):
        low = names.pair(*typed[:2])
        high = low + names.NEXT_SIGN
    values = {"a_low": low, "a_high": high}
    for name, word in zip("bcde", typed if len(typed) > 1 else (), strict=False):
        values[f"{name}_low"], values[f"{name}_high"] = names.bounds(word)
    kept = {one.id: one for one in reader.rows(BY_WORDS[len(typed)], **values)}
    return sorted(list(kept.values())[:SHOWN], key=lambda one: (one.sort_name, one.id))


def _is_rare(reader: Reader, low: str, high: str) -> bool:
    """True when so few people carry the longest typed word that looking at each of them is quickest."""
    row = reader.row(HOW_MANY, low=low, high=high)
    return row is None or row[0] < FEW


def found_among(reader: Reader, ids: list[int]) -> list[Found]:
    """The active people of these ids, by name."""
    return reader.rows(AMONG, ids=sorted(set(ids))) if ids else []
