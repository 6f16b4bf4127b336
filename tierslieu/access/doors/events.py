"""What doors announce. Ids and codes only."""

import msgspec


class DoorOrdered(msgspec.Struct, frozen=True):
    """An order is to be sent to its door."""

    cmd_id: str


class PinTyped(msgspec.Struct, frozen=True):
    """A badge was shown with its pin, which nobody may judge in a transaction. `told` is the door's own message: the
    pin in it is sealed."""

    door_id: int
    told: str


class DoorTrouble(msgspec.Struct, frozen=True):
    """A door needs somebody: silent, forced, held_open, not_opened, twice, reader, pin_pad, fault."""

    door_id: int
    what: str
    at: int
