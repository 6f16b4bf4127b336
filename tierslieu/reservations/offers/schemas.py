"""What makes an offer, and an offer as it is stored and shown."""

from datetime import datetime

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.venue.map import ResourceFacts


class NewOffer(msgspec.Struct, frozen=True):
    """A time to keep for somebody until an instant: `pieces` are claimed (unit and span, buffers inside)."""

    person_id: int
    cause: str
    cause_id: int
    resource: ResourceFacts
    span: Span
    people: int
    until_at: int
    pieces: tuple[tuple[int, Span], ...]
    replaces: int | None = None
    asked_by: int | None = None
    title: str = ""
    note: str = ""


class Offer(msgspec.Struct, frozen=True):
    """An offer as it is stored. `replaces` is the reservation that gives way when it is accepted."""

    id: int
    person_id: int
    asked_by: int | None
    cause: str
    cause_id: int
    replaces: int | None
    resource_id: int
    starts_at: int
    ends_at: int
    people: int
    title: str
    note: str
    state: str
    made_at: int
    made_by: int | None
    until_at: int
    ended_at: int

    @property
    def span(self) -> Span:
        """What is offered, buffers not counted."""
        return Span(self.starts_at, self.ends_at)

    def is_open(self, now: int) -> bool:
        """True while it can be accepted."""
        return self.state == "open" and now < self.until_at


class OfferView(msgspec.Struct, frozen=True):
    """A time that is kept for somebody, for programs. `replaces` names the reservation that would give way."""

    id: str
    resource: str
    resource_name: str
    starts_at: datetime
    ends_at: datetime
    people: int
    until: datetime
    state: str
    replaces: str | None
