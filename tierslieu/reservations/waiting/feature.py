"""What reservations/waiting tells the house."""

from tierslieu.infra.feature import Detail, Every, Feature, Reaction, Section
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.events import Answered, Cancelled, Ended, Freed, Moved
from tierslieu.reservations.offers.events import OfferEnded
from tierslieu.reservations.waiting import api, desk_pages, jobs, matching, pages, personal, reservation_part

FEATURE = Feature(
    name="reservations.waiting",
    controllers=(pages.WaitingPages, desk_pages.WaitingDeskPages, api.WaitingApi),
    reactions=(
        Reaction(Freed, "offer_freed", jobs.offer_freed),
        Reaction(OfferEnded, "follow_offer", jobs.follow_offer),
        Reaction(Moved, "follow_move", jobs.follow_move),
        Reaction(Cancelled, "follow_cancel", jobs.follow_end),
        Reaction(Ended, "follow_end", jobs.follow_end),
        Reaction(Answered, "follow_answer", jobs.follow_end),
        Reaction(Erased, "forget", jobs.forget),
    ),
    jobs={matching.SWEEP: jobs.sweep},
    schedules=(Every(300, matching.SWEEP),),
    personal=personal.PERSONAL,
    details=(Detail("earlier", 40, "waiting/_detail.html", reservation_part.reservation_part),),
    sections=(Section("waiting", 31, "waiting/_person.html", desk_pages.person_part, FOR_OTHERS),),
    retentions=personal.RETENTIONS,
)
