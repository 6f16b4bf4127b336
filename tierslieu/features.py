"""The features of the house, in floor order."""

from tierslieu.access.feature import FEATURE as ACCESS
from tierslieu.fablab.feature import FEATURE as FABLAB
from tierslieu.infra.feature import Feature
from tierslieu.people.audit.feature import FEATURE as AUDIT
from tierslieu.people.families.feature import FEATURE as FAMILIES
from tierslieu.people.federation.feature import FEATURE as FEDERATION
from tierslieu.people.groups.feature import FEATURE as GROUPS
from tierslieu.people.memberships.feature import FEATURE as MEMBERSHIPS
from tierslieu.people.messages.feature import FEATURE as MESSAGES
from tierslieu.people.persons.feature import FEATURE as PERSONS
from tierslieu.people.pins.feature import FEATURE as PINS
from tierslieu.people.preferences.feature import FEATURE as PREFERENCES
from tierslieu.people.qualifications.feature import FEATURE as QUALIFICATIONS
from tierslieu.people.relations.feature import FEATURE as RELATIONS
from tierslieu.people.rights.feature import FEATURE as RIGHTS
from tierslieu.people.roles.feature import FEATURE as ROLES
from tierslieu.people.signin.feature import FEATURE as SIGNIN
from tierslieu.reservations.feature import FEATURE as RESERVATIONS

FEATURES: tuple[Feature, ...] = (
    AUDIT,
    ROLES,
    PREFERENCES,
    RELATIONS,
    PERSONS,
    MESSAGES,
    SIGNIN,
    FEDERATION,
    PINS,
    MEMBERSHIPS,
    FAMILIES,
    GROUPS,
    RIGHTS,
    QUALIFICATIONS,
    RESERVATIONS,
    ACCESS,
    FABLAB,
)
