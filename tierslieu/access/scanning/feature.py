"""What access/scanning tells the house."""

from tierslieu.access.scanning import letters, pages
from tierslieu.infra.feature import Feature
from tierslieu.people.roles.rules import STAFF

FEATURE = Feature(
    name="access.scanning",
    controllers=(pages.TryPages, pages.FlaggedPages),
    jobs={letters.NEAR: letters.tell_near},
    permissions={pages.TRY: STAFF, pages.LOOK: STAFF},
)
