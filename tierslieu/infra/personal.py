"""Where a person appears in the tables: one declaration serves export, merge, erasure and their tests."""

from typing import Final, NamedTuple

from sqlmodel import SQLModel

KEEP: Final = "keep"
"""The row stays with the person's pseudonym (their id): it counts, and names nobody once the file is erased."""
UNLINK: Final = "unlink"
"""The row stays without any person: the column becomes NULL."""
DELETE: Final = "delete"
"""The row goes with the person."""


class Personal(NamedTuple):
    """A column that holds a person's id.

    `title` heads these rows in what the person downloads; without `shown` (names of columns) nothing is
    downloaded. `on_erase` is KEEP, UNLINK or DELETE. `same` names the columns that, together with this one,
    must stay unique: rows that the other person has too are left where they are by a merge.
    """

    table: type[SQLModel]
    column: str = "person_id"
    title: str = ""
    shown: tuple[str, ...] = ()
    on_erase: str = KEEP
    same: tuple[str, ...] = ()
