"""What people send and get about persons."""

from typing import Annotated

import msgspec
from pydantic import AfterValidator, Field


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
