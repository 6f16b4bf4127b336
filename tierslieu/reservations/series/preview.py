"""Trying a series before it is made: each date free, or every reason against it, and what comes close."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.rules import Booking
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.search.rules import Proposal, similar
from tierslieu.reservations.series import queries, rules
from tierslieu.reservations.series.actions import NewSeries, reasons_against
from tierslieu.reservations.series.judging import Answer, Judge, Terms, judge, window_of
from tierslieu.reservations.series.schemas import Occurrence, StoredSeries
from tierslieu.reservations.series.storing import asker_of
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts


class Judged(msgspec.Struct, frozen=True):
    """A date, and what the house answers to it now."""

    day: date
    span: Span
    resource: ResourceFacts
    answer: Answer
    instead: list[Proposal]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it cannot be had; empty when it can."""
        return () if isinstance(self.answer, Booking) else self.answer

    @property
    def passed(self) -> tuple[str, ...]:
        """The codes of the rules that staff pass over for it."""
        return self.answer.passed if isinstance(self.answer, Booking) else ()

    @property
    def price_cents(self) -> int:
        """What it costs when it can be had."""
        return self.answer.price_cents if isinstance(self.answer, Booking) else 0


def judged(reader: Reader, who: Actor, wish: NewSeries) -> list[Judged]:
    """Each date of a wish, in order; what one takes, the next ones do not have. Raises Refused for what is no
    series. A fixed number of statements, whatever the number of dates (more for a minor, or a machine)."""
    reasons = reasons_against(wish)
    if reasons:
        raise Refused(reasons)
    here = venue_for(reader, wish.person_id)
    resource = here.resource(wish.key)
    days = rules.dates(wish.rule, wish.first_day)
    spans = [rules.span_on(here.zone, day, wish.from_minutes, wish.to_minutes) for day in days]
    asker = asker_of(reader, who, wish.person_id)
    bench = judge(reader, asker, [resource, *similar(here, resource)], window_of(spans), wish.terms)
    return _answers(bench, resource, zip(days, spans, strict=True))


def judged_again(reader: Reader, who: Actor, one: StoredSeries, found: Iterable[Occurrence]) -> list[Judged]:
    """The same for dates of a series that are not reserved."""
    here = venue_for(reader, one.person_id)
    resource = here.by_id[one.resource_id]
    days = [each.day for each in found]
    if not days:
        return []
    spans = [rules.span_on(here.zone, day, one.from_minutes, one.to_minutes) for day in days]
    asker = asker_of(reader, who, one.person_id)
    bench = judge(reader, asker, [resource, *similar(here, resource)], window_of(spans), Terms(one.people))
    return _answers(bench, resource, zip(days, spans, strict=True))


def _answers(bench: Judge, resource: ResourceFacts, dates: Iterable[tuple[date, Span]]) -> list[Judged]:
    """First every date, then what comes close to those refused: nothing that another date of the series needs."""
    answers = [(day, span, bench.ask(resource, span)) for day, span in dates]
    return [
        Judged(
            day,
            span,
            resource,
            answer,
            [] if isinstance(answer, Booking) else bench.instead(resource, span, answer),
        )
        for day, span, answer in answers
    ]


class Near(msgspec.Struct, frozen=True):
    """Something one may have instead of a date."""

    kind: str
    resource: str
    starts_at: datetime
    ends_at: datetime


class DateAnswer(msgspec.Struct, frozen=True):
    """One date for programs: free, or the codes of the reasons, and what comes close."""

    day: str
    is_free: bool
    starts_at: datetime
    ends_at: datetime
    price_cents: int
    reasons: list[str]
    instead: list[Near]


class Tried(msgspec.Struct, frozen=True):
    """A series that is not made."""

    resource: str
    first_day: str
    from_clock: str
    to_clock: str
    rule: str
    dates: list[DateAnswer]


def tried(reader: Reader, who: Actor, wish: NewSeries) -> Tried:
    """A wish, tried, for programs."""
    return Tried(
        wish.key,
        wish.first_day.isoformat(),
        queries.clock(wish.from_minutes),
        queries.clock(wish.to_minutes),
        rules.write_rule(wish.rule),
        [_date_answer(one) for one in judged(reader, who, wish)],
    )


def _date_answer(one: Judged) -> DateAnswer:
    return DateAnswer(
        one.day.isoformat(),
        not one.reasons,
        moment(one.span.start),
        moment(one.span.end),
        one.price_cents,
        [reason.code for reason in one.reasons],
        [Near(each.kind, each.resource.key, moment(each.span.start), moment(each.span.end)) for each in one.instead],
    )
