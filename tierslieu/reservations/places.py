"""The sites and spaces for which a role may be given."""

from tierslieu.http.words import Words, _
from tierslieu.infra.feature import Place
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue


def venue_places(reader: Reader, words: Words) -> list[Place]:
    """Each site that has a space, then each space."""
    spaces = venue(reader).spaces.values()
    every = _("Site « {site} », en entier")
    return [
        *(Place(f"site:{site}", words.text(every, site=site)) for site in dict.fromkeys(one.site for one in spaces)),
        *(Place(f"space:{one.key}", one.name) for one in spaces),
    ]
