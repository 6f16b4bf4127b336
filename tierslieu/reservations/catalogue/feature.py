"""What the catalogue tells the house."""

from tierslieu.infra.feature import Detail, Feature
from tierslieu.reservations.catalogue import api, pages, reservation_part

FEATURE = Feature(
    name="reservations.catalogue",
    controllers=(pages.CataloguePages, api.CatalogueApi),
    details=(Detail("instructions", 15, "catalogue/_instructions.html", reservation_part.reservation_part),),
)
