"""What devices announce. Keys only."""

import msgspec


class SecretCopied(msgspec.Struct, frozen=True):
    """A device's former secret was used after its new one: two machines have it, and it was stopped."""

    device: str
    at: int
