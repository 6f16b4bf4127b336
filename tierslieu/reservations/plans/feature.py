"""What floor plans tell the house."""

from tierslieu.infra.feature import Feature
from tierslieu.people.roles.rules import ADMINISTRATORS
from tierslieu.reservations.plans import api, editor, pages
from tierslieu.venue.plans.actions import DRAW

FEATURE = Feature(
    name="reservations.plans",
    controllers=(pages.PlanPages, editor.PlanEditor, api.PlansApi),
    permissions={DRAW: ADMINISTRATORS | {"site_administrator"}},
)
