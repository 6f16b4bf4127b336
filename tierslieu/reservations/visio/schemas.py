"""What people send about meetings at a distance."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tierslieu.people.persons.schemas import readable


def web_address(text: str) -> str:
    """An address that browsers open safely: https, with a host, without spaces."""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or any(letter.isspace() for letter in text):
        raise ValueError("not_https")
    return text


Note = Annotated[str, AfterValidator(readable), Field(max_length=300)]


class RoomFields(BaseModel):
    """The form of a room: how its meetings are held, and how to plug in."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    kind: Literal["none", "fixed", "jitsi", "bbb"]
    address: Annotated[str, Field(max_length=500)] = ""
    plug: Note = ""
    camera: Note = ""
    microphone: Note = ""
    renewed: bool = False

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if self.kind in ("fixed", "jitsi"):
            web_address(self.address)
        return self


class Entering(BaseModel):
    """Under which name somebody enters a meeting."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=60)]


class TestWish(BaseModel):
    """When to test the equipment, as it was shown (seconds since 1970)."""

    model_config = ConfigDict(extra="ignore")

    start: Annotated[int, Field(ge=1_735_689_600, le=4_102_444_800)]
