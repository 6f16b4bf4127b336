"""Lists of series, and the question of a letter: from facts to views. A fixed number of statements each."""

from collections.abc import Iterable
from datetime import date

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations.series import keeping, queries, views
from tierslieu.reservations.series.reconfirming import Manner
from tierslieu.reservations.series.rules import read_rule
from tierslieu.reservations.series.schemas import Occurrence, StoredSeries
from tierslieu.reservations.series.screens import hours_text, is_ahead, question
from tierslieu.reservations.series.wording import rule_text
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue


def series_lines(reader: Reader, words: Words, found: Iterable[StoredSeries]) -> list[views.SeriesLine]:
    """Series in a list, with their next date."""
    listed = list(found)
    here = venue(reader)
    dates = queries.occurrences_among(reader, [one.id for one in listed])
    return [_line(one, dates.get(one.id, []), here, words, reader.now) for one in listed]


def asked_lines(reader: Reader, words: Words) -> list[views.SeriesLine]:
    """Those who were asked whether they keep their series, for staff: whom, and until when they may answer."""
    found = queries.asked(reader)
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [x.person_id for x in found])}
    lines = series_lines(reader, words, found)
    return [
        views.SeriesLine(
            line.id,
            line.name,
            line.rule,
            line.hours,
            words.text(_("Réponse attendue jusqu’au {day}"), day=words.day(one.deadline - 1)),
            line.state,
            line.state_text,
            names.get(one.person_id, ""),
            show(one.person_id),
        )
        for line, one in zip(lines, found, strict=True)
    ]


def _line(one: StoredSeries, dates: list[Occurrence], here: VenueMap, words: Words, now: int) -> views.SeriesLine:
    resource = here.by_id[one.resource_id]
    alive = [
        each.reservation for each in dates if each.reservation and each.is_alive and each.reservation.ends_at > now
    ]
    todo = [each for each in dates if each.state == "open" and is_ahead(each, one, here, now)]
    kind, text = ("waiting", _("À confirmer")) if one.asked_at else ("free", _("En cours"))
    if not alive and not todo:
        kind, text = "done", _("Terminée")
    notes = [words.plural("{count} date à venir", "{count} dates à venir", len(alive))]
    if alive:
        notes.append(words.text(_("la prochaine : {day}"), day=words.day(alive[0].starts_at)))
    if todo:
        notes.append(words.plural("{count} date à traiter", "{count} dates à traiter", len(todo)))
    return views.SeriesLine(
        show(one.id),
        f"{one.title}, {resource.name}" if one.title else resource.name,
        rule_text(read_rule(one.rule), date.fromisoformat(one.first_day), words),
        hours_text(one, here, words),
        ", ".join(notes),
        kind,
        words.text(text),
    )


def answer_page(reader: Reader, words: Words, token: str, secret: bytes, manner: Manner) -> views.AnswerPage:
    """The question behind a letter's link: what it is about, never whose. Raises NotFound for no link of ours."""
    series_id, kept_until = keeping.read_link(secret, token)
    one, here = queries.stored(reader, series_id), venue(reader)
    what = f"{here.by_id[one.resource_id].name}, {hours_text(one, here, words)}"
    asked = question(reader, one, words, manner) if one.kept_until == kept_until else None
    if asked is not None:
        return views.AnswerPage(token, what, asked.dates, asked.deadline, "")
    period = [each for each in queries.occurrences(reader, series_id) if each.day.isoformat() > kept_until]
    return views.AnswerPage(token, what, [], "", "kept" if any(each.is_alive for each in period) else "released")
