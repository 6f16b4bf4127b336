"""The bounds that every member of a message keeps, named once."""

from typing import Annotated, Final

from msgspec import Meta

VERSION: Final = 1
MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 8

# "$" would let a last line feed through in Python, and "\Z" means nothing in a JSON Schema.
_END: Final = r"(?![\s\S])"
_NO_CONTROL: Final = r"^[^\x00-\x1f\x7f]*" + _END

Key = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*" + _END)]
"""The short text key of a site, of a device or of a kind of machine: oasis, p3d-1, printer_3d."""

MessageId = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+" + _END)]
"""Made once by the sender, never used twice: report_id, cmd_id."""

BootId = Annotated[str, Meta(min_length=4, max_length=32, pattern=r"^[A-Za-z0-9_-]+" + _END)]
"""Drawn at random each time the device starts."""

JobRef = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*" + _END)]
"""The service's own name of a job, echoed by the device; a device makes one up for a job it was given by hand."""

Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*" + _END)]
"""A stable word of a machine, a fault or a reason: bed_too_cold."""

Words = Annotated[str, Meta(max_length=200, pattern=_NO_CONTROL)]
"""A short text of the machine, shown as it came."""

FileName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]+" + _END)]
"""A file's name without folder. The service names files after jobs, so no personal data travels."""

FileUrl = Annotated[str, Meta(min_length=8, max_length=500, pattern=r"^https?://[^\s\x00-\x1f\x7f]+" + _END)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + _END)]

Instant = Annotated[int, Meta(ge=0, le=4_102_444_800)]
"""Seconds since the epoch by the sender's clock, up to the year 2100. Order messages by `seq`, not by this."""

Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Counts up by one with each up/state and up/report of one boot."""

Seconds = Annotated[int, Meta(ge=0, le=31 * 86_400)]
TtlSeconds = Annotated[int, Meta(ge=1, le=600)]
Percent = Annotated[float, Meta(ge=0, le=100)]
PlateNumber = Annotated[int, Meta(ge=1, le=999)]
Slot = Annotated[int, Meta(ge=0, le=255)]
"""A place for material on a machine, in the machine's own count."""
SlotOrNone = Annotated[int, Meta(ge=-1, le=255)]
"""-1 for none."""
Colour = Annotated[str, Meta(pattern=r"^#[0-9A-F]{6}" + _END)]
Celsius = Annotated[float, Meta(ge=-100, le=1_000)]
Watts = Annotated[float, Meta(ge=0, le=100_000)]
WattHours = Annotated[float, Meta(ge=0, le=1e12)]
Millimetres = Annotated[float, Meta(ge=0, le=1e8)]
ConfigVersion = Annotated[int, Meta(ge=0, le=2**31 - 1)]
