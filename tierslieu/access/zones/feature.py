"""What access/zones tells the house."""

from tierslieu.access.zones import tables as tables
from tierslieu.infra.feature import Feature

FEATURE = Feature(name="access.zones")
