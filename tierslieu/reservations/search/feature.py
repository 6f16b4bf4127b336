"""What search tells the house."""

from tierslieu.infra.feature import Feature
from tierslieu.reservations.search import api, pages

FEATURE = Feature(
    name="reservations.search",
    controllers=(pages.SearchPages, api.SearchApi),
)
