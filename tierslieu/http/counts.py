"""How many things wait behind the pages of staff, for who may open these pages."""

from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.feature import Count
from tierslieu.infra.transaction import Reader


async def counts(request: AnyRequest, *paths: str) -> dict[str, int]:
    """What waits behind each of these pages (all when none is named), by its path; where nothing waits, nothing.

    Without any right to open them there is no statement.
    """
    home, who = house(request), actor(request)
    wanted = [one for one in home.counts if who.may(one.permission) and (not paths or one.path in paths)]
    return await home.db.read(_read, wanted) if wanted else {}


def _read(reader: Reader, wanted: list[Count]) -> dict[str, int]:
    found = {one.path: one.read(reader) for one in wanted}
    return {path: count for path, count in found.items() if count}
