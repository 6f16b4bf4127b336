"""The features of the house, in floor order."""

from tierslieu.access.doors.feature import FEATURE as DOORS
from tierslieu.access.feature import FEATURE as ACCESS
from tierslieu.access.kiosk.feature import FEATURE as KIOSKS
from tierslieu.access.passes.feature import FEATURE as PASSES
from tierslieu.access.presence.feature import FEATURE as ACCESS_PRESENCE
from tierslieu.access.printing.feature import FEATURE as PRINTING
from tierslieu.access.scanning.feature import FEATURE as SCANNING
from tierslieu.access.zones.feature import FEATURE as ZONES
from tierslieu.fablab.feature import FEATURE as FABLAB
from tierslieu.fablab.interlocks.feature import FEATURE as INTERLOCKS
from tierslieu.fablab.queue.feature import FEATURE as FABLAB_QUEUE
from tierslieu.fablab.requests.feature import FEATURE as MAKING_REQUESTS
from tierslieu.fablab.setup.feature import FEATURE as MACHINE_SETUP
from tierslieu.fablab.stock.feature import FEATURE as STOCK
from tierslieu.fablab.telemetry.feature import FEATURE as TELEMETRY
from tierslieu.fablab.upkeep.feature import FEATURE as UPKEEP
from tierslieu.http.idempotency import FEATURE as IDEMPOTENCY
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
from tierslieu.reservations.approvals.feature import FEATURE as APPROVALS
from tierslieu.reservations.calendars.feature import FEATURE as CALENDARS
from tierslieu.reservations.catalogue.feature import FEATURE as CATALOGUE
from tierslieu.reservations.closures.feature import FEATURE as CLOSURES
from tierslieu.reservations.editors.feature import FEATURE as EDITORS
from tierslieu.reservations.feature import FEATURE as RESERVATIONS
from tierslieu.reservations.hours.feature import FEATURE as HOURS
from tierslieu.reservations.offers.feature import FEATURE as OFFERS
from tierslieu.reservations.planning.feature import FEATURE as PLANNING
from tierslieu.reservations.plans.feature import FEATURE as FLOOR_PLANS
from tierslieu.reservations.presence.feature import FEATURE as PRESENCE
from tierslieu.reservations.search.feature import FEATURE as SEARCH
from tierslieu.reservations.series.feature import FEATURE as SERIES
from tierslieu.reservations.standing.feature import FEATURE as STANDING
from tierslieu.reservations.state_pages import FEATURE as STATE
from tierslieu.reservations.terms.feature import FEATURE as TERMS
from tierslieu.reservations.visio.feature import FEATURE as VISIO
from tierslieu.reservations.waiting.feature import FEATURE as WAITING
from tierslieu.reservations.webhooks.feature import FEATURE as WEBHOOKS

FEATURES: tuple[Feature, ...] = (
    IDEMPOTENCY,
    STATE,
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
    SERIES,
    CATALOGUE,
    EDITORS,
    HOURS,
    CALENDARS,
    OFFERS,
    APPROVALS,
    CLOSURES,
    PLANNING,
    PRESENCE,
    VISIO,
    STANDING,
    TERMS,
    WAITING,
    WEBHOOKS,
    SEARCH,
    FLOOR_PLANS,
    ACCESS,
    KIOSKS,
    PASSES,
    PRINTING,
    ZONES,
    SCANNING,
    DOORS,
    ACCESS_PRESENCE,
    FABLAB,
    FABLAB_QUEUE,
    STOCK,
    UPKEEP,
    INTERLOCKS,
    MACHINE_SETUP,
    TELEMETRY,
    MAKING_REQUESTS,
)
