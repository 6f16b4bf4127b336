"""From facts to views: families in words."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.families import queries, rules
from tierslieu.people.families.rules import Given
from tierslieu.people.families.wording import KINDS, SCOPES
from tierslieu.people.persons.queries import file, known_among
from tierslieu.people.relations import queries as relations
from tierslieu.people.relations.queries import Near
from tierslieu.people.relations.rules import GUARDIAN_KINDS, RELATIVE_KINDS, Standing, is_minor, may_note

ENDED = {"withdrawn": _("retirée le {day}"), "replaced": _("remplacée le {day}")}


class Choice(msgspec.Struct, frozen=True):
    """One entry of a list to choose from."""

    value: str
    label: str
    selected: bool = False


class Relative(msgspec.Struct, frozen=True):
    """Somebody at the other end of a link, in words. `may_act`: reserves and cancels for the other."""

    link_id: str
    person_id: str
    name: str
    first_name: str
    kind: str
    rights: str
    may_act: bool


class ScopeLine(msgspec.Struct, frozen=True):
    """One thing that may be agreed to, and how it stands today. `signed`: who agreed, until when."""

    scope: str
    text: str
    is_given: bool
    signed: list[str]


class PaperLine(msgspec.Struct, frozen=True):
    """One consent of the history. `can_end`: it was neither withdrawn nor replaced."""

    id: str
    text: str
    who: str
    period: str
    how: str
    can_end: bool
    is_own: bool


class FamilyPart(msgspec.Struct, frozen=True):
    """The section of a person's page."""

    is_minor: bool
    age: str
    guardians: list[Relative]
    cared: list[Relative]
    scopes: list[ScopeLine]


class LinksPage(msgspec.Struct, frozen=True):
    """/personnes/{id}/proches."""

    id: str
    name: str
    is_minor: bool
    age: str
    notes: list[Choice]
    guardians: list[Relative]
    cared: list[Relative]
    kinds: list[Choice]
    kinds_as_guardian: list[Choice]


class ConsentsPage(msgspec.Struct, frozen=True):
    """/personnes/{id}/autorisations, and the same for a guardian."""

    id: str
    name: str
    first_name: str
    is_minor: bool
    needs_child: bool
    signers: list[Choice]
    scopes: list[Choice]
    lines: list[ScopeLine]
    papers: list[PaperLine]
    given_on: str
    until: str


def family_part(reader: Reader, spoken: Words, person_id: int) -> FamilyPart:
    """The section: who answers for the person, for whom they answer, what was agreed to."""
    now = reader.now
    standing, year = relations.standing(reader, person_id), relations.year_at(reader, now)
    is_child = is_minor(standing, year)
    return FamilyPart(
        is_child,
        age_text(standing, year, spoken),
        [_relative(one, spoken) for one in relations.guardians_of(reader, person_id, now)],
        [_relative(one, spoken) for one in relations.cared_for(reader, person_id, now)],
        scope_lines(reader, spoken, person_id) if is_child else [],
    )


def age_text(standing: Standing, year: int, spoken: Words) -> str:
    """« Mineur ou mineure, née en 2012 »: what the house goes by."""
    if is_minor(standing, year):
        if standing.birth_year is None:
            return spoken.text(_("Personne mineure, notée par l’accueil."))
        last = standing.birth_year + 18
        return spoken.text(_("Personne mineure, jusqu’au 31 décembre {year} au plus tard."), year=last)
    if standing.birth_year is None:
        return spoken.text(_("Traitée comme majeure : son année de naissance n’est pas notée."))
    return spoken.text(_("Personne majeure."))


def _relative(one: Near, spoken: Words) -> Relative:
    rights = []
    if one.may_act:
        rights.append(spoken.text(_("peut réserver à sa place")))
    if one.receives_messages:
        rights.append(spoken.text(_("reçoit ses messages")))
    name = f"{one.first_name} {one.last_name}"
    return Relative(
        show(one.link_id),
        show(one.person_id),
        name,
        one.first_name,
        spoken.text(KINDS[one.kind]),
        ", ".join(rights),
        bool(one.may_act),
    )


def scope_lines(reader: Reader, spoken: Words, person_id: int) -> list[ScopeLine]:
    """How each thing that may be agreed to stands today."""
    today = relations.zone_of(reader).date(reader.now)
    scopes = _scopes_for(relations.is_minor(reader, person_id, reader.now))
    given = queries.consents_of(reader, person_id)
    holds = queries.consents(reader, person_id, scopes, today, reader.now)
    names = _names(reader, (one.guardian_id for one in given))
    return [
        ScopeLine(scope, spoken.text(SCOPES[scope]), holds[scope], _signed(given, scope, names, today, spoken))
        for scope in scopes
    ]


def _scopes_for(is_child: bool) -> tuple[str, ...]:
    return rules.SCOPES if is_child else rules.PHOTO_SCOPES


def _names(reader: Reader, ids: Iterable[int]) -> dict[int, str]:
    return {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, list(ids))}


def _signed(given: list[Given], scope: str, names: dict[int, str], today: date, spoken: Words) -> list[str]:
    current = [one for one in given if one.scope == scope and one.until >= today.isoformat()]
    until = [spoken.day(date.fromisoformat(one.until), "year") for one in current]
    return [
        spoken.text(_("{name}, jusqu’au {day}"), name=names.get(one.guardian_id, "…"), day=day)
        for one, day in zip(current, until, strict=True)
    ]


def links_page(reader: Reader, person_id: int, spoken: Words) -> LinksPage:
    """The desk's page of a person's links."""
    one = file(reader, person_id)
    standing, year = relations.standing(reader, person_id), relations.year_at(reader, reader.now)
    is_child = is_minor(standing, year)
    notes = {"adult": _("majeure, je l’ai vérifié"), "minor": _("mineure")}
    possible = [note for note in notes if may_note(standing, note, year) and (note == "minor") != is_child]
    mine = GUARDIAN_KINDS if is_child else RELATIVE_KINDS
    return LinksPage(
        show(one.id),
        one.name,
        is_child,
        age_text(standing, year, spoken),
        [Choice(note, spoken.text(notes[note])) for note in possible],
        [_relative(each, spoken) for each in relations.guardians_of(reader, person_id, reader.now)],
        [_relative(each, spoken) for each in relations.cared_for(reader, person_id, reader.now)],
        [Choice(kind, spoken.text(KINDS[kind])) for kind in mine],
        [Choice(kind, spoken.text(text)) for kind, text in KINDS.items()],
    )


def consents_page(reader: Reader, person_id: int, spoken: Words, asker_id: int | None) -> ConsentsPage:
    """What was agreed to for a person, and the form for more."""
    one, now = file(reader, person_id), reader.now
    standing, today = relations.standing(reader, person_id), relations.zone_of(reader).date(now)
    is_child = is_minor(standing, today.year)
    guardians = relations.guardians_of(reader, person_id, now)
    signers = [Choice(show(each.person_id), f"{each.first_name} {each.last_name}") for each in guardians]
    if not is_child:
        signers = [Choice(show(one.id), one.name)]
    scopes = _scopes_for(is_child)
    return ConsentsPage(
        show(one.id),
        one.name,
        one.first_name,
        is_child,
        is_child,
        signers,
        [Choice(scope, spoken.text(SCOPES[scope])) for scope in scopes],
        scope_lines(reader, spoken, person_id),
        _papers(reader, spoken, person_id, asker_id),
        today.isoformat(),
        rules.default_until(today).isoformat(),
    )


def _papers(reader: Reader, spoken: Words, person_id: int, asker_id: int | None) -> list[PaperLine]:
    found = queries.history(reader, person_id)
    names = _names(reader, [id_ for one in found for id_ in (one.guardian_id, one.paper_seen_by) if id_])
    lines = []
    for one in found:
        first, last = (spoken.day(date.fromisoformat(day), "year") for day in (one.given_on, one.until))
        how = spoken.text(_("donnée en ligne"))
        if one.paper_seen_by:
            how = spoken.text(_("papier signé vu par {name}"), name=names.get(one.paper_seen_by, "…"))
        if one.ended_at is not None:
            how += ", " + spoken.text(ENDED[one.ended_how], day=spoken.day(one.ended_at, "year"))
        lines.append(
            PaperLine(
                show(one.id),
                spoken.text(SCOPES[one.scope]),
                names.get(one.guardian_id, "…"),
                spoken.text(_("du {first} au {last}"), first=first, last=last),
                how,
                one.ended_at is None,
                one.guardian_id == asker_id,
            )
        )
    return lines
