"""Small forms as data: one template shows them all; what was typed stays, each field says what is wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Response

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.http.guards import house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.problems import speak, status_of
from tierslieu.http.wording import Link, sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader

LONGEST_ECHO = 400


class Choice(msgspec.Struct, frozen=True):
    """One answer of a list."""

    value: str
    label: str
    selected: bool = False


class FieldView(msgspec.Struct, frozen=True):
    """One field. `kind` is an input's type, or select, textarea, check."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    choices: Sequence[Choice] = ()
    is_required: bool = True
    extra: Mapping[str, object] = {}


class Spoken(NamedTuple):
    """A reason of refusal with its links, for the template."""

    code: str
    text: str
    remedies: list[Link]


class FormPage(msgspec.Struct, frozen=True):
    """A page that asks for a few things and does one act."""

    title: str
    lines: Sequence[str]
    fields: Sequence[FieldView]
    action: str
    button: str
    symbol: str
    back: str
    back_text: str
    kind: str = "main"
    hidden: Mapping[str, str] = {}


Build = Callable[[Reader, Words, int], FormPage]
Act = Callable[[Mapping[str, str]], Awaitable[None]]


class Faults(msgspec.Struct, frozen=True):
    """What is wrong with a form that was sent."""

    status: int = 200
    errors: Mapping[str, str] = {}
    reasons: Sequence[Spoken] = ()


def faults_of(spoken: Words, error: Invalid | Refused | None) -> Faults:
    """An error in words: beside the fields it names, or as reasons."""
    if error is None:
        return Faults()
    if isinstance(error, Refused):
        return Faults(status_of(error), {}, [Spoken(*each) for each in speak(spoken, error)])
    return Faults(422, {name: sentence(spoken, code, {}) for name, code in error.fields.items()})


def filled(one: FieldView, form: Mapping[str, str] | None) -> FieldView:
    """The field with what was typed."""
    if form is None:
        return one
    value = form.get(one.name, "")[:LONGEST_ECHO]
    choices = [Choice(each.value, each.label, each.value == value) for each in one.choices]
    return msgspec.structs.replace(one, value=value, choices=choices)


def choices(spoken: Words, labels: Mapping[str, str], selected: str = "", first: str = "") -> list[Choice]:
    """A list of codes with their words; `first` is the label of an empty answer."""
    empty = [Choice("", spoken.text(first), not selected)] if first else []
    return [*empty, *(Choice(code, spoken.text(label), code == selected) for code, label in labels.items())]


def show_form(
    request: AnyRequest,
    view: FormPage,
    form: Mapping[str, str] | None = None,
    error: Invalid | Refused | None = None,
) -> Response[bytes]:
    """The page of a form; after an error with its status, what was typed, and what is wrong."""
    faults = faults_of(words(request), error)
    view = msgspec.structs.replace(view, fields=[filled(one, form) for one in view.fields])
    labels = {one.name: one.label for one in view.fields}
    unknown = {name for name in faults.errors if name not in labels}
    reasons = [*faults.reasons, *(Spoken(name, faults.errors[name], []) for name in sorted(unknown))]
    errors = {name: text for name, text in faults.errors.items() if name in labels}
    return page(
        request, "memberships/form.html", faults.status, view=view, errors=errors, labels=labels, reasons=reasons
    )


async def ask(request: AnyRequest, build: Build, subject_id: int) -> Response[bytes]:
    """The form about something, empty."""
    return show_form(request, await house(request).db.read(build, words(request), subject_id))


async def take(request: AnyRequest, build: Build, subject_id: int, act: Act) -> Response[Any]:
    """What was typed is handed to the act; then back to where the form leads, or the form again with what is wrong."""
    form = await read_form(request)
    view = await house(request).db.read(build, words(request), subject_id)
    try:
        await act(form)
    except (Invalid, Refused) as error:
        return show_form(request, view, form, error)
    return see_other(view.back)
