"""Before the service opens: the folder, the database and its schema, or a plain word on why it cannot start."""

import errno
import os
import sqlite3
import sys
from collections.abc import Awaitable
from typing import Any, Final

from litestar import Litestar

from tierslieu.basics.errors import Unavailable
from tierslieu.basics.zone import Zone
from tierslieu.http.wording import SENTENCES, sentence
from tierslieu.http.words import spoken
from tierslieu.infra.logs import log
from tierslieu.infra.settings import Settings
from tierslieu.infra.soundness import DAMAGED, Unsound, file_of, look_before_start
from tierslieu.infra.sqlite_engine import trouble
from tierslieu.migrations import FOLDER, HEAD
from tierslieu.migrations.current import current_revision

LOG = log("start")
NEEDS_A_PERSON: Final = 3
"""Exit status: the database is damaged, gone or of a newer version. Starting again changes nothing."""
TRY_AGAIN: Final = 4
"""Exit status: the disk takes nothing, or the database server is away. Starting again later may do."""


def prepare(settings: Settings) -> None:
    """Make the data folder and bring the database to this version's schema. Raises Unsound."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _look_whether_writable(settings)
        look_before_start(settings.database, settings.data_dir)
        known = revision(settings)
        if known != HEAD:
            from tierslieu.migrations import migrate  # slow to import, and seldom needed

            migrate(settings.database)
    except OSError as error:
        raise _unreached(settings, error) from error
    except Exception as error:
        raise _refused(settings, error) or error from error


def revision(settings: Settings) -> str | None:
    """The schema of the database, None before its first. Raises Unsound for one that this version does not know."""
    try:
        known = current_revision(settings.database)
    except OSError as error:
        raise _unreached(settings, error) from error
    except Exception as error:
        if type(error).__module__.startswith("asyncpg"):  # an optional part: not imported where it is not used
            raise Unsound("database_away_at_start", is_passing=True) from error
        raise _refused(settings, error) or error from error
    if known is not None and not any(FOLDER.glob(f"versions/{known}_*.py")):
        raise Unsound("database_newer", theirs=known, ours=HEAD)
    return known


def say(settings: Settings, error: Unsound) -> int:
    """Tell what happened, why and what next, on the terminal and in the log. Returns the exit status."""
    LOG.error("cannot start", code=error.code, **error.facts)
    print(told(settings, error), file=sys.stderr)
    return TRY_AGAIN if error.is_passing else NEEDS_A_PERSON


def told(settings: Settings, error: Unsound) -> str:
    """The sentence of what keeps the service from starting."""
    return sentence(spoken(settings.locale, Zone(settings.zone)), error.code, error.facts)


class Opening:
    """An application that tells in our words why it did not open; faults of ours stay as they are."""

    def __init__(self, inner: Litestar) -> None:
        self.inner = inner
        self.failure: Unsound | None = None

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Requests go straight on."""
        is_opening = scope["type"] == "lifespan"
        return self._open(scope, receive, send) if is_opening else self.inner(scope, receive, send)

    async def _open(self, scope: Any, receive: Any, send: Any) -> None:
        held: list[dict[str, Any]] = []

        async def hold(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.failed":
                held.append(message)
            else:
                await send(message)

        try:
            await self.inner(scope, receive, hold)  # type: ignore[arg-type]
        except BaseException as error:
            self.failure = _unopened(error)
            for message in held:
                await send({**message, "message": ""} if self.failure else message)
            raise


def _unopened(error: BaseException) -> Unsound | None:
    """What a part that was away means for the start, None for a fault of ours."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    error = trouble(error)
    code = f"{getattr(error, 'code', '')}_at_start"
    is_told = isinstance(error, Unavailable) and code in SENTENCES
    return Unsound(code, is_passing=code != "database_broken_at_start") if is_told else None


def _look_whether_writable(settings: Settings) -> None:
    """Raise Unsound for what may only be read. A full disk is no reason: what is on it can be seen all the same."""
    for path in (settings.data_dir, file_of(settings.database)):
        if path is not None and path.exists() and not os.access(path, os.W_OK):
            raise Unsound("folder_refuses", is_passing=True, file=str(path), why=os.strerror(errno.EROFS))


def _unreached(settings: Settings, error: OSError) -> Unsound:
    if file_of(settings.database) is None and error.filename is None:
        return Unsound("database_away_at_start", is_passing=True)
    return Unsound("folder_refuses", is_passing=True, file=str(settings.data_dir), why=error.strerror or str(error))


def _refused(settings: Settings, error: Exception) -> Unsound | None:
    """What a driver's refusal means; None for a fault of ours."""
    if isinstance(error, Unsound):
        return error
    if isinstance(error, TimeoutError):
        return Unsound("database_away_at_start", is_passing=True)
    cause = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    path = file_of(settings.database)
    if not isinstance(cause, sqlite3.Error) or path is None:
        return None
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
        return Unsound("database_damaged", finding=str(cause), file=str(path))
    return Unsound("folder_refuses", is_passing=True, file=str(path.parent), why=str(cause))
