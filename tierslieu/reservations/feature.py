"""What reservations/ tells the house."""

from tierslieu.infra.feature import Feature, Reaction
from tierslieu.people.roles.rules import EVERY_PERSON, STAFF
from tierslieu.reservations import api, desk, home, pages, reactions
from tierslieu.reservations.events import Answered, Cancelled, Moved, Reserved

FEATURE = Feature(
    name="reservations",
    controllers=(
        api.VenueApi,
        api.ReservationsApi,
        pages.ReservationPages,
        pages.MyReservationPages,
        home.HousePages,
        desk.DeskPages,
    ),
    permissions={"reservations.make": EVERY_PERSON, "reservations.manage": STAFF},
    reactions=(
        Reaction(Reserved, "confirm_by_letter", reactions.write_letter),
        Reaction(Moved, "move_by_letter", reactions.write_letter),
        Reaction(Answered, "answer_by_letter", reactions.write_letter),
        Reaction(Cancelled, "cancel_by_letter", reactions.write_letter),
    ),
)
