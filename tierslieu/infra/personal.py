"""Where a person appears in the tables, and how long what is kept there is kept.

One declaration serves export, merge, erasure, retention and their tests.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlmodel import SQLModel

if TYPE_CHECKING:
    from tierslieu.infra.transaction import Tx

NOBODY: Final = 0
"""The id of the person who stands for people no longer known; the migrations add the file."""
KEEP: Final = "keep"
"""The row stays with the person's pseudonym (their id): it counts, and names nobody once the file is erased."""
UNLINK: Final = "unlink"
"""The row stays without its person: the column becomes NULL, or NOBODY where it must hold someone."""
DELETE: Final = "delete"
"""The row goes with the person."""
MOVE: Final = "move"
"""When two files of one person are merged, the row goes over to the file that is kept."""
STAY: Final = "stay"
"""The row stays with the file that ends: roles, ways to sign in. Nobody gains rights by a merge."""
END: Final = "end"
"""The row ends as soon as the account is closed or merged: sessions, links on their way."""


class Personal(NamedTuple):
    """A column that holds a person's id.

    `title` heads these rows in what the person downloads; without `shown` (names of columns) nothing is
    downloaded. `on_erase` is KEEP, UNLINK or DELETE. `same` names the columns that, together with this one,
    must stay unique: rows that the other person has too are left where they are by a merge. `blank` names the
    texts that people typed: erasure empties them. `moment` is the column of the instant at which the person
    was last seen alive here: what tells an account in use from a forgotten one. `on_merge` is MOVE, STAY or END.
    """

    table: type[SQLModel]
    column: str = "person_id"
    title: str = ""
    shown: tuple[str, ...] = ()
    on_erase: str = KEEP
    same: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    moment: str = ""
    on_merge: str = MOVE


class Retention(NamedTuple):
    """How long something is kept: what is older than `seconds` is removed or made anonymous.

    `remove(tx, before, count)` treats at most `count` of what ended before the instant, and returns how many
    it treated: less than `count` means that nothing is left. `title` and `source` (the text that gives the
    period) are French, for the page that shows the rules.
    """

    name: str
    title: str
    seconds: int
    source: str
    remove: Callable[["Tx", int, int], int]
