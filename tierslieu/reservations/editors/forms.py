"""What staff send about sites, spaces and resources. Numbers are bounded, texts can be stored and shown."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tierslieu.http.pages import FormErrors, check
from tierslieu.people.memberships.schemas import cents_of
from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.schemas import KEY_PATTERN
from tierslieu.venue.facts import EQUIPMENT

RESERVED = frozenset({"nouveau", "nouvelle"})
"""Words of addresses that no key may take."""
MOST_TAGS, LONGEST_TAG = 20, 40
MINUTES_A_YEAR = 366 * 1440
PARTS_SHOWN = 5
M = TypeVar("M", bound=BaseModel)


def free_key(value: str) -> str:
    """A key that is no word of an address."""
    if value in RESERVED:
        raise ValueError("bad_key")
    return value


Key = Annotated[str, Field(pattern=KEY_PATTERN), AfterValidator(free_key)]
Name = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=200)]
Short = Annotated[str, AfterValidator(readable), Field(max_length=200)]
Note = Annotated[str, AfterValidator(readable), Field(max_length=500)]
Long = Annotated[str, AfterValidator(readable), Field(max_length=2000)]
Phone = Annotated[str, Field(pattern=r"^[0-9+ .()-]{0,40}$")]
Capacity = Annotated[int, Field(ge=0, le=100_000)]
Position = Annotated[int, Field(ge=0, le=100_000)]
Minutes = Annotated[int, Field(ge=0, le=MINUTES_A_YEAR)]
Length = Annotated[int, Field(ge=1, le=MINUTES_A_YEAR)]
Cents = Annotated[int, BeforeValidator(cents_of), Field(ge=0, le=10_000_000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")


class SiteForm(_Form):
    """A site's facts."""

    name: Name
    kind: Literal["main", "satellite", "event", "off_site"]
    capacity: Capacity
    address: Note = ""
    phone: Phone = ""
    access_note: Note = ""


class NewSiteForm(SiteForm):
    """A new site."""

    key: Key


class SpaceForm(_Form):
    """A space's facts."""

    name: Name
    capacity: Capacity
    position: Position = 0
    description: Long = ""
    access_note: Note = ""


class NewSpaceForm(SpaceForm):
    """A new space."""

    key: Key
    site: Annotated[str, Field(pattern=KEY_PATTERN)]


class ResourceForm(_Form):
    """A resource's facts and rules."""

    name: Name
    capacity: Annotated[int, Field(ge=1, le=100_000)]
    min_people: Annotated[int, Field(ge=1, le=100_000)] = 1
    position: Position = 0
    details: Short = ""
    description: Long = ""
    instructions: Long = ""
    is_bookable: bool = False
    is_listed: bool = False
    needs_approval: bool = False
    holds_requests: bool = False
    grid_minutes: Annotated[int, Field(ge=1, le=1440)]
    min_minutes: Length
    max_minutes: Length
    notice_minutes: Minutes = 0
    horizon_days: Annotated[int, Field(ge=0, le=1000)]
    buffer_before: Annotated[int, Field(ge=0, le=1440)] = 0
    buffer_after: Annotated[int, Field(ge=0, le=1440)] = 0
    cancel_minutes: Minutes = 0
    move_minutes: Annotated[int, Field(ge=-1, le=MINUTES_A_YEAR)] = -1
    hourly_cents: Cents = 0
    one_at_a_time: Annotated[int, Field(ge=0, le=2)] = 1
    grace_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    noise: Literal["", "quiet", "noisy"] = ""
    referent: Annotated[str, Field(pattern=KEY_PATTERN)] | Literal[""] = ""
    count: Annotated[int, Field(ge=1, le=200)] = 1
    others: Note = ""


class NewResourceForm(ResourceForm):
    """A new resource."""

    key: Key
    space: Annotated[str, Field(pattern=KEY_PATTERN)]
    kind: Literal["desk", "desk_pool", "room", "workstation", "machine", "loan_item", "staff_time"]
    pick: Literal["all", "one"] = "all"


def read(model: type[M], form: Mapping[str, str]) -> M:
    """A form as a command. Raises FormErrors; what is wrong with both lengths is told beside the longest."""
    tidy = {name: value.replace("\r\n", "\n").strip() for name, value in form.items()}
    try:
        found = check(model, tidy)
    except FormErrors as error:
        named = {name: _named(name, code) for name, code in error.fields.items()}
        raise FormErrors("form", named) from None
    if isinstance(found, ResourceForm) and found.max_minutes < found.min_minutes:
        raise FormErrors("form", {"max_minutes": "most_below_least"})
    return found


def _named(name: str, code: str) -> str:
    """Codes of fields in words of the venue where the general ones say too little."""
    return "bad_key" if (name, code) == ("key", "string_pattern_mismatch") else code


def read_equipment(form: Mapping[str, str], others: str) -> tuple[str, ...]:
    """The tags that were ticked, then the free ones. Raises FormErrors."""
    known = [tag for tag in EQUIPMENT if form.get(f"e_{tag}")]
    free = [part.strip() for part in others.split(",") if part.strip()]
    if len(free) > MOST_TAGS or any(len(part) > LONGEST_TAG for part in free):
        raise FormErrors("form", {"others": "string_too_long"})
    return tuple(dict.fromkeys((*known, *free)))


def read_parts(form: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """What a composite is made of: resource keys and counts. Raises FormErrors."""
    found: dict[str, int] = {}
    for number in range(1, PARTS_SHOWN + 1):
        key = form.get(f"part{number}", "")
        if key:
            count = form.get(f"count{number}", "") or "1"
            if not count.isdecimal() or not 1 <= int(count[:6]) <= 100:
                raise FormErrors("form", {f"count{number}": "int_parsing"})
            found[key] = found.get(key, 0) + int(count)
    return tuple(found.items())


def read_members(form: Mapping[str, str]) -> frozenset[str]:
    """The keys of the resources whose units a resource is made of."""
    return frozenset(name.removeprefix("m_") for name, value in form.items() if name.startswith("m_") and value)
