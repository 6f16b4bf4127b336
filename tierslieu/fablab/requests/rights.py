"""The permissions of requests. ANSWER may hold for some machines only."""

from typing import Final

from tierslieu.people.roles.rules import ADMINISTRATORS, AT_MACHINES, MACHINE_RUNNERS, STAFF

ANSWER: Final = "fablab.answer_requests"
HAND_OVER: Final = "fablab.hand_over"
SETTLE: Final = "fablab.settle_dues"
SET: Final = "fablab.set_requests"
ROLES: Final = {
    ANSWER: MACHINE_RUNNERS,
    HAND_OVER: AT_MACHINES | STAFF,
    SETTLE: ADMINISTRATORS | {"fab_manager", "receptionist", "cash_officer"},
    SET: ADMINISTRATORS | {"fab_manager"},
}
