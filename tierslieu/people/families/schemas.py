"""The forms of families."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.families.rules import Paper
from tierslieu.people.relations.actions import Bond


def day_kept(text: str) -> str:
    """A day as forms send it. Raises ValueError("bad_date")."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("bad_date") from None
    if not 2000 <= found.year <= 2099 or len(text) != 10:
        raise ValueError("bad_date")
    return text


Day = Annotated[str, AfterValidator(day_kept)]
ShownId = Annotated[str, Field(min_length=13, max_length=13)]
Scope = Literal["account", "machines", "going_home_alone", "outing", "photo_web", "photo_press", "photo_social"]
Kind = Literal["parent", "guardian", "foster", "other", "relative", "carer"]


class LinkFields(BaseModel):
    """A link to make. `way`: the other person answers for this one ("guardian"), or this one for them ("cared")."""

    model_config = ConfigDict(extra="ignore")

    other: ShownId
    way: Literal["guardian", "cared"]
    kind: Kind
    may_act: Literal["1"] | None = None
    receives: Literal["1"] | None = None

    def bond(self, person_id: int, other_id: int) -> Bond:
        """The same for the action."""
        cared, guardian = (person_id, other_id) if self.way == "guardian" else (other_id, person_id)
        return Bond(cared, guardian, self.kind, self.may_act == "1", self.receives == "1")


class ConsentFields(BaseModel):
    """A consent on paper."""

    model_config = ConfigDict(extra="ignore")

    signer: ShownId
    scope: Scope
    given_on: Day
    until: Day
    agreed: Literal["1"] | None = None

    def paper(self, guardian_id: int) -> Paper:
        """The same for the action."""
        given, until = date.fromisoformat(self.given_on), date.fromisoformat(self.until)
        return Paper(guardian_id, self.scope, given, until, self.agreed == "1")


class OwnConsentFields(BaseModel):
    """What a guardian agrees to in their own space."""

    model_config = ConfigDict(extra="ignore")

    scope: Scope
    agreed: Literal["1"] | None = None
