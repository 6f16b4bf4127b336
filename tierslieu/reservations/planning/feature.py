"""What reservations/planning tells the house. Its pages are for who reserves for others."""

from tierslieu.infra.feature import Every, Feature
from tierslieu.reservations.planning import morning, pages, programme_pages

FEATURE = Feature(
    name="reservations.planning",
    controllers=(pages.PlanningPages, programme_pages.ProgrammePages),
    jobs={morning.LOOK: morning.look, morning.SEND: morning.send},
    schedules=(Every(600, morning.LOOK),),
)
