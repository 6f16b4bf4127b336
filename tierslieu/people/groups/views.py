"""From facts to views: groups in words."""

from collections.abc import Mapping
from datetime import date

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups import queries, rules
from tierslieu.people.groups.queries import Group, Member
from tierslieu.people.groups.wording import KINDS, ROLES
from tierslieu.people.persons import phones
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.schemas import Found as FoundPerson


class Choice(msgspec.Struct, frozen=True):
    """One entry of a list to choose from."""

    value: str
    label: str
    selected: bool = False


class GroupLine(msgspec.Struct, frozen=True):
    """A group in the list."""

    id: str
    name: str
    kind: str
    place: str
    count: str
    is_closed: bool


class GroupsPage(msgspec.Struct, frozen=True):
    """« Groupes »."""

    lines: list[GroupLine]


class MemberLine(msgspec.Struct, frozen=True):
    """A member in words; `phone` and `email` are "" when there is none."""

    id: str
    person_id: str
    name: str
    birth_year: str
    phone: str
    email: str
    role: str


class Found(msgspec.Struct, frozen=True):
    """A person the search found, and whether they are in the group."""

    id: str
    name: str
    birth_year: str
    mark: str
    is_member: bool


class GroupPage(msgspec.Struct, frozen=True):
    """One group."""

    id: str
    name: str
    kind: str
    kind_text: str
    place: str
    contact: str
    contact_id: str
    facts: list[tuple[str, str]]
    members: list[MemberLine]
    is_closed: bool
    without_email: int
    without_phone: int
    group: Group
    levels: tuple[tuple[str, int], ...]
    roles: list[Choice]


class GroupForm(msgspec.Struct, frozen=True):
    """The form of a group, as it was typed."""

    kinds: list[Choice]
    name: str = ""
    place: str = ""
    headcount: str = ""
    school_year: str = ""
    starts_on: str = ""
    ends_on: str = ""
    levels: str = ""


class PaperList(msgspec.Struct, frozen=True):
    """A list to print: `rows` are (number, name, phone or « sans téléphone »)."""

    id: str
    name: str
    day: str
    rows: list[tuple[int, str, str]]
    facts: list[tuple[str, str]]


class Belonging(msgspec.Struct, frozen=True):
    """One group on a person's page."""

    member_id: str
    group_id: str
    name: str
    kind: str
    role: str
    since: str


class GroupsPart(msgspec.Struct, frozen=True):
    """The groups of a person, and those they may still join."""

    lines: list[Belonging]
    others: list[Choice]


def groups_page(reader: Reader, spoken: Words) -> GroupsPage:
    """The list."""
    return GroupsPage(
        [
            GroupLine(
                show(one.id),
                one.name,
                spoken.text(KINDS[one.kind]),
                one.place,
                _count(one.members, one.pupils or one.headcount, spoken),
                one.closed_at is not None,
            )
            for one in queries.groups(reader)
        ]
    )


def _count(members: int, headcount: int | None, spoken: Words) -> str:
    """« 90 personnes », « 27 élèves sans nom », or both."""
    known_text = spoken.plural("{count} personne connue", "{count} personnes connues", members) if members else ""
    if not headcount:
        return known_text or spoken.text("personne pour le moment")
    whole = spoken.plural("effectif : {count} personne", "effectif : {count} personnes", headcount)
    return f"{whole}, {known_text}" if known_text else whole


def group_page(reader: Reader, group_id: int, spoken: Words) -> GroupPage:
    """One group."""
    one = queries.group(reader, group_id)
    levels = tuple(queries.levels(reader, group_id))
    members = queries.members(reader, group_id)
    contact = known(reader, one.contact_id) if one.contact_id else None
    return GroupPage(
        show(one.id),
        one.name,
        one.kind,
        spoken.text(KINDS[one.kind]),
        one.place,
        f"{contact.first_name} {contact.last_name}" if contact else "",
        show(contact.id) if contact else "",
        _facts(one, levels, len(members), spoken),
        [_member(each, spoken) for each in members],
        one.closed_at is not None,
        sum(1 for each in members if not each.email),
        sum(1 for each in members if not each.phone),
        one,
        levels,
        [Choice(role, spoken.text(text), role == "member") for role, text in ROLES.items()],
    )


def _facts(one: Group, levels: tuple[tuple[str, int], ...], members: int, spoken: Words) -> list[tuple[str, str]]:
    found = [(spoken.text("Lieu"), one.place)] if one.place else []
    if one.school_year:
        found.append((spoken.text("Année scolaire"), f"{one.school_year}-{one.school_year + 1}"))
    if one.starts_on or one.ends_on:
        first, last = (
            spoken.day(date.fromisoformat(day), "year") if day else "…" for day in (one.starts_on, one.ends_on)
        )
        found.append((spoken.text("Période"), spoken.text("du {first} au {last}", first=first, last=last)))
    total = rules.total(levels, one.headcount)
    if total is not None:
        found.append((spoken.text("Effectif"), spoken.plural("{count} personne", "{count} personnes", total)))
    found.extend((level, spoken.plural("{count} élève", "{count} élèves", count)) for level, count in levels)
    found.append((spoken.text("Connus par leur nom"), spoken.plural("{count} personne", "{count} personnes", members)))
    return found


def _member(one: Member, spoken: Words) -> MemberLine:
    return MemberLine(
        show(one.id),
        show(one.person_id),
        one.name,
        str(one.birth_year or ""),
        phones.shown(one.phone) if one.phone else "",
        one.email or "",
        "" if one.role == "member" else spoken.text(ROLES[one.role]),
    )


def found(one: FoundPerson, present: set[int]) -> Found:
    """A person of the search."""
    return Found(show(one.id), one.name, str(one.birth_year or ""), show(one.id)[-4:], one.id in present)


def new_form(typed: Mapping[str, str], spoken: Words) -> GroupForm:
    """The form with what was typed."""
    kind = typed.get("kind", "association")
    kinds = [Choice(value, spoken.text(text), value == kind) for value, text in KINDS.items()]
    fields = {name: typed.get(name, "")[:500] for name in GroupForm.__struct_fields__ if name != "kinds"}
    return GroupForm(kinds, **fields)


def form_of(view: GroupPage, typed: Mapping[str, str], spoken: Words) -> GroupForm:
    """The form of a known group: as it is stored, or as it was typed."""
    if typed:
        return new_form(typed, spoken)
    stored = {
        "kind": view.kind,
        "name": view.name,
        "place": view.place,
        "headcount": str(view.group.headcount or ""),
        "school_year": str(view.group.school_year or ""),
        "starts_on": view.group.starts_on or "",
        "ends_on": view.group.ends_on or "",
        "levels": "\n".join(f"{level} : {count}" for level, count in view.levels),
    }
    return new_form(stored, spoken)


def paper_list(reader: Reader, group_id: int, spoken: Words) -> PaperList:
    """Every member with what is needed to call them, to print."""
    view = group_page(reader, group_id, spoken)
    members = [_member(one, spoken) for one in queries.all_members(reader, group_id)]
    rows = [(number, one.name, one.phone or spoken.text("sans téléphone")) for number, one in enumerate(members, 1)]
    return PaperList(view.id, view.name, spoken.day(reader.now, "year"), rows, view.facts)


def groups_part(reader: Reader, spoken: Words, person_id: int) -> GroupsPart:
    """The section of a person's page."""
    lines = [
        Belonging(
            show(one.id),
            show(one.group_id),
            one.name,
            spoken.text(KINDS[one.kind]),
            "" if one.role == "member" else spoken.text(ROLES[one.role]),
            spoken.day(one.since, "year"),
        )
        for one in queries.of_person(reader, person_id)
    ]
    joined = {one.group_id for one in lines}
    others = [Choice(show(id_), name) for id_, name in queries.open_groups(reader) if show(id_) not in joined]
    return GroupsPart(lines, others)
