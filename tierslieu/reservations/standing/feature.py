"""What reservations/standing tells the house. Its pages are those of presence."""

from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import UNLINK, Personal
from tierslieu.reservations.standing.tables import Pardon

FEATURE = Feature(name="reservations.standing", personal=(Personal(Pardon, "pardoned_by", on_erase=UNLINK),))
