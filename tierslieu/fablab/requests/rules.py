"""Rules of requests: what staff look at first, how much one may ask for in a week, how long a piece waits. Pure."""

from datetime import timedelta
from typing import Final, Literal

import msgspec

from tierslieu.basics.errors import Reason
from tierslieu.basics.zone import Zone
from tierslieu.fablab.files.formats import BGCODE, DRAWING, GCODE, MODEL, SLICED_3MF
from tierslieu.fablab.rules import FILE_KINDS

DAY: Final = 86_400
WAITING, COLLECTED, EXPIRED = "waiting", "collected", "expired"
READY_FORMATS: Final = (GCODE, BGCODE, SLICED_3MF)
"""Files that a machine carries out as they are."""
TAKES_ANY: Final = ("printer_3d", "cnc_router", "laser_cutter", "vinyl_cutter", "embroidery_machine")
"""Kinds of machines for which people bring something to be made."""
FORMATS_OF: Final = {
    "printer_3d": (*READY_FORMATS, MODEL),
    "cnc_router": (GCODE, MODEL, DRAWING),
}
"""What a kind of machine is made from; the others follow a drawing."""
Why = Literal["", "always", "staff", "unprepared", "minor", "grams", "time", "unknown"]
Who = Literal["member", "minor", "visitor"]


class Policy(msgspec.Struct, frozen=True):
    """When staff look at a file of one kind of machine first."""

    kind: str
    is_always: int = 0
    for_staff: int = 1
    for_unprepared: int = 1
    for_minors: int = 0
    over_grams: int | None = None
    over_minutes: int | None = None


class Limit(msgspec.Struct, frozen=True):
    """What one person of a kind may ask for in a week; None is without limit."""

    who: str
    jobs: int | None = None
    grams: int | None = None
    minutes: int | None = None
    cents: int | None = None


class Amount(msgspec.Struct, frozen=True):
    """How much a job takes, all its copies together. None: unknown, which is not nothing."""

    jobs: int = 1
    grams: float | None = None
    seconds: int | None = None
    cents: int | None = None


def formats_of(kind: str) -> tuple[str, ...]:
    """The formats of files from which a kind of machine makes something."""
    return FORMATS_OF.get(kind, (DRAWING,)) if kind in TAKES_ANY else ()


def kinds_for(format_: str) -> tuple[str, ...]:
    """The kinds of machines that make something from a format."""
    return tuple(kind for kind in TAKES_ANY if format_ in formats_of(kind))


def must_be_prepared(kind: str, format_: str) -> bool:
    """True when a person has to make a file for the machine out of this one first."""
    return kind in FILE_KINDS and format_ not in READY_FORMATS


def why_look(policy: Policy, format_: str, service: str, amount: Amount, *, is_minor: bool) -> Why:
    """The first rule by which staff look at it before it is queued, "" when it may join the queue at once."""
    if must_be_prepared(policy.kind, format_):
        return "unprepared"
    if policy.is_always:
        return "always"
    if policy.for_staff and service == "staff":
        return "staff"
    if policy.for_unprepared and format_ not in READY_FORMATS:
        return "unprepared"
    if policy.for_minors and is_minor:
        return "minor"
    return _why_size(policy, amount)


def _why_size(policy: Policy, amount: Amount) -> Why:
    """A limit on something that nobody knows is a question for a person."""
    if policy.over_grams is not None:
        if amount.grams is None:
            return "unknown"
        if amount.grams > policy.over_grams:
            return "grams"
    if policy.over_minutes is not None:
        if amount.seconds is None:
            return "unknown"
        if amount.seconds > policy.over_minutes * 60:
            return "time"
    return ""


def over_limit(limit: Limit, used: Amount, wished: Amount, until: int) -> tuple[Reason, ...]:
    """Every limit of the week that this wish would pass, with the numbers. `until`: when the next week begins."""
    found = []
    limits = (
        ("week_jobs", limit.jobs, 1, used.jobs, wished.jobs),
        ("week_grams", limit.grams, 1, used.grams, wished.grams),
        ("week_minutes", limit.minutes, 60, used.seconds, wished.seconds),
        ("week_cents", limit.cents, 1, used.cents, wished.cents),
    )
    for code, most, unit, before, more in limits:
        if most is not None and (before or 0) + (more or 0) > most * unit:
            facts = {"most": most, "used": round((before or 0) / unit), "wished": round((more or 0) / unit)}
            if code == "week_cents":
                facts |= {"most_cents": most, "total_cents": round((before or 0) + (more or 0))}
            found.append(Reason(code, {**facts, "start": until}))
    return tuple(found)


def together(amounts: list[Amount]) -> Amount:
    """Several jobs as one amount; what is unknown of one adds nothing."""
    return Amount(
        sum(one.jobs for one in amounts),
        sum(one.grams or 0 for one in amounts),
        sum(one.seconds or 0 for one in amounts),
        sum(one.cents or 0 for one in amounts),
    )


def week_of(zone: Zone, now: int) -> tuple[int, int]:
    """The venue's week at an instant: its Monday at midnight, and the next one."""
    today = zone.date(now)
    monday = today - timedelta(days=today.weekday())
    return zone.instant(monday, 0), zone.instant(monday + timedelta(days=7), 0)


def person_kind(*, is_minor: bool, is_member: bool) -> Who:
    """Of which kind a person is for the limits of the week."""
    return "minor" if is_minor else "member" if is_member else "visitor"


def needs_agreement(before: int | None, after: int | None) -> bool:
    """True when staff's changes cost more than what the person saw: they say yes first."""
    return after is not None and after > (before if before is not None else 0)


class Patience(msgspec.Struct, frozen=True):
    """How long something waits on the shelf: days until a reminder, and until it goes; a warning comes before."""

    remind_days: int
    keep_days: int
    warn_days: int = 7

    def goes_at(self, since: int) -> int:
        """The instant from which it need not be kept any more."""
        return since + self.keep_days * DAY

    def next_word(self, since: int, reminded_at: int, warned_at: int, now: int) -> Literal["", "remind", "warn", "go"]:
        """What is due for something that waits since an instant. Nothing goes without its warning, a day before."""
        goes = self.goes_at(since)
        if warned_at and now >= max(goes, warned_at + DAY):
            return "go"
        if not warned_at and now >= goes - self.warn_days * DAY:
            return "warn"
        if not reminded_at and not warned_at and now >= since + self.remind_days * DAY:
            return "remind"
        return ""
