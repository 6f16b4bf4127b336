"""What reservations/terms tells the house."""

from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import KEEP, Personal
from tierslieu.people.roles.rules import ADMINISTRATORS
from tierslieu.reservations.terms import actions, api, pages
from tierslieu.reservations.terms.tables import RuleSet

FEATURE = Feature(
    name="reservations.terms",
    controllers=(pages.RulePages, api.RulesApi),
    permissions={actions.EDIT: ADMINISTRATORS},
    personal=(
        Personal(RuleSet, "created_by", on_erase=KEEP),
        Personal(RuleSet, "put_in_force_by", on_erase=KEEP),
    ),
)
