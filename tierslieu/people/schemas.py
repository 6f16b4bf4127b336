"""What people send and get: sign-in in, persons out."""

from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def readable(text: str) -> str:
    """Text that can be stored and shown: no control characters, no half characters."""
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text) or any(
        "\ud800" <= sign <= "\udfff" for sign in text
    ):
        raise ValueError("bad_text")
    return text


ShortText = Annotated[str, AfterValidator(readable), Field(max_length=200)]


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


class Known(msgspec.Struct, frozen=True):
    """A person as other features need to know them: for mail, greetings and desk work."""

    id: int
    first_name: str
    last_name: str
    email: str | None
    locale: str
