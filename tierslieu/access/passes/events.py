"""What passes announce. Ids only."""

import msgspec


class GuestChanged(msgspec.Struct, frozen=True):
    """A guest pass was issued or stopped."""

    guest_id: int


class KeyTurned(msgspec.Struct, frozen=True):
    """Another key signs passes from now on."""

    kid: int
