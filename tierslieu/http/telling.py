"""Telling on a page what happened: reasons of a refusal, errors beside fields, what was just done."""

from collections.abc import Iterable, Mapping

import msgspec
from litestar.response import Redirect

from tierslieu.basics.errors import DomainError, Invalid, Reason, Refused
from tierslieu.http.pages import AnyRequest, see_other, words
from tierslieu.http.wording import Link, reason_text, remedy_link, sentence
from tierslieu.http.words import Words


class Choice(msgspec.Struct, frozen=True):
    """One line of a select field."""

    value: str
    label: str
    selected: bool = False


class ReasonLine(msgspec.Struct, frozen=True):
    """One reason of a refusal, ready to show."""

    code: str
    text: str
    remedies: list[Link]


def reason_lines(spoken: Words, found: Iterable[Reason]) -> list[ReasonLine]:
    """Reasons in sentences, each with what to do next."""
    return [
        ReasonLine(one.code, reason_text(spoken, one), [remedy_link(spoken, remedy) for remedy in one.remedies])
        for one in found
    ]


def told(spoken: Words, error: DomainError) -> list[ReasonLine]:
    """Why something is not possible."""
    if isinstance(error, Refused):
        return reason_lines(spoken, error.reasons)
    return [ReasonLine(error.code, sentence(spoken, error.code, error.facts), [])]


def field_errors(spoken: Words, error: Invalid) -> dict[str, str]:
    """A sentence per field."""
    return {name: sentence(spoken, code, error.facts) for name, code in error.fields.items()}


def done(path: str, code: str) -> Redirect:
    """Back to a page that says what was done."""
    return see_other(f"{path}?fait={code}")


def done_text(request: AnyRequest, sentences: Mapping[str, str]) -> str:
    """What was just done, as a sentence; nothing for unknown codes."""
    code = str(request.query_params.get("fait", ""))
    return words(request).text(sentences[code]) if code in sentences else ""
