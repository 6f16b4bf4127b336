"""What reservations announce. Ids only: who reads an event looks the rest up as it is by then."""

import msgspec


class Reserved(msgspec.Struct, frozen=True):
    """A reservation was made: of which resource, and in which state it began."""

    reservation_id: int
    resource_id: int = 0
    state: str = ""


class Moved(msgspec.Struct, frozen=True):
    """A reservation was replaced by one at another time or place."""

    reservation_id: int
    former_id: int


class Cancelled(msgspec.Struct, frozen=True):
    """A reservation was cancelled, by its person or by the house (`by_house`)."""

    reservation_id: int
    by_house: bool


class Answered(msgspec.Struct, frozen=True):
    """A request was granted or not; the reservation's state tells which."""

    reservation_id: int


class CheckedIn(msgspec.Struct, frozen=True):
    """Somebody came for a reservation of this resource, at this instant (0: not told): it may be heard of late.

    `is_noted`: when they came is kept already.
    """

    reservation_id: int
    resource_id: int = 0
    at: int = 0
    is_noted: bool = False


class Ended(msgspec.Struct, frozen=True):
    """A reservation is over before its time without being cancelled: nobody came (released), or they left."""

    reservation_id: int
    because: str


class Freed(msgspec.Struct, frozen=True):
    """Time on some units is free again: what waited for it may have it."""

    unit_ids: tuple[int, ...]
    starts_at: int
    ends_at: int
