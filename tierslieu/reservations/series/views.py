"""What the pages of series show: frozen views, every text ready to read."""

from collections.abc import Mapping

import msgspec

from tierslieu.http.telling import Choice


class Ticked(msgspec.Struct, frozen=True):
    """A box to tick."""

    name: str
    label: str
    is_ticked: bool


class FormPage(msgspec.Struct, frozen=True):
    """The form of a series."""

    resources: list[Choice]
    repeats: list[Choice]
    weekdays: list[Ticked]
    exceptions: list[Choice]
    typed: Mapping[str, str]
    min_date: str
    pour: str


class DateLine(msgspec.Struct, frozen=True):
    """A date that may be reserved: free (`value` is what to tick), or why not and what there is instead.

    `is_outside`: staff can have it although the house is closed; it is not ticked for them.
    """

    name: str
    day: str
    hours: str
    is_free: bool
    is_outside: bool
    state_text: str
    value: str
    price: str
    reasons: list[str]
    choices: list[Choice]


class PreviewPage(msgspec.Struct, frozen=True):
    """A series before it is made. `can_pick`: at least one date, or something instead of one, can be had."""

    resource: str
    rule: str
    hours: str
    count_text: str
    price_text: str
    dates: list[DateLine]
    hidden: Mapping[str, str]
    back_href: str
    pour: str
    can_pick: bool


class Kept(msgspec.Struct, frozen=True):
    """A date of a series and what became of it."""

    day: str
    hours: str
    resource: str
    state: str
    state_text: str
    note: str
    href: str
    change_href: str


class Question(msgspec.Struct, frozen=True):
    """« Gardez-vous ce créneau ? »"""

    dates: list[str]
    deadline: str


class SeriesPage(msgspec.Struct, frozen=True):
    """A series with all its dates."""

    id: str
    name: str
    facts: list[tuple[str, str]]
    question: Question | None
    ahead: list[Kept]
    todo: list[DateLine]
    gone: list[Kept]
    change_href: str
    former_href: str
    can_pick: bool
    exceptions: list[Choice]


class ChangePage(msgspec.Struct, frozen=True):
    """The forms that change or cancel dates of a series."""

    id: str
    name: str
    when: str
    day: str
    resources: list[Choice]
    typed: Mapping[str, str]
    is_alive: bool
    is_repeated: bool


class SeriesLine(msgspec.Struct, frozen=True):
    """A series in a list. `person` is for staff."""

    id: str
    name: str
    rule: str
    hours: str
    note: str
    state: str
    state_text: str
    person: str = ""
    person_id: str = ""


class AnswerPage(msgspec.Struct, frozen=True):
    """The question as the link of the letter shows it; `answer` is what was answered, when it was."""

    token: str
    what: str
    dates: list[str]
    deadline: str
    answer: str
