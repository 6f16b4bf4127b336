"""What the editor of hours tells the house."""

from tierslieu.infra.feature import Feature
from tierslieu.people.roles.rules import ADMINISTRATORS
from tierslieu.reservations.hours import pages, sweeping
from tierslieu.venue.rights import EDIT, EQUIP

EDITORS = ADMINISTRATORS | {"site_administrator", "resource_manager"}

FEATURE = Feature(
    name="reservations.hours",
    controllers=(pages.SpaceHoursPages, pages.ResourceHoursPages),
    jobs={sweeping.SWEEP: sweeping.sweep},
    permissions={EDIT: EDITORS, EQUIP: EDITORS | {"fab_manager"}},
)
