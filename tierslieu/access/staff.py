"""Who of the staff is told what calls for somebody, and the same letter to each of them in their own language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders
from tierslieu.people.roles.rules import ADMINISTRATOR
from tierslieu.venue.queries import venue

DESK: Final = "receptionist"
KEEPERS: Final = (ADMINISTRATOR, DESK)
"""Who looks after badges, kiosks and passages."""


class Letter(msgspec.Struct, frozen=True):
    """A letter to staff, its words not yet spoken in any language. Of one `key` each of them gets one.

    `short` is the same in a short message, `until` the instant after which it says nothing new.
    """

    kind: str
    subject: str
    text: str
    key: str
    until: int | None = None
    short: str = ""


def holding(reader: Reader, roles: Iterable[str]) -> list[int]:
    """Who holds one of these roles."""
    return sorted({one.person_id for role in roles for one in holders(reader, role)})


def tell(tx: Tx, people: Iterable[int], letter: Letter, facts: Callable[[Words], Mapping[str, Any]]) -> None:
    """Write to each of these people; `facts` fills the letter's sentences in the words of who reads it."""
    zone = venue(tx).zone
    for person_id in people:
        words = words_for(tx, person_id, zone)
        said = facts(words)
        subject, text, short = (
            words.text(one, **said) if one else "" for one in (letter.subject, letter.text, letter.short)
        )
        post(tx, person_id, Notice(letter.kind, subject, text, short, until=letter.until, key=letter.key))
