"""What people send and get about persons."""

import re
from datetime import UTC, datetime
from typing import Annotated, Self

import msgspec
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from tierslieu.people.persons import names, phones
from tierslieu.people.persons.rules import normal_email


def readable(text: str) -> str:
    """Text that can be stored and shown: no control characters, no half characters."""
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text) or any(
        "\ud800" <= sign <= "\udfff" for sign in text
    ):
        raise ValueError("bad_text")
    return text


ShortText = Annotated[str, AfterValidator(readable), Field(max_length=200)]


class Known(msgspec.Struct, frozen=True):
    """A person as other features need to know them: for mail, greetings and desk work."""

    id: int
    first_name: str
    last_name: str
    email: str | None
    locale: str


class Found(msgspec.Struct, frozen=True):
    """A person as a search or a list shows them to staff."""

    id: int
    first_name: str
    last_name: str
    birth_year: int | None
    email: str | None
    phone: str | None
    is_active: int
    created_at: int
    sort_name: str

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}"


class Likely(msgspec.Struct, frozen=True):
    """A known person who could be the one being written down, and how alike they are (0 to 100)."""

    person: Found
    likeness: int


EMAIL = re.compile(r"[^\s@<>\"(),;:\\[\]]{1,64}@[^\s@<>\"(),;:\\[\]]{1,250}\.[^\s@.<>\"(),;:\\[\]]{2,63}")


def name_kept(text: str) -> str:
    """A name as it is kept. Raises ValueError: bad_text, bad_name, string_too_long."""
    kept = names.written(text)
    if len(kept) > names.LONGEST_NAME:
        raise ValueError("string_too_long")
    return kept


def email_kept(text: str) -> str:
    """An address as it is kept. Raises ValueError("bad_email")."""
    kept = normal_email(readable(text))
    if EMAIL.fullmatch(kept) is None or len(kept) > 320:
        raise ValueError("bad_email")
    return kept


Name = Annotated[str, AfterValidator(name_kept), Field(min_length=1, max_length=1000)]
Email = Annotated[str, AfterValidator(email_kept), Field(max_length=330)]
Phone = Annotated[str, AfterValidator(phones.kept), Field(max_length=40)]
BirthYear = Annotated[int, Field(ge=1900, le=2100)]


class PersonFields(BaseModel):
    """The form of a file: only the names are needed."""

    model_config = ConfigDict(extra="ignore")

    first_name: Name
    last_name: Name
    birth_year: BirthYear | None = None
    email: Email | None = None
    phone: Phone | None = None


class NewPerson(PersonFields):
    """Somebody new. `is_new`: staff looked at the people who are alike, and it is none of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"first_name": "Rose", "last_name": "Garnier", "birth_year": 1951}]},
    )

    is_new: Annotated[bool, Field(strict=True)] = False


class Correction(BaseModel):
    """What changes in a file; what is not named stays. `changed_at` is the one that was read with the file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"phone": "06 39 98 05 35", "changed_at": "2026-11-24T08:00:00Z"}]},
    )

    first_name: Name | None = None
    last_name: Name | None = None
    birth_year: BirthYear | None = None
    email: Email | None = None
    phone: Phone | None = None
    changed_at: AwareDatetime

    @model_validator(mode="after")
    def _names_stay(self) -> Self:
        if any(name in self.model_fields_set and getattr(self, name) is None for name in ("first_name", "last_name")):
            raise ValueError("missing")
        return self


class PersonFile(msgspec.Struct, frozen=True):
    """A file as it is stored, whatever its state."""

    id: int
    first_name: str
    last_name: str
    birth_year: int | None
    email: str | None
    phone: str | None
    is_active: int
    created_at: int
    changed_at: int
    merged_into: int | None
    erased_at: int

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def values(self) -> dict[str, str | int | None]:
        """What people may correct."""
        return {name: getattr(self, name) for name in CORRECTED}


CORRECTED = ("first_name", "last_name", "birth_year", "email", "phone")


class PersonView(msgspec.Struct, frozen=True):
    """A person as programs of the staff see them."""

    id: str
    first_name: str
    last_name: str
    birth_year: int | None
    email: str | None
    phone: str | None
    is_active: bool
    created_at: datetime
    changed_at: datetime


class FoundView(msgspec.Struct, frozen=True):
    """A person in the answer to a search."""

    id: str
    first_name: str
    last_name: str
    birth_year: int | None
    email: str | None
    phone: str | None


def moment(instant: int) -> datetime:
    """An instant as programs get it: UTC."""
    return datetime.fromtimestamp(instant, UTC)
