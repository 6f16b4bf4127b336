"""What people send and get at sign-in."""

from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.persons.schemas import readable


class SignIn(BaseModel):
    """An e-mail address and a password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"email": "sofia.moreau@example.org", "password": "demo-nugue"}]},
    )

    email: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=320)]
    password: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=200)]


class SessionView(msgspec.Struct, frozen=True):
    """A new session for a program: send `token` as a bearer token."""

    token: str
    expires_at: int


class MeView(msgspec.Struct, frozen=True):
    """Who is signed in."""

    id: str
    first_name: str
    permissions: list[str]


class Account(msgspec.Struct, frozen=True):
    """What sign-in needs to know of a person."""

    id: int
    first_name: str
    password_hash: str | None
    roles: str
