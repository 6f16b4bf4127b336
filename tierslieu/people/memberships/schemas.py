"""What programs and forms send about memberships (Pydantic), and what they get (frozen structs)."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tierslieu.people.memberships.credits.rules import LARGEST
from tierslieu.people.persons.schemas import readable

ISO = re.compile(r"(20[2-9][0-9])-([0-9]{2})-([0-9]{2})", re.ASCII)
FRENCH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/(20[2-9][0-9])", re.ASCII)
ID_PATTERN = r"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13}$"
KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"
MOST_CENTS = 10_000_000


def day_of(value: object) -> date:
    """A day as browsers and programs write it (2026-11-24), or as people do (24/11/2026)."""
    text = value.strip() if isinstance(value, str) else ""
    found, year, month, day = ISO.fullmatch(text), 1, 2, 3
    if found is None:
        found, year, month, day = FRENCH.fullmatch(text), 3, 2, 1
    try:
        if found is None:
            raise ValueError("bad_date")
        return date(int(found[year]), int(found[month]), int(found[day]))
    except ValueError:
        raise ValueError("bad_date") from None


def cents_of(value: object) -> object:
    """An amount as people write it: « 12 », « 12,50 », « 12.5 € »."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"[\s€]", "", value).replace(",", ".")
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text, re.ASCII) is None:
        raise ValueError("bad_price")
    euros, _dot, rest = text.partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0") or 0)


Day = Annotated[date, BeforeValidator(day_of)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
Name = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=120)]
Short = Annotated[str, AfterValidator(readable), Field(max_length=300)]
Cents = Annotated[int, Field(ge=0, le=MOST_CENTS)]
Amount = Annotated[int, Field(ge=1, le=LARGEST)]
Free = Literal["volunteer", "partner", "staff", "hardship", "trial"]
Kind = Literal["half_day", "day", "hour", "print_minutes", "workshop", "euro"]
Unit = Literal["free", "day", "half_day", "month", "year", "book"]
How = Literal[
    "seen_proof_of_address",
    "seen_student_card",
    "seen_job_seeker_notice",
    "seen_benefit_notice",
    "seen_identity_document",
    "seen_association_papers",
    "seen_company_papers",
    "declared",
]


def example(**values: Any) -> ConfigDict:
    """The configuration of a body: nothing unexpected, and an example for the description."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


class NewMembership(BaseModel):
    """Somebody takes a plan. `price_cents` is the price that was shown; another one is then refused."""

    model_config = example(plan="03F5ZK8W5M2QA", starts_on="2026-11-24", price_cents=1500)

    plan: Id
    starts_on: Day
    free_reason: Free | None = None
    price_cents: Cents | None = None


class Renewal(BaseModel):
    """The same plan again."""

    model_config = example(free_reason="volunteer")

    free_reason: Free | None = None
    price_cents: Cents | None = None


class NewSuspension(BaseModel):
    """A stretch during which a membership does not count; `until` is the day it counts again."""

    model_config = example(**{"from": "2026-12-01", "until": "2026-12-15", "reason": "absence"})

    first: Annotated[Day, Field(alias="from")]
    until: Day
    reason: Literal["asked", "absence", "unpaid", "rules", "other"]


class Cancellation(BaseModel):
    """Why a membership stops."""

    model_config = example(reason="asked")

    reason: Literal["asked", "moved", "unpaid", "rules", "mistake", "other"]


class NewCredits(BaseModel):
    """Credits for somebody; euros in cents. The same `about` counts once."""

    model_config = example(kind="half_day", amount=10, reason="bought", until="2027-11-23", about="quittance-118")

    kind: Kind
    amount: Annotated[Amount, Field(strict=True)]
    reason: Literal["bought", "given", "goodwill", "correction"] = "given"
    until: Annotated[Day | None, Field(description="the last day on which they can be spent")] = None
    about: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")] | None = None


class Spending(BaseModel):
    """Credits that are used; `about` names the use, and the same one counts once."""

    model_config = example(kind="half_day", amount=1, reason="used", about="2026-11-24-matin")

    kind: Kind
    amount: Annotated[Amount, Field(strict=True)]
    reason: Literal["used", "correction"] = "used"
    about: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")]


class NewCategory(BaseModel):
    """Somebody's rate category, how it was checked, and the last day it holds."""

    model_config = example(category="habitant", how="seen_proof_of_address", until="2027-11-23")

    category: Key
    how: How
    until: Day


class MembershipView(msgspec.Struct, frozen=True):
    """A membership; it ends at `ends_at`, the midnight after its last day."""

    id: str
    plan: str
    name: str
    category: str
    starts_at: datetime
    ends_at: datetime
    state: str
    suspended_until: datetime | None
    list_cents: int
    price_cents: int
    free_reason: str


class CreditView(msgspec.Struct, frozen=True):
    """What is left of one lot."""

    kind: str
    left: int
    expires_at: datetime | None


class CategoryView(msgspec.Struct, frozen=True):
    """A rate category in force."""

    category: str
    name: str
    how: str
    until_at: datetime


class PersonMemberships(msgspec.Struct, frozen=True):
    """All of one person."""

    memberships: list[MembershipView]
    credits: list[CreditView]
    categories: list[CategoryView]


class Done(msgspec.Struct, frozen=True):
    """What was made: its id, and False when the same act was done before."""

    id: str
    is_new: bool = True


def moment(instant: int) -> datetime:
    """An instant as programs get it: UTC."""
    return datetime.fromtimestamp(instant, UTC)
