"""What the printing page asks for."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tierslieu.access.passes.lending import MOST_AT_ONCE

CardFormat = Literal["a4", "card", "62mm"]


class CardWish(BaseModel):
    """A card that was just made, by the text of its code; with the first name if its person wants it there."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    format: CardFormat
    with_name: bool = False


class DayCardsWish(BaseModel):
    """A batch of numbered cards to lend for a day."""

    count: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)]
    format: CardFormat


class GroupCardsWish(BaseModel):
    """New cards for a group; `agreed`: the former ones may stop."""

    group: Annotated[str, Field(min_length=13, max_length=13)]
    format: CardFormat
    agreed: Literal["1"]
    with_name: bool = False
