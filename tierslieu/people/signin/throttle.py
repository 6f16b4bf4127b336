"""Throttle: guessing is slowed by counts in the database, so that restarts and other processes change nothing.

A limit counts under a name: an account from one origin, a browser, a kiosk. Limits are chosen so that nobody can
lock an owner out: what an account alone suffers is never counted, only what one origin or browser does to it.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, func, select, text

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Forbidden
from tierslieu.infra.statements import Query, among, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin.tables import Attempt

WINDOW: Final = 15 * 60
PER_ACCOUNT: Final = 5
PER_BROWSER: Final = 20
PER_ORIGIN: Final = 30
LINKS_PER_ACCOUNT: Final = 5
LINKS_PER_ORIGIN: Final = 20
LINK_WINDOW: Final = 3600
CHALLENGES: Final = 120

a = columns(Attempt)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:number)").bindparams(bindparam("number", type_=BigInteger()))
)
"""On PostgreSQL tries under one name are counted one after the other; SQLite has one writer anyway."""
COUNT: Query[tuple[int]] = Query(
    select(func.count()).select_from(Attempt).where(a.name == bindparam("which"), a.at > bindparam("since"))
)
ADD: Query[Any] = Query(insert_into(Attempt))
DROP: Query[Any] = Query(delete(table_of(Attempt)).where(among(a.id, "ids")))
DROP_NAME: Query[Any] = Query(delete(table_of(Attempt)).where(a.name == bindparam("which")))
TIDY: Query[Any] = Query(delete(table_of(Attempt)).where(a.until <= bindparam("now")))


class TooMany(Forbidden):
    """Too many tries: wait."""

    def __init__(self, window: int = WINDOW) -> None:
        super().__init__("too_many_attempts", minutes=max(window // 60, 1))


class Limit(NamedTuple):
    """At most `most` tries under a name in any `window` seconds."""

    name: str
    most: int
    window: int = WINDOW

    @property
    def key(self) -> str:
        """The name as it is stored."""
        return hashed(self.name)


def password_limits(account: str, origin: str, known_browser: str = "") -> tuple[Limit, ...]:
    """What bounds wrong passwords. In a browser the person signed in with before, others' tries do not count."""
    if known_browser:
        return (Limit(f"browser:{account}|{known_browser}", PER_BROWSER),)
    return Limit(f"account:{account}|{origin}", PER_ACCOUNT), Limit(f"origin:{origin}", PER_ORIGIN)


def link_limits(account: str, origin: str, known_browser: str = "") -> tuple[Limit, ...]:
    """What bounds the mails that somebody can make us send; a browser known to the account has its own room."""
    return (
        Limit(f"link:{account}|{known_browser}", LINKS_PER_ACCOUNT, LINK_WINDOW),
        Limit(f"links:{origin}", LINKS_PER_ORIGIN, LINK_WINDOW),
    )


def require_room(reader: Reader, *limits: Limit) -> None:
    """Raise TooMany when one of the limits is reached."""
    for limit in limits:
        found = reader.row(COUNT, which=limit.key, since=reader.now - limit.window)
        if found is not None and found[0] >= limit.most:
            raise TooMany(limit.window)


def failed(tx: Tx, *limits: Limit) -> list[int]:
    """Count a try against each limit; what is too old to count is forgotten. Returns what `withdraw` takes."""
    tx.run(TIDY, now=tx.now)
    ids = []
    for limit in limits:
        ids.append(tx.new_id())
        tx.run(ADD, id=ids[-1], name=limit.key, at=tx.now, until=tx.now + limit.window)
    return ids


def attempt(tx: Tx, *limits: Limit) -> list[int]:
    """Count a try before it is judged, so that many at once find no more room than one by one. Raises TooMany."""
    for number in sorted(int(limit.key[:15], 16) for limit in limits):
        tx.rows(ONE_AT_A_TIME, number=number)
    require_room(tx, *limits)
    return failed(tx, *limits)


def withdraw(tx: Tx, ids: Sequence[int]) -> None:
    """The try was right: it counts no more."""
    tx.run(DROP, ids=list(ids))


def forget(tx: Tx, *limits: Limit) -> None:
    """Start anew under these names."""
    for limit in limits:
        tx.run(DROP_NAME, which=limit.key)


def tidy(tx: Tx, _payload: object) -> None:
    """Forget what counts no more."""
    tx.run(TIDY, now=tx.now)
