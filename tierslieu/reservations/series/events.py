"""What series announce: ids only."""

import msgspec


class SeriesTold(msgspec.Struct, frozen=True):
    """Several dates of a series changed at once, and their person is to be told in one letter.

    `what`: made, moved, cancelled, asked, kept or released. `reservation_ids` are the reservations as they are now.
    """

    series_id: int
    version: int
    what: str
    reservation_ids: tuple[int, ...] = ()
