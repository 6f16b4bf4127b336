"""What persons announce. Ids only."""

import msgspec


class AccountClosed(msgspec.Struct, frozen=True):
    """An account was closed, or its file merged into another: who still holds something for it lets go."""

    person_id: int


class Merged(msgspec.Struct, frozen=True):
    """Two files of one person became one."""

    kept_id: int
    gone_id: int
