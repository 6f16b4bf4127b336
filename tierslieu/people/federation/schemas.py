"""What federation takes in and hands around."""

import msgspec
from pydantic import BaseModel, ConfigDict

from tierslieu.people.persons.schemas import Name


class NewAccount(BaseModel):
    """The names under which somebody wants to be known here."""

    model_config = ConfigDict(extra="forbid")

    first_name: Name
    last_name: Name


class Facts(msgspec.Struct, frozen=True):
    """What a provider says of somebody, checked. `strength` is 2 when it saw two factors."""

    issuer: str
    subject: str
    first_name: str
    last_name: str
    email: str
    is_email_verified: bool
    strength: int
    is_staff_allowed: bool


class Attempt(msgspec.Struct, frozen=True):
    """A journey that came back."""

    provider: str
    nonce_sha256: str
    target: str
    person_id: int | None


class Visitor(msgspec.Struct, frozen=True):
    """Somebody not known yet, as the provider describes them."""

    provider: str
    issuer: str
    subject: str
    first_name: str
    last_name: str
    email: str
    is_email_verified: int
    strength: int
    is_staff_allowed: int
    target: str


class IdentityRow(msgspec.Struct, frozen=True):
    """One of a person's identities."""

    id: int
    person_id: int
    provider: str
    linked_at: int
    used_at: int
