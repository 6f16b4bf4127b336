"""What is wrong with a message nobody can read."""

from typing import Final, Literal

ReasonCode = Literal[
    "topic",  # not a topic of this contract, or a topic of the other direction
    "empty",  # no bytes: on a retained topic this is a deletion
    "too_large",  # more bytes than MAX_BYTES
    "not_utf8",
    "not_json",
    "too_deep",  # more brackets inside each other than MAX_DEPTH
    "version",  # no "v", or a version this code does not know
    "shape",  # a missing member, a wrong type, a bound not kept
]

MAX_DETAIL: Final = 200


class Unreadable(Exception):
    """A message outside the contract. `reason_code` is stable and can be counted; `detail` is for a log only."""

    def __init__(self, reason_code: ReasonCode, detail: str = "") -> None:
        super().__init__(reason_code, detail[:MAX_DETAIL])
        self.reason_code: Final[ReasonCode] = reason_code
        self.detail: Final = detail[:MAX_DETAIL]

    def __str__(self) -> str:
        return f"{self.reason_code}: {self.detail}" if self.detail else self.reason_code
