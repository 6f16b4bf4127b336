"""What doors announce. Ids and codes only."""

import msgspec


class DoorOrdered(msgspec.Struct, frozen=True):
    """An order is to be sent to its door."""

    cmd_id: str


class DoorTrouble(msgspec.Struct, frozen=True):
    """A door needs somebody: silent, forced, held_open, not_opened, twice, reader, fault."""

    door_id: int
    what: str
    at: int
