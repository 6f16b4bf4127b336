"""What is shown of roles: who may do what in words, and the roles of one person."""

from collections.abc import Mapping

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles import queries, wording
from tierslieu.people.roles.queries import Grant
from tierslieu.people.roles.rules import ROLES, SCOPE_KINDS


class RoleLine(msgspec.Struct, frozen=True):
    """A role in the catalogue."""

    role: str
    label: str
    purpose: str
    note: str
    is_current: bool


class PermissionLine(msgspec.Struct, frozen=True):
    """What may be done, and by whom."""

    text: str
    who: list[str]


class Domain(msgspec.Struct, frozen=True):
    """The permissions about one thing."""

    key: str
    title: str
    lines: list[PermissionLine]


class HeldLine(msgspec.Struct, frozen=True):
    """A role of a person. `until` is a day in words, "" without an end."""

    id: str
    label: str
    purpose: str
    place: str
    until: str
    is_over: bool


class PersonRoles(msgspec.Struct, frozen=True):
    """A person's roles, on their page."""

    held: list[HeldLine]


def catalogue(words: Words, current: str = "") -> list[RoleLine]:
    """Every role, in the order of the catalogue."""
    return [
        RoleLine(
            role,
            words.text(wording.LABELS[role]),
            words.text(wording.PURPOSES[role]),
            words.text(wording.SCOPE_NOTES.get(role, "")),
            role == current,
        )
        for role in SCOPE_KINDS
    ]


def domains(words: Words, permissions: Mapping[str, frozenset[str]], role: str = "") -> list[Domain]:
    """All permissions by what they are about; with a role, only what that role may."""
    found = []
    for key, group in wording.GROUPED.items():
        held = {name: permissions.get(name, frozenset()) for name in group}
        lines = [
            PermissionLine(words.text(group[name]), _who(words, roles))
            for name, roles in held.items()
            if roles and (not role or role in roles)
        ]
        if lines:
            found.append(Domain(key, words.text(wording.DOMAINS[key]), lines))
    return found


def _who(words: Words, roles: frozenset[str]) -> list[str]:
    """The roles in words, in the order of the catalogue; devices last."""
    if roles >= ROLES:
        return [words.text(_("Toute personne qui a un compte"))]
    found = []
    for role in SCOPE_KINDS:
        if role in roles:
            note = words.text(wording.SCOPE_NOTES.get(role, ""))
            found.append(f"{wording.label(words, role)} ({note})" if note else wording.label(words, role))
    return [*found, *(words.text(wording.DEVICES[role]) for role in sorted(roles - ROLES))]


def held_line(words: Words, one: Grant, now: int) -> HeldLine:
    """A person's role in words."""
    return HeldLine(
        show(one.id),
        wording.label(words, one.role),
        words.text(wording.PURPOSES[one.role]),
        wording.place_text(words, one.scope) if one.scope else "",
        words.day(one.ends_at - 1, "year") if one.ends_at is not None else "",
        not one.is_in_force(now),
    )


def person_roles(reader: Reader, words: Words, person_id: int) -> PersonRoles:
    """The roles of a person, for their page."""
    found = queries.grants_of(reader, person_id)
    return PersonRoles([held_line(words, one, reader.now) for one in found])
