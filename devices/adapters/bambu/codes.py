"""Bambu Lab's numbers, as words. PURE."""

from typing import Final

from devices.adapters.loose import fault, member, whole
from devices.wire import Fault

CANCELLED: Final = 0x0300_400C
"""print_error when somebody stopped the job: no fault."""
BUSY: Final = 0x0500_4004
UNSIGNED: Final = 84_033_543
"""err_code when the firmware wants orders to be signed by the maker."""
_UNSIGNED_HMS: Final = "HMS_0500_0500_0001_0007"
_NEEDS_SIGNATURE: Final = 0x2000_0000
_ECHOES: Final = frozenset({(0x0300, 0x400C), (0x0500, 0x400E)})
"""Messages of the health system that only repeat that a job was stopped."""
_FATAL: Final = 1
_MOST: Final = 12
_U32: Final = 2**32 - 1

WAITS_FOR_A_PERSON: Final = frozenset({6, 17, 20, 21, 23, 26, 27, 28, 32, 33, 34, 35})
"""Stages of a pause that the printer did not choose: no filament, cover open, too hot, lost steps, clogged…"""


def error_text(error: int) -> str:
    """0300_400C."""
    return f"{error >> 16:04X}_{error & 0xFFFF:04X}"


def health(told: object) -> tuple[tuple[Fault, ...], bool]:
    """The faults of the health list, and whether one of them is fatal."""
    found: list[Fault] = []
    is_fatal = False
    for one in told if isinstance(told, list) else ():
        attr, code = whole(member(one, "attr"), 0, _U32), whole(member(one, "code"), 0, _U32)
        if attr is None or code is None or (attr >> 16, code & 0xFFFF) in _ECHOES or len(found) >= _MOST:
            continue
        is_fatal = is_fatal or code >> 16 == _FATAL
        found.append(fault(f"HMS_{attr >> 16:04X}_{attr & 0xFFFF:04X}_{code >> 16:04X}_{code & 0xFFFF:04X}"))
    return tuple(found), is_fatal


def print_error(told: object) -> int:
    """The error of the last job, 0 for none."""
    return whole(told, 0, _U32) or 0


def needs_signature(report: object) -> bool:
    """True when the firmware takes orders from the maker's own programs only."""
    fun = member(report, "fun")
    try:
        has_bit = isinstance(fun, str) and len(fun) <= 16 and bool(int(fun, 16) & _NEEDS_SIGNATURE)
    except ValueError:
        has_bit = False
    faults, _ = health(member(report, "hms"))
    return has_bit or any(one.code == _UNSIGNED_HMS for one in faults)
