"""What the reservation pages show: frozen views, every text ready to read."""

import msgspec


class Link(msgspec.Struct, frozen=True):
    """An address and the words of its link."""

    href: str
    text: str


class ReasonLine(msgspec.Struct, frozen=True):
    """One reason of refusal and what to do next."""

    code: str
    text: str
    remedies: list[Link]


class Choice(msgspec.Struct, frozen=True):
    """An option of a list."""

    value: str
    label: str
    selected: bool


class DayChip(msgspec.Struct, frozen=True):
    """A day of the day picker."""

    href: str
    weekday: str
    day: str
    note: str
    is_closed: bool
    is_current: bool


class PlanArea(msgspec.Struct, frozen=True):
    """An area of the floor plan. `state`: free, soon, taken, chosen, closed or service."""

    href: str | None
    number: int | None
    name: str
    state: str
    note: str
    outline: str
    x: int
    y: int


class Plan(msgspec.Struct, frozen=True):
    """The floor plan; `picture` names the one behind it, "" without."""

    areas: list[PlanArea]
    walls: str
    view_box: str
    title: str
    picture: str = ""


class Block(msgspec.Struct, frozen=True):
    """A run of half hours on the board. `start` counts from 1 at the first hour shown."""

    start: int
    length: int
    kind: str
    label: str
    hours: str
    href: str | None


class BoardRow(msgspec.Struct, frozen=True):
    """One resource on the board."""

    number: int
    name: str
    detail: str
    blocks: list[Block]


class WishForm(msgspec.Struct, frozen=True):
    """The form that is enough by itself."""

    action: str
    resources: list[Choice]
    starts: list[Choice]
    ends: list[Choice]
    people: str
    max_people: int
    help: str
    errors: dict[str, str]
    reasons: list[ReasonLine]
    pour: str = ""


class Summary(msgspec.Struct, frozen=True):
    """What is about to be reserved. `sign_in_href` is set for people who must sign in first."""

    resource: str
    date_text: str
    hours_text: str
    price_text: str
    details: str
    can_confirm: bool
    hidden: dict[str, str]
    sign_in_href: str


class Waiver(msgspec.Struct, frozen=True):
    """The form by which staff pass over a missing qualification: what is wished, and why it is done."""

    hidden: dict[str, str]
    choices: list[Choice]


class DayPage(msgspec.Struct, frozen=True):
    """« Réserver »: one day."""

    title: str
    date_iso: str
    min_date: str
    max_date: str
    date_text: str
    days: list[DayChip]
    hours: list[str]
    plan: Plan
    rows: list[BoardRow]
    form: WishForm
    summary: Summary | None
    week_href: str
    list_href: str


class WeekCell(msgspec.Struct, frozen=True):
    """One resource on one day. `kind`: free, partly, full or closed."""

    text: str
    kind: str
    href: str | None


class WeekRow(msgspec.Struct, frozen=True):
    """One resource in a week."""

    name: str
    href: str
    cells: list[WeekCell]


class WeekPage(msgspec.Struct, frozen=True):
    """The week of all resources."""

    title: str
    week_text: str
    previous_href: str
    next_href: str
    resources: list[WeekRow]
    days: list[str]
    day_href: list[str]


class Mine(msgspec.Struct, frozen=True):
    """One of the person's reservations."""

    id: str
    weekday: str
    day: str
    month: str
    resource: str
    hours_text: str
    state: str
    state_text: str
    can_cancel: bool
    calendar_href: str
    cancel_action: str


class MinePage(msgspec.Struct, frozen=True):
    """« Mes réservations »."""

    upcoming: list[Mine]
    past: list[Mine]
    show: str
    badge_href: str


class OnePage(msgspec.Struct, frozen=True):
    """One reservation and what can be done with it; `together` names what was reserved by the same request."""

    reference: str
    lines: list[str]
    calendar_href: str
    mine_href: str
    cancel_action: str
    is_active: bool = True
    move_href: str = ""
    repeat_href: str = ""
    together: str = ""


class MovePage(msgspec.Struct, frozen=True):
    """Moving a reservation: where it is now, where it may go, what was typed."""

    action: str
    back_href: str
    first: str
    resource: str
    when: str
    resources: list[Choice]
    typed: dict[str, str]
    free: list[str]
    errors: dict[str, str]
    reasons: list[ReasonLine]
