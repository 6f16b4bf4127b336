"""What the pages of rights show."""

import json
from collections.abc import Mapping, Sequence

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.infra.state import Line
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit import queries as log
from tierslieu.people.audit.rules import Sealed
from tierslieu.people.persons.queries import known_among
from tierslieu.people.persons.schemas import Known
from tierslieu.people.rights import queries
from tierslieu.people.rights.acts import ACTS
from tierslieu.people.rights.queries import Ran
from tierslieu.people.rights.rules import days_overdue

PAGE = 100
DAY = 86_400
YEAR = 365


class Look(msgspec.Struct, frozen=True):
    """One act in words. Names are those of today; the log itself holds none."""

    seq: int
    when: str
    act: str
    who: str
    whom: str
    whom_id: str
    facts: str


class MyData(msgspec.Struct, frozen=True):
    """« Mes données »."""

    held: list[tuple[str, int]]
    looks: list[Look]


class Erasing(msgspec.Struct, frozen=True):
    """The page before an erasure."""

    name: str
    action: str
    back: str
    held: list[tuple[str, int]]
    error: str
    is_own: bool


class RuleLine(msgspec.Struct, frozen=True):
    """One retention rule in words, when it was last applied, and what it last removed."""

    title: str
    period: str
    source: str
    ran: str
    last: str


class WarnedLine(msgspec.Struct, frozen=True):
    """Somebody whose account is about to be forgotten."""

    id: str
    name: str
    day: str


class Keeping(msgspec.Struct, frozen=True):
    """« Conservation »."""

    rules: list[RuleLine]
    warned: list[WarnedLine]


class Journal(msgspec.Struct, frozen=True):
    """« Journal »: one page of the log."""

    lines: list[Look]
    person: str
    next: int


class DeskPart(msgspec.Struct, frozen=True):
    """What the desk may do with a person's data."""

    id: str


def my_data(reader: Reader, personal: Sequence[Personal], words: Words, person_id: int) -> MyData:
    """What is held about a person and who of the team looked at it; the team's names stay its own affair."""
    held = _in_words(words, queries.counts(reader, personal, person_id))
    entries = log.about_person(reader, person_id, PAGE)
    return MyData(held, [_look(words, one, {}) for one in entries if one.by != f"person:{person_id:x}"])


def desk_part(reader: Reader, _words: Words, person_id: int) -> DeskPart:
    """The section of a person's page."""
    return DeskPart(show(person_id))


def erasing(words: Words, person: Known, held: Mapping[str, int], error: str, *, is_own: bool) -> Erasing:
    """What is about to go."""
    place = "/mon-espace" if is_own else f"/personnes/{show(person.id)}"
    name = f"{person.first_name} {person.last_name}"
    said = sentence(words, error, {}) if error else ""
    back = f"{place}/mes-donnees" if is_own else place
    return Erasing(name, f"{place}/effacer", back, _in_words(words, held), said, is_own)


def keeping(reader: Reader, rules: Sequence[Retention], words: Words) -> Keeping:
    """Every rule with its last run, and the accounts that were warned."""
    ran, took = (queries.last_runs(queries.runs(reader, 500, least)) for least in (0, 1))
    lines = [_rule_line(words, rule, ran.get(rule.name), took.get(rule.name)) for rule in rules]
    due = dict(queries.warned(reader))
    people = known_among(reader, list(due))
    warned = [
        WarnedLine(show(one.id), f"{one.first_name} {one.last_name}", words.day(due[one.id], "year")) for one in people
    ]
    return Keeping(lines, warned)


def _rule_line(words: Words, rule: Retention, ran: Ran | None, took: Ran | None) -> RuleLine:
    facts = {"count": took.removed, "date": words.long_date(took.at)} if took else {}
    return RuleLine(
        words.text(rule.title),
        period(words, rule.seconds),
        words.text(rule.source),
        words.long_date(ran.at) if ran else words.text(_("pas encore")),
        words.text("{count} le {date}", **facts) if took else words.text("rien encore"),
    )


def retention_line(reader: Reader) -> Line:
    """When what is too old was removed last; unsound when that is days ago."""
    last = queries.last_turn(reader)
    if last is None:
        return Line("old_data_not_yet", True)
    days = days_overdue(last, reader.now)
    return Line("old_data_kept" if days else "old_data_removed", not days, {"last_at": last, "count": days})


def period(words: Words, seconds: int) -> str:
    """« 2 ans », « 3 mois », « 30 jours »."""
    days = seconds // DAY
    if days % YEAR == 0:
        return words.plural("{count} an", "{count} ans", days // YEAR)
    if days >= 60:
        return words.plural("{count} mois", "{count} mois", round(days / 30.4))
    return words.plural("{count} jour", "{count} jours", days)


def journal(reader: Reader, words: Words, subject: int | None, before: int) -> Journal:
    """One page of the log, of everybody or about one person."""
    entries = log.about_person(reader, subject, PAGE) if subject else log.newest(reader, before or 2**62, PAGE)
    handles = {_person_of(one.by) for one in entries} | {one.subject_id for one in entries}
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [i for i in handles if i])}
    more = entries[-1].seq if len(entries) == PAGE and not subject else 0
    return Journal([_look(words, one, names) for one in entries], show(subject) if subject else "", more)


def _look(words: Words, one: Sealed, names: Mapping[int, str]) -> Look:
    by = _person_of(one.by)
    who = names.get(by, words.text("L’équipe")) if by else words.text("Le service")
    whom = names.get(one.subject_id, "") if one.subject_id else ""
    act = ACTS.get(one.act)
    facts = ", ".join(f"{name}={value}" for name, value in json.loads(one.facts).items())
    said = words.text(act) if act else one.act
    return Look(
        one.seq, words.long_date(one.at), said, who, whom, show(one.subject_id) if one.subject_id else "", facts
    )


def _person_of(handle: str) -> int:
    """The id in a handle, 0 for a device or the system."""
    kind, _colon, number = handle.partition(":")
    return int(number, 16) if kind == "person" else 0


def _in_words(words: Words, held: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(words.text(title), count) for title, count in held.items()]
