"""The features of the house, in floor order."""

from tierslieu.access.feature import FEATURE as ACCESS
from tierslieu.fablab.feature import FEATURE as FABLAB
from tierslieu.infra.feature import Feature
from tierslieu.people.audit.feature import FEATURE as AUDIT
from tierslieu.people.messages.feature import FEATURE as MESSAGES
from tierslieu.people.signin.feature import FEATURE as SIGNIN
from tierslieu.reservations.feature import FEATURE as RESERVATIONS

FEATURES: tuple[Feature, ...] = (AUDIT, MESSAGES, SIGNIN, RESERVATIONS, ACCESS, FABLAB)
