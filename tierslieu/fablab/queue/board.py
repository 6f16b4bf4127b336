"""The board of machines and jobs with what the queue expects of them."""

from tierslieu.basics.actor import Actor
from tierslieu.fablab.queue.queries import Workshop, next_ids, startable, told, workshop
from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.views import Board, Forecast
from tierslieu.infra.transaction import Reader


def board_for(reader: Reader, who: Actor) -> Board:
    """Machines and queue for the one who looks, with places and times."""
    return Board(reader, who, forecast(workshop(reader)))


def forecast(shop: Workshop) -> Forecast:
    """What a board tells of the queue."""
    places = shop.plan()
    following = next_ids(shop, places)
    policies = {one.kind: shop.rules.get(one.kind, Rules()).policy for one in shop.machines}
    return Forecast(
        told(shop, places),
        following,
        frozenset(kind for kind, policy in policies.items() if policy == "first_come"),
        frozenset(kind for kind, policy in policies.items() if policy in ("first_come", "fair")),
        startable(shop, following),
    )
