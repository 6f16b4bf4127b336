"""What a change of hours announces."""

import msgspec

HOURS_CHANGED, RETIRED = "hours_changed", "retired"


class Displaced(msgspec.Struct, frozen=True):
    """A reservation lies outside the hours now, or its resource went out of service: it must be put elsewhere.

    The reservation stands until somebody reacts. `because` is hours_changed or retired, `reason` what people
    read about it (may be empty).
    """

    reservation_id: int
    because: str
    reason: str = ""
