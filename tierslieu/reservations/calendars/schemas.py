"""What people send about calendars."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.persons.schemas import readable

Name = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=40)]


class NewFeed(BaseModel):
    """A calendar to subscribe to: a name for the device, what it shows, and how much of it."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Mon téléphone", "place": "", "detail": "own"}]},
    )

    name: Name
    place: Annotated[str, Field(max_length=60)] = ""
    detail: Literal["own", "busy", "names", "opening"] = "own"


class ImportFields(BaseModel):
    """The form of an import, beside its file. `into` is the import that the file brings up to date."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=80)]
    into: Annotated[str, Field(max_length=13)] = ""
