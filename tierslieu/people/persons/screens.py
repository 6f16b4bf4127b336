"""From files to views: what the pages of persons show, every text ready to read."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.feature import Section
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import phones, queries
from tierslieu.people.persons.schemas import Found, Likely, PersonFile

FIELDS = {
    "first_name": _("Prénom"),
    "last_name": _("Nom"),
    "birth_year": _("Année de naissance"),
    "phone": _("Téléphone"),
    "email": _("Courriel"),
}
"""What the form of a file asks, in its order."""


class PersonLine(msgspec.Struct, frozen=True):
    """A person in a list."""

    id: str
    name: str
    birth: str
    email: str
    phone: str
    file: str
    is_open: bool


class PersonHead(msgspec.Struct, frozen=True):
    """Whose page this is. `file` tells two people of the same name apart."""

    id: str
    name: str
    first_name: str
    file: str
    is_open: bool


class Part(msgspec.Struct, frozen=True):
    """A section of a person's page, read and ready."""

    name: str
    template: str
    view: Any


class Pairs(msgspec.Struct, frozen=True):
    """Terms and values."""

    pairs: list[tuple[str, str]]


def file_text(person_id: int) -> str:
    """The end of a file's number, enough to tell two people of one name apart."""
    return show(person_id)[-4:]


def head(one: PersonFile) -> PersonHead:
    """The head of a person's page."""
    return PersonHead(show(one.id), one.name, one.first_name, file_text(one.id), bool(one.is_active))


def line(one: Found, words: Words) -> PersonLine:
    """A person in a list."""
    return PersonLine(
        show(one.id),
        one.name,
        birth_text(one.birth_year, words),
        one.email or "",
        phones.shown(one.phone) if one.phone else "",
        file_text(one.id),
        bool(one.is_active),
    )


def likely_lines(found: Sequence[Likely], words: Words) -> list[PersonLine]:
    """Those who are alike, the most alike first."""
    return [line(one.person, words) for one in found]


def birth_text(year: int | None, words: Words) -> str:
    """« 1948 », or that it is not known."""
    return str(year) if year else words.text(_("non notée"))


def identity(reader: Reader, words: Words, person_id: int) -> Pairs:
    """Who the person is."""
    one = queries.file(reader, person_id)
    return Pairs(
        [
            (words.text(FIELDS["first_name"]), one.first_name),
            (words.text(FIELDS["last_name"]), one.last_name),
            (words.text(FIELDS["birth_year"]), birth_text(one.birth_year, words)),
            (words.text(_("Fiche")), words.text(_("ouverte le {day}"), day=words.day(one.created_at, "year"))),
        ]
    )


def contact(reader: Reader, words: Words, person_id: int) -> Pairs:
    """How the person is reached."""
    one = queries.file(reader, person_id)
    return Pairs(
        [
            (words.text(FIELDS["phone"]), phones.shown(one.phone) if one.phone else words.text(_("pas de téléphone"))),
            (words.text(FIELDS["email"]), one.email or words.text(_("pas de courriel"))),
        ]
    )


def parts(reader: Reader, words: Words, person_id: int, sections: Sequence[Section]) -> list[Part]:
    """The sections of a person's page that have something to show, in their order."""
    found = [(one, one.read(reader, words, person_id)) for one in sections]
    return [Part(one.name, one.template, view) for one, view in found if view is not None]


def form_values(one: PersonFile) -> dict[str, str]:
    """What the form of a file holds before anybody types."""
    found = {name: str(value or "") for name, value in one.values.items()}
    found["phone"] = phones.shown(one.phone).replace("\u00a0", " ") if one.phone else ""
    return found


def differences(typed: Mapping[str, str], one: PersonFile, words: Words) -> list[tuple[str, str, str]]:
    """Where what was typed and what the file says now differ: field, typed, now."""
    now = form_values(one)
    return [
        (words.text(label), typed.get(name, ""), now[name])
        for name, label in FIELDS.items()
        if name in typed and typed[name].strip() != now[name]
    ]


def address(path: str, **facts: str) -> str:
    """A path with the parameters that say something."""
    said = {name: value for name, value in facts.items() if value}
    return f"{path}?{urlencode(said)}" if said else path
