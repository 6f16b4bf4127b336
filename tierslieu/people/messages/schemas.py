"""What other features give to be told, what people send about messages, and what pages show."""

from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.messages.rules import LONGEST_TEXT
from tierslieu.people.persons.schemas import readable


class File(msgspec.Struct, frozen=True):
    """A file that travels with a letter. `kind` is its media type."""

    name: str
    kind: str
    content: bytes


class Notice(msgspec.Struct, frozen=True):
    """One thing to tell a person, in their language.

    `kind` is stable ("reservation_confirmed"), `short` the same in a short message (SMS); without it the subject
    stands for it. `is_asked`: the person waits for it now (a sign-in link): it leaves at any hour, counts for no
    limit and goes to nobody in their place. `is_reply`: it answers what they did just now, so no hour is quiet for
    it. `is_secret`: its text is forgotten once it left, and no page ever shows it. `weight`: needed, useful (a
    reminder) or optional (news, only for those who said yes). `until`: the instant after which it says nothing
    new. `key` tells the cause: the same key is told to somebody once, however often it is posted.
    """

    kind: str
    subject: str
    text: str
    short: str = ""
    files: tuple[File, ...] = ()
    is_asked: bool = False
    is_secret: bool = False
    weight: str = "needed"
    is_reply: bool = False
    until: int | None = None
    key: str = ""

    def with_key(self, key: str) -> "Notice":
        """The same notice, told once for this cause."""
        return msgspec.structs.replace(self, key=key)


Text = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=LONGEST_TEXT)]


class FreeText(BaseModel):
    """What a member of staff writes to somebody."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: Text


class ContactForm(BaseModel):
    """The choices of a person, as their form gives them: a box that is not ticked is a no."""

    model_config = ConfigDict(extra="forbid")

    email: bool = False
    sms: bool = False
    call: bool = False
    print: bool = False
    useful: bool = False
    optional: bool = False
    first: Literal["", "email", "sms", "call", "print"] = ""
    how: Literal["desk", "phone", "paper"] = "desk"


class Stop(BaseModel):
    """What somebody who followed the link of a letter wants no more: news, or all that can be done without."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["optional", "useful"]


class Receiver(msgspec.Struct, frozen=True):
    """Who gets a message, with their addresses."""

    id: int
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    locale: str
    is_active: int


class Stored(msgspec.Struct, frozen=True):
    """A message as it is stored, without its files."""

    id: int
    person_id: int
    receiver_id: int
    kind: str
    weight: str
    subject: str
    text: str
    short: str
    is_asked: int
    is_secret: int
    is_reply: int
    until: int | None
    channel: str
    state: str
    reason: str
    tries: int
    repeats: int
    round: int
    last_error: str
    created_at: int
    due_at: int
    left_at: int | None
    ended_at: int | None


class Said(msgspec.Struct, frozen=True):
    """One choice of the history."""

    wish: str
    is_wanted: int
    said_at: int
    said_by: int | None
    how: str
