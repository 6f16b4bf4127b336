"""What access announces. Ids only."""

import msgspec


class BadgeIssued(msgspec.Struct, frozen=True):
    """A person got a badge."""

    badge_id: int


class BadgeRevoked(msgspec.Struct, frozen=True):
    """A badge stopped working."""

    badge_id: int


class BadgeDoubted(msgspec.Struct, frozen=True):
    """There may be a copy of a badge; or there is no doubt any more."""

    badge_id: int


class Passed(msgspec.Struct, frozen=True):
    """Somebody was let in at a device."""

    device: str
    scan_id: str
    person_id: int
