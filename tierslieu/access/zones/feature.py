"""What access/zones tells the house."""

from tierslieu.access.zones import pages
from tierslieu.infra.feature import Feature
from tierslieu.people.roles.rules import ADMINISTRATORS

FEATURE = Feature(
    name="access.zones",
    controllers=(pages.ZonePages,),
    permissions={pages.MANAGE: ADMINISTRATORS | {"fab_manager"}},
)
