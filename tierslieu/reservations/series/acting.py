"""Acts on series as the edges call them: patient when somebody else takes a time in the same instant."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from tierslieu.basics.errors import Conflict
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest

R = TypeVar("R")
TRIES: Final = 3


async def act(request: AnyRequest, action: Callable[..., R], *args: Any) -> R:
    """Run an action for the one who asks. When a date is taken just then, the whole act is judged anew: that date is
    listed like any other that is not free, and the rest is had."""
    home, who = house(request), actor(request)
    for _try in range(TRIES - 1):
        try:
            return await home.db.write(action, *args, by=who)
        except Conflict as error:
            if error.code != "slot_taken_now":
                raise
    return await home.db.write(action, *args, by=who)
