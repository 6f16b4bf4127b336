"""What people send and get at sign-in."""

from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.persons.schemas import readable

Address = Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=320)]
Typed = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=200)]
Code = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=40)]


class SignIn(BaseModel):
    """An e-mail address and a password; staff may add the code of their authenticator at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"email": "sofia.moreau@example.org", "password": "demo-nugue"},
                {"email": "claire@example.org", "password": "demo-nugue", "code": "492039"},
            ]
        },
    )

    email: Address
    password: Typed
    code: Code | None = None


class AskLink(BaseModel):
    """The address to which a sign-in link is wanted."""

    model_config = ConfigDict(extra="forbid")

    email: Address


class GivenCode(BaseModel):
    """A code that somebody read somewhere: in a mail, on an authenticator, on paper."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class GivenPassword(BaseModel):
    """The current password."""

    model_config = ConfigDict(extra="forbid")

    password: Typed


class NewPassword(BaseModel):
    """A new password."""

    model_config = ConfigDict(extra="forbid")

    new_password: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=400)]


class PasskeyAnswer(BaseModel):
    """What a browser's passkey answered, as JSON text."""

    model_config = ConfigDict(extra="forbid")

    answer: Annotated[str, Field(min_length=2, max_length=20_000)]


class NewPasskey(PasskeyAnswer):
    """The same for a new passkey, with the name it is to have."""

    name: Annotated[str, AfterValidator(readable), Field(max_length=60)] = ""


class SessionView(msgspec.Struct, frozen=True):
    """A new session for a program: send `token` as a bearer token.

    `needs_second_factor`: until the second factor is given the session holds a member's rights only.
    """

    token: str
    expires_at: int
    needs_second_factor: bool = False


class MeView(msgspec.Struct, frozen=True):
    """Who is signed in."""

    id: str
    first_name: str
    permissions: list[str]


class Account(msgspec.Struct, frozen=True):
    """What sign-in needs to know of a person. `known` is the id of the asking browser when it is a known one."""

    id: int
    first_name: str
    password_hash: str | None
    roles: str
    known: int | None = None


class Way(msgspec.Struct, frozen=True):
    """How somebody came in: method, strength, and from where."""

    method: str
    strength: int = 1
    label: str = ""
    browser: str = ""
    kind: str = "browser"
