"""What rights announces."""

import msgspec


class Erased(msgspec.Struct, frozen=True):
    """A person's file was erased: features above take back what only a known person can hold."""

    person_id: int
