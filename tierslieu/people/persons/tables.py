"""Tables of persons: their files, the words they are found by, and the merges of two files."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table
from tierslieu.people.persons.names import LONGEST_WORD

LONGEST_SORT = 100


def _plain(length: int) -> String:
    """Text that is compared sign by sign on both kinds of database, whatever the language of the server."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Person(Table, table=True):
    """Someone known to the house. Only the names are needed: many people have no e-mail.

    `birth_year` is a whole year; `phone` is in the international form (+33612345678). `changed_at` moves with
    each correction of the file. `merged_into` leads from a file that was merged to the one that goes on.
    `erased_at` is when the file was emptied, 0 for a file that is not. `sort_name` is what lists are ordered by.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_sort_name", "sort_name", "id"), Index("ix_person_phone", "phone"))

    id: int = Field(primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, max_length=40, unique=True)
    first_name: str = Field(max_length=200)
    last_name: str = Field(max_length=200)
    email: str | None = Field(default=None, max_length=320, unique=True)
    password_hash: str | None = Field(default=None, max_length=200)
    birth_year: int | None = None
    phone: str | None = Field(default=None, max_length=20)
    locale: str = Field(max_length=5)
    is_active: int
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    merged_into: int | None = Field(default=None, sa_type=BigInteger)
    erased_at: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    sort_name: str = Field(sa_type=_plain(LONGEST_SORT), sa_column_kwargs={"server_default": ""})


class PersonWord(Table, table=True):
    """A word that a person is found by, folded; also each two of their words together (see names.pair)."""

    __tablename__ = "person_word"
    __table_args__ = (
        Index("ix_person_word_person_id", "person_id", "word"),
        {"sqlite_with_rowid": False},
    )

    word: str = Field(primary_key=True, sa_type=_plain(2 * LONGEST_WORD))
    sort_name: str = Field(primary_key=True, sa_type=_plain(LONGEST_SORT))
    person_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")


class PersonMerge(Table, table=True):
    """One file that was merged into another, with what is needed to take it back.

    `moved` and `stayed` are JSON: for each "table.column" the keys of the rows. `former` is JSON: the values of
    both files before, `given` those that the kept file got.
    """

    __tablename__ = "person_merge"

    id: int = Field(primary_key=True, sa_type=Id)
    kept_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    gone_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    at: int = Field(sa_type=BigInteger)
    by: int | None = Field(default=None, sa_type=BigInteger)
    moved: str = Field(sa_type=Text)
    stayed: str = Field(sa_type=Text)
    former: str = Field(sa_type=Text)
    given: str = Field(sa_type=Text)
    undone_at: int | None = Field(default=None, sa_type=BigInteger)
    undone_by: int | None = Field(default=None, sa_type=BigInteger)
