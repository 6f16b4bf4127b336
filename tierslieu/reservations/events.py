"""What reservations announce. Ids only: who reads an event looks the rest up as it is by then."""

import msgspec


class Reserved(msgspec.Struct, frozen=True):
    """A reservation was made."""

    reservation_id: int


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
    """Somebody came for a reservation."""

    reservation_id: int
