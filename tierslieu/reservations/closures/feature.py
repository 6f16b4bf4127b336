"""What reservations/closures tells the house. The permission to close belongs to reservations/."""

from tierslieu.infra.feature import Feature, Reaction
from tierslieu.reservations.closures import actions, api, pages, personal, reactions
from tierslieu.reservations.closures.events import Displaced
from tierslieu.reservations.events import Freed
from tierslieu.reservations.hours import events as hours

FEATURE = Feature(
    name="reservations.closures",
    controllers=(api.ClosuresApi, pages.ClosurePages),
    reactions=(
        Reaction(Displaced, "tell_displaced", reactions.tell),
        Reaction(hours.Displaced, "displace_for_hours", reactions.displace_for_hours),
        Reaction(Freed, "stay_closed", reactions.stay_closed),
    ),
    jobs={actions.DISPLACE_REST: actions.displace_rest},
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
)
