"""What people send and are shown about preferences."""

from typing import Literal

import msgspec
from pydantic import BaseModel, ConfigDict

from tierslieu.http.showing import Showing


class Choice(BaseModel):
    """What somebody chose on the page of preferences."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"language": "fr", "text_size": "125", "easy": True}]}
    )

    language: Literal["", "fr", "en"] = ""
    text_size: Literal["100", "125", "150"] = "100"
    easy: bool = False

    @property
    def showing(self) -> Showing:
        """The same as pages use it."""
        return Showing(self.language, int(self.text_size), self.easy)


class Option(msgspec.Struct, frozen=True):
    """One choice among others, with what it means."""

    value: str
    label: str
    selected: bool


class PreferencesView(msgspec.Struct, frozen=True):
    """The form of preferences."""

    languages: list[Option]
    sizes: list[Option]
    is_easy: bool
    summary: list[str]
