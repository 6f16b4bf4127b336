"""All reads about preferences."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, bindparam, case, cast, func, select

from tierslieu.basics.zone import Zone
from tierslieu.http.showing import EASY, LANGUAGES, USUAL, Showing, catalogue_of, read_showing
from tierslieu.http.words import Words, spoken
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.preferences.tables import PersonPreference

r = columns(PersonPreference)


def showing_text(person_id: Any) -> ColumnElement[str]:
    """A person's preferences as one text, to be selected beside the person; "" without any."""
    one = r.locale + ":" + cast(r.text_size, Text) + ":" + cast(r.is_easy, Text)
    return func.coalesce(select(one).where(r.person_id == person_id).scalar_subquery(), "")


def locale_of(person_id: Any) -> ColumnElement[str]:
    """The catalogue of words a person chose, to be selected beside the person; NULL without a choice."""
    one = case((and_(r.is_easy == 1, r.locale != "en"), EASY), else_=func.nullif(r.locale, ""))
    return select(one).where(r.person_id == person_id).scalar_subquery()


SHOWING: Query[tuple[str]] = Query(select(showing_text(bindparam("person", type_=BigInteger()))))


def showing(reader: Reader, person_id: int) -> Showing:
    """How pages are shown to a person; the usual way without a choice."""
    found = reader.row(SHOWING, person=person_id)
    return read_showing(found[0]) if found else USUAL


def words_for(reader: Reader, person_id: int, zone: Zone) -> Words:
    """The words in which to write to a person: their language, and plain ones if they asked for them."""
    found = showing(reader, person_id)
    return spoken(catalogue_of(found.language or LANGUAGES[0], is_easy=found.is_easy), zone)
