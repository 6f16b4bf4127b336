"""What other features give to be told."""

import msgspec


class File(msgspec.Struct, frozen=True):
    """A file that travels with a letter. `kind` is its media type."""

    name: str
    kind: str
    content: bytes


class Notice(msgspec.Struct, frozen=True):
    """One thing to tell a person, in their language.

    `kind` is stable ("reservation_confirmed"), `short` the same in a short message (SMS), empty when there is
    none. `is_asked`: the person waits for it now (a sign-in link): it leaves at any hour and counts for no
    limit. `is_secret`: its text is forgotten once it left, and no page ever shows it.
    """

    kind: str
    subject: str
    text: str
    short: str = ""
    files: tuple[File, ...] = ()
    is_asked: bool = False
    is_secret: bool = False
