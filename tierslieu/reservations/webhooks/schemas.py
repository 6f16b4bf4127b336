"""Webhooks in (Pydantic) and out (frozen structs)."""

from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.schemas import Moment
from tierslieu.reservations.webhooks.rules import LONGEST_URL, Kind

EXAMPLE: JsonDict = {
    "title": "Affichage de la mairie",
    "url": "https://mairie.example.org/tierslieu",
    "kinds": ["reservation.reserved", "reservation.cancelled"],
}
Title = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=80)]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=20)]


class NewWebhook(BaseModel):
    """A receiver, and what it is told."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    title: Title
    url: Annotated[Url, Field(description="https; addresses of inner networks are refused")]
    kinds: Kinds


class WebhookChange(BaseModel):
    """What changes of a receiver; what is not named stays."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [{"paused": True}]}
    )

    title: Title | None = None
    url: Url | None = None
    kinds: Kinds | None = None
    paused: Annotated[bool | None, Field(strict=True, description="held until false, then sent")] = None


class Replay(BaseModel):
    """From when on everything is sent again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"since": "2026-11-24T00:00:00+01:00"}]})

    since: Moment


class Stored(msgspec.Struct, frozen=True):
    """A receiver as it is stored."""

    id: int
    title: str
    url: str
    kinds: str
    secret: str
    former_secret: str
    former_until: int
    paused_because: str
    taken_at: int
    created_by: int | None
    created_at: int
    changed_at: int


class StoredDelivery(msgspec.Struct, frozen=True):
    """A delivery as it is stored."""

    id: int
    webhook_id: int
    kind: str
    payload: str
    state: str
    tries: int
    due_at: int
    status: int
    error: str
    created_at: int
    ended_at: int


class Parcel(msgspec.Struct, frozen=True):
    """A delivery that was taken and is to be sent now."""

    delivery: StoredDelivery
    url: str
    secrets: tuple[str, ...]


class WebhookView(msgspec.Struct, frozen=True):
    """A receiver. `paused_because`: "", staff, failing (30 hours without an answer) or gone (it said 410)."""

    id: str
    title: str
    url: str
    kinds: list[str]
    paused_because: str
    created_at: datetime
    last_taken_at: datetime | None


class WebhookSecret(msgspec.Struct, frozen=True):
    """The secret of a receiver's signatures, shown this once; after a change the former one signs too for a day."""

    id: str
    secret: str


class DeliveryView(msgspec.Struct, frozen=True):
    """One thing told: waiting, sending, taken, failed or held (paused). `status` is the last answer, 0 for none."""

    id: str
    kind: str
    state: str
    tries: int
    status: int
    error: str
    created_at: datetime
    next_try_at: datetime | None


class Replayed(msgspec.Struct, frozen=True):
    """How many deliveries are sent again."""

    count: int
