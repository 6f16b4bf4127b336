"""What people/audit tells the house."""

from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import KEEP, Personal
from tierslieu.people.audit.tables import AuditEntry

FEATURE = Feature(
    name="people.audit",
    personal=(Personal(AuditEntry, "subject_id", on_erase=KEEP),),
)
