"""What the pages of decisions show."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import msgspec

from tierslieu.access.queries import doubted, find_by_badge
from tierslieu.access.scanning import settling
from tierslieu.access.scanning.judging import Asked, Judged, judge
from tierslieu.access.scanning.subjects import subject_of_person
from tierslieu.access.zones import queries, wording
from tierslieu.basics.ids import show
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known, known_among
from tierslieu.people.persons.searching import search
from tierslieu.venue.queries import venue

MOST: Final = 100


class FlagLine(msgspec.Struct, frozen=True):
    """A passage to look at. `href` leads to the person, "" when it is nobody's; `badge` is the card still in doubt.

    `is_open`: nobody has looked yet. `scan_id` is the device's own.
    """

    when: str
    zone: str
    device: str
    name: str
    href: str
    notes: list[str]
    badge: str
    scan_id: str
    is_open: bool


class Verdict(msgspec.Struct, frozen=True):
    """What would be decided. `look` is free or taken."""

    name: str
    look: str
    text: str


class TryView(msgspec.Struct, frozen=True):
    """The form of a try, with its answer when it was sent; `found`: how many people were meant by what was typed."""

    person: str
    day: str
    hour: str
    zones: list[Choice]
    verdict: Verdict | None = None
    errors: dict[str, str] = {}
    found: int = 0


def flagged(reader: Reader, spoken: Words) -> list[FlagLine]:
    """Passages of the last week that staff look at, the open ones first."""
    rows = settling.to_look_at(reader)[:MOST]
    people = known_among(reader, [one.person_id for one in rows if one.person_id])
    names = {one.id: f"{one.first_name} {one.last_name}" for one in people}
    zones = {one.id: one.name for one in queries.zone_map(reader).every}
    in_doubt = doubted(reader)
    return [_line(spoken, one, names, zones, in_doubt) for one in rows]


def _line(
    spoken: Words, one: settling.Flagged, names: dict[int, str], zones: dict[int, str], in_doubt: Collection[int]
) -> FlagLine:
    return FlagLine(
        f"{spoken.day(one.at, 'short')} {spoken.clock(one.at)}",
        zones.get(one.zone_id, ""),
        one.device,
        names.get(one.person_id or 0, ""),
        f"/personnes/{show(one.person_id)}" if one.person_id in names else "",
        [spoken.text(wording.FLAGS[mark]) for mark in one.marks if mark in wording.FLAGS],
        show(one.badge_id) if one.badge_id in in_doubt else "",
        one.scan_id,
        one.is_open,
    )


def try_view(reader: Reader, spoken: Words, form: Mapping[str, str], *, is_asked: bool) -> TryView:
    """The form, and the answer when everything in it can be read."""
    here = venue(reader).zone
    day = form.get("day") or here.date(reader.now).isoformat()
    zones = [Choice(one.key, one.name, one.key == form.get("zone")) for one in queries.zones(reader)]
    view = TryView(form.get("person", ""), day, form.get("hour") or spoken.clock(reader.now)[:5], zones)
    if not is_asked:
        return view
    people = _people(reader, form["person"])
    view = msgspec.structs.replace(view, found=len(people))
    if len(people) != 1:
        text = spoken.text(_("Personne, ou plusieurs personnes. Écrivez le nom complet, ou le numéro de la carte."))
        return msgspec.structs.replace(view, errors={"person": text})
    try:
        hours, minutes = form["hour"].split(":")
        at = here.instant(date.fromisoformat(day), 60 * int(hours) + int(minutes))
    except ValueError:
        return msgspec.structs.replace(view, errors={"day": spoken.text(_("Ce jour n’existe pas."))})
    return msgspec.structs.replace(view, verdict=_verdict(reader, spoken, people[0], form["zone"], at))


def _people(reader: Reader, typed: str) -> list[int]:
    """Whom a card number or a name may mean."""
    by_badge = find_by_badge(reader, typed)
    return [by_badge] if by_badge is not None else [one.id for one in search(reader, typed)]


def _verdict(reader: Reader, spoken: Words, person_id: int, key: str, at: int) -> Verdict | None:
    person = known(reader, person_id)
    if person is None:
        return Verdict("", "taken", spoken.text(wording.REASONS["badge_revoked"]))
    judged = _judged(reader, person_id, queries.zone_by_key(reader, key).id, at)
    text = spoken.text(wording.REASONS.get(judged.decision.reason, wording.REASONS["not_allowed"]))
    look = "free" if judged.decision.outcome == "granted" else "taken"
    return Verdict(f"{person.first_name} {person.last_name}", look, text)


def _judged(reader: Reader, person_id: int, zone_id: int, at: int) -> Judged:
    """The decision as it would be at another instant, from what is known now."""
    now, reader.now = reader.now, at
    try:
        return judge(reader, subject_of_person(reader, person_id, ""), Asked(zone_id))
    finally:
        reader.now = now
