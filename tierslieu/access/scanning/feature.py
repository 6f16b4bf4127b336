"""What access/scanning tells the house."""

from tierslieu.access.scanning import flag_letters, pages, settling
from tierslieu.infra.feature import Count, Feature, InHouse
from tierslieu.people.roles.rules import STAFF

FEATURE = Feature(
    name="access.scanning",
    controllers=(pages.TryPages, pages.FlaggedPages),
    jobs={flag_letters.TELL: InHouse(flag_letters.tell_flag)},
    counts=(Count("/acces/signalements", pages.LOOK, settling.open_count),),
    permissions={pages.TRY: STAFF, pages.LOOK: STAFF},
)
