"""Forms of the venue as data: groups of fields with what they hold, so that one template shows them all."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.venue.wording import ACCESS

YES, NO = "yes", "no"


class Field(msgspec.Struct, frozen=True):
    """One field; `kind` is text, number, area, select or check."""

    kind: str
    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    most: int = 200
    """The longest text, or the greatest number."""
    least: int = 0
    choices: list[Choice] = []


class Group(msgspec.Struct, frozen=True):
    """Fields under one heading."""

    id: str
    title: str
    fields: list[Field]


class FormPage(msgspec.Struct, frozen=True):
    """A page with a form: where it goes, where one came from."""

    title: str
    action: str
    back: str
    groups: list[Group]
    links: list[tuple[str, str]] = []
    resource: str = ""
    """The key of a resource that is there already."""
    is_retired: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """The names of the fields, for the list of what is wrong."""
        return {field.name: field.label for group in self.groups for field in group.fields}


class Given:
    """What a form holds: what was typed, else what is stored."""

    def __init__(self, spoken: Words, typed: Mapping[str, str] | None, stored: Mapping[str, object]) -> None:
        self.spoken = spoken
        self.typed = typed
        self.stored = stored

    def value(self, name: str) -> str:
        """The text of a field."""
        if self.typed is not None:
            return self.typed.get(name, "")
        found = self.stored.get(name, "")
        return "1" if found is True else "" if found is False or found is None else str(found)

    def line(self, name: str, label: str, most: int = 200, hint: str = "", *, required: bool = False) -> Field:
        """A line of text."""
        return self._field("text", name, label, hint, most=most, required=required)

    def area(self, name: str, label: str, most: int = 2000, hint: str = "") -> Field:
        """A text of several lines."""
        return self._field("area", name, label, hint, most=most)

    def number(self, name: str, label: str, bounds: tuple[int, int], hint: str = "", *, required: bool = True) -> Field:
        """A whole number between bounds."""
        return self._field("number", name, label, hint, least=bounds[0], most=bounds[1], required=required)

    def check(self, name: str, label: str) -> Field:
        """A box to tick."""
        return self._field("check", name, label, "")

    def select(self, name: str, label: str, choices: Iterable[tuple[str, str]], hint: str = "") -> Field:
        """One of several."""
        here = self.value(name)
        found = [Choice(value, self.spoken.text(text), value == here) for value, text in choices]
        return replace(self._field("select", name, label, hint), choices=found)

    def _field(
        self, kind: str, name: str, label: str, hint: str, most: int = 200, least: int = 0, required: bool = False
    ) -> Field:
        say = self.spoken.text
        return Field(kind, name, say(label), self.value(name), say(hint), required, most, least)


TERNARY: Final = (("", _("On ne sait pas")), (YES, _("Oui")), (NO, _("Non")))


def access_fields(given: Given) -> list[Field]:
    """What is known of the accessibility of a place, fact by fact."""
    found = [given.select(f"a_{code}", text, TERNARY) for code, text in ACCESS.items()]
    return [*found, given.area("access_note", _("Précisions"), 500)]


def stored_access(access: Mapping[str, bool]) -> dict[str, str]:
    """Known facts as the fields hold them."""
    return {f"a_{code}": YES if is_true else NO for code, is_true in access.items()}


def read_access(form: Mapping[str, str]) -> dict[str, bool]:
    """The facts that are known, from the fields."""
    found = {code: form.get(f"a_{code}", "") for code in ACCESS}
    return {code: answer == YES for code, answer in found.items() if answer in (YES, NO)}
