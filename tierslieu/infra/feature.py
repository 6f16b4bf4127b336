"""What a feature tells the house about itself: the one declaration that app.py reads."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tierslieu.infra.personal import Personal, Retention

if TYPE_CHECKING:
    from tierslieu.infra.house import House
    from tierslieu.infra.transaction import Reader, Tx

TxHandler = Callable[["Tx", Any], object]
"""Runs inside one write transaction, together with the removal of its job: exactly once."""

HouseHandler = Callable[["House", Any], Awaitable[object]]
"""Talks to the outside (mail, broker): at least once, so it must bear repetition."""


class InHouse(NamedTuple):
    """Runs as a TxHandler does, exactly once, and looks at the house besides: its settings, its words."""

    handle: Callable[["Tx", Any, "House"], object]

    def within(self, house: "House") -> TxHandler:
        """The same in one house."""
        return lambda tx, payload: self.handle(tx, payload, house)


Handler = TxHandler | HouseHandler | InHouse


class Message(NamedTuple):
    """What a device published. `retain` is the broker's flag: a retained message is state, never a fact."""

    topic: str
    payload: bytes
    retain: bool


class Inbox(NamedTuple):
    """Which topics a feature listens to, and the plain function of (tx, message) that takes them in."""

    filter: str
    handle: Callable[["Tx", Message], object]


class Intake(NamedTuple):
    """Which topics carry what may be lost, and the plain function of (tx, messages) that stores many at once.

    It answers the messages that nobody can read, each with the reason. It may store them some moments after they came.
    """

    filter: str
    handle: Callable[["Tx", Sequence[Message]], Sequence[tuple[Message, str]]]


class Every(NamedTuple):
    """A job that repeats: each `seconds`, whatever process runs it, once."""

    seconds: int
    kind: str


class Reaction(NamedTuple):
    """What a feature does when an event was announced; `name` makes the job's kind, stable across releases.

    `is_wanted(reader, event)` is asked in the transaction that announces: no job is queued where nothing is to be
    done. It must be cheap, and say yes when unsure. `is_urgent`: somebody stands before a door or a machine; it is
    done even while all the rest waits for a slow mail server.
    """

    event: type[msgspec.Struct]
    name: str
    handler: Handler
    is_wanted: Callable[["Reader", Any], bool] | None = None
    is_urgent: bool = False


Finder = Callable[["Reader", str], int | None]
"""Whom a typed or scanned text names (a badge's code): the person's id, None when it names nobody here."""


class Section(NamedTuple):
    """A part of a person's page, at the desk and (when `is_own`) in their own space.

    `read(reader, words, person_id)` answers what the template shows as `view`; None leaves the section out.
    `permission` is what a member of staff needs to see it. Lower `order` comes first.
    """

    name: str
    order: int
    template: str
    read: Callable[["Reader", Any, int], object | None]
    permission: str
    is_own: bool = True


class Detail(NamedTuple):
    """A part of the page of one reservation, shown to whoever may see that page. Lower `order` comes first.

    `read(reader, words, reservation_id)` answers what the template shows as `view`; None leaves the part out.
    """

    name: str
    order: int
    template: str
    read: Callable[["Reader", Any, int], object | None]


class MachinePart(NamedTuple):
    """A part of a machine's own page. Lower `order` comes first.

    `read(reader, words, machine key, actor)` answers what the template shows as `part`; None leaves it out.
    """

    name: str
    order: int
    template: str
    read: Callable[["Reader", Any, str, Any], object | None]


class Printable(NamedTuple):
    """Things that bear a code to print. Lower `order` comes first.

    `path` answers the document: of all of them, or of those that its address names (`field`, once a thing), in the
    `format` that it names, one of `formats`. `read(reader, words, actor)` answers what there is to choose from: the
    value and the name of each.
    """

    name: str
    order: int
    title: str
    path: str
    field: str
    permission: str
    formats: tuple[str, ...]
    read: Callable[["Reader", Any, Any], list[tuple[str, str]]]


Companion = Callable[["House"], AbstractAsyncContextManager[None]]
"""Something that lives beside an open house and ends before it."""
Adding = Callable[["Reader", Any, Any, str], str]
"""What a feature adds at the end of a letter about a reservation: given the reader, the reservation as it is stored,
the words of who reads it and the public address of the house, a line; "" for none."""


class Count(NamedTuple):
    """How many things wait behind a page of staff: said beside the ways to it, to who holds `permission`."""

    path: str
    permission: str
    read: Callable[["Reader"], int]


class Place(NamedTuple):
    """Somewhere a role may be given for: its scope ("space:fablab") and what people call it."""

    scope: str
    name: str


PlacesReader = Callable[["Reader", Any], list[Place]]
"""Given a reader and the words of a language: places, in the order of the house."""


class Check(NamedTuple):
    """What a complete check of the installation looks at: `look(reader)` counts what is wrong, over all rows.

    `sound` is said when that is nothing, else `wrong`, which names {count}.
    """

    sound: str
    wrong: str
    look: Callable[["Reader"], int]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of the house. `permissions` maps each permission to the roles that hold it."""

    name: str
    controllers: tuple[type[Any], ...] = ()
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reactions: tuple[Reaction, ...] = ()
    jobs: Mapping[str, Handler] = field(default_factory=dict)
    schedules: tuple[Every, ...] = ()
    inboxes: tuple[Inbox, ...] = ()
    intakes: tuple[Intake, ...] = ()
    on_start: tuple[Callable[["House"], Awaitable[object]], ...] = ()
    personal: tuple[Personal, ...] = ()
    sections: tuple[Section, ...] = ()
    details: tuple[Detail, ...] = ()
    letter_lines: tuple[Adding, ...] = ()
    retentions: tuple[Retention, ...] = ()
    finders: tuple[Finder, ...] = ()
    places: tuple[PlacesReader, ...] = ()
    machine_parts: tuple[MachinePart, ...] = ()
    printables: tuple[Printable, ...] = ()
    companions: tuple[Companion, ...] = ()
    checks: tuple[Check, ...] = ()
    counts: tuple[Count, ...] = ()
