"""What closures announce. Ids only: who reads an event looks the rest up as it is by then."""

import msgspec


class Displaced(msgspec.Struct, frozen=True):
    """Somebody lost a reservation. `offer_id` is what is held for them instead, None when nothing fits."""

    displacement_id: int
    offer_id: int | None
