"""What access/ tells the house."""

from tierslieu.access import pages, person_part, personal, queries
from tierslieu.access.kiosk import api, door_acts, door_display, fleet_pages, signin
from tierslieu.access.kiosk import pages as kiosk_pages
from tierslieu.access.scanning import desk_pages
from tierslieu.infra.feature import Feature, Reaction, Section
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.rights.events import Erased
from tierslieu.people.roles.rules import STAFF
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Ended, Freed, Moved, Reserved

DAY_CHANGES = (Reserved, Moved, Cancelled, Answered, CheckedIn, Ended, Freed)
"""What changes the day of a room, for the screen at its door."""

FEATURE = Feature(
    name="access",
    controllers=(
        api.ScansApi,
        kiosk_pages.KioskPages,
        fleet_pages.KiosksPages,
        door_display.DoorPages,
        signin.KioskSignInPages,
        signin.KioskPinPages,
        signin.KioskEndPages,
        pages.PersonBadgePages,
        desk_pages.ArrivalPages,
    ),
    permissions={
        api.RECORD: frozenset({DEVICE_ROLES["kiosk"]}),
        door_acts.SHOW_DOOR: frozenset({DEVICE_ROLES["door"]}),
        fleet_pages.MANAGE_KIOSKS: STAFF,
        pages.MANAGE: STAFF,
    },
    reactions=(
        Reaction(Erased, "take_back_badges", personal.take_back),
        *(
            Reaction(
                event, f"doors_{event.__name__.lower()}", door_display.touch_doors, is_wanted=door_display.has_doors
            )
            for event in DAY_CHANGES
        ),
    ),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    sections=(Section("badge", 35, "access/_person.html", person_part.person_part, pages.MANAGE),),
    finders=(queries.find_by_badge,),
)
