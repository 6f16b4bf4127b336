"""The features of the house, in floor order."""

from tierslieu.access.feature import FEATURE as ACCESS
from tierslieu.fablab.feature import FEATURE as FABLAB
from tierslieu.infra.feature import Feature
from tierslieu.people.feature import FEATURE as PEOPLE
from tierslieu.reservations.feature import FEATURE as RESERVATIONS

FEATURES: tuple[Feature, ...] = (PEOPLE, RESERVATIONS, ACCESS, FABLAB)
