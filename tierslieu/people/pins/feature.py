"""What people/pins tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, END, STAY, Personal
from tierslieu.people.pins import actions, pages
from tierslieu.people.pins.tables import KioskPin, PinPermission
from tierslieu.people.roles.rules import STAFF

FEATURE = Feature(
    name="people.pins",
    controllers=(pages.PinPages,),
    permissions={pages.MANAGE: STAFF},
    jobs={"people.tidy_pin_permissions": actions.tidy},
    schedules=(Every(3600, "people.tidy_pin_permissions"),),
    personal=(
        Personal(KioskPin, title=_("Code à la borne"), shown=("chosen_at",), on_erase=DELETE, on_merge=STAY),
        Personal(PinPermission, on_erase=DELETE, on_merge=END),
    ),
    sections=(Section("pins", 84, "pins/_section.html", pages.section, pages.MANAGE),),
)
