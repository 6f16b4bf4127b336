"""What access/printing tells the house."""

from tierslieu.access.printing import pages
from tierslieu.infra.feature import Feature
from tierslieu.people.roles.rules import MACHINE_MENDERS, STAFF

FEATURE = Feature(
    name="access.printing",
    controllers=(pages.PrintPages,),
    permissions={pages.PRINT: STAFF | MACHINE_MENDERS},
)
