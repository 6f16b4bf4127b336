"""The sentences for stable codes about badges, doors, presence and kiosks."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

ACCESS: Final[Mapping[str, str]] = {
    # zones
    "no_such_zone": _("Cette zone n’existe pas ou n’est plus utilisée. Rechargez la page."),
    # passes
    # presence
    # kiosk
    # doors
}
