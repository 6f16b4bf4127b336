"""What access/kiosk tells the house."""

from tierslieu.access.events import BadgeDoubted, BadgeIssued, BadgeRevoked
from tierslieu.access.kiosk import (
    call_letters,
    call_pages,
    calls,
    choice_pages,
    enrolment,
    following,
    health_letters,
    kiosk_api,
    letters,
    reader_page,
    staff_keys,
    staff_pages,
    staff_signin,
    watching,
)
from tierslieu.access.kiosk.snapshot_store import has_readers
from tierslieu.access.kiosk.tables import KioskCall, KioskTurn, SnapshotRow
from tierslieu.access.passes.events import GuestChanged, KeyTurned
from tierslieu.http.words import _
from tierslieu.infra.feature import Count, Every, Feature, InHouse, Reaction
from tierslieu.infra.personal import DELETE, END, Personal, Retention
from tierslieu.people.devices.events import SecretCopied
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.persons.events import AccountClosed, Merged
from tierslieu.people.rights.events import Erased
from tierslieu.people.roles.rules import STAFF
from tierslieu.reservations.events import Answered, Cancelled, Moved, Reserved

AT_ONCE = (BadgeDoubted, BadgeIssued, BadgeRevoked, GuestChanged, KeyTurned, AccountClosed, Merged, Erased)
"""What kiosks hear of within seconds."""
SOON = (Reserved, Moved, Cancelled, Answered)

FEATURE = Feature(
    name="access.kiosk",
    controllers=(
        kiosk_api.KioskApi,
        staff_signin.StaffApi,
        staff_signin.StaffSignInPages,
        staff_keys.StaffKeyPages,
        staff_pages.StaffPages,
        choice_pages.ChoicePages,
        call_pages.CallPages,
        reader_page.ReaderPages,
    ),
    permissions={
        call_pages.ANSWER: STAFF,
        kiosk_api.READ_LIST: frozenset({DEVICE_ROLES["kiosk"], DEVICE_ROLES["reader"]}),
    },
    reactions=(
        Reaction(SecretCopied, "stop_copied_kiosk", enrolment.stop_copied),
        Reaction(SecretCopied, "tell_copied_kiosk", letters.tell_copied),
        *(Reaction(event, f"list_{event.__name__.lower()}", following.at_once, has_readers) for event in AT_ONCE),
        *(Reaction(event, f"list_{event.__name__.lower()}", following.soon, has_readers) for event in SOON),
    ),
    jobs={
        following.REFRESH: following.refresh,
        calls.TELL: InHouse(call_letters.tell_call),
        watching.LOOK: watching.look,
        watching.TELL: InHouse(health_letters.tell_health),
    },
    schedules=(Every(watching.EVERY, watching.LOOK),),
    counts=(Count("/appels", call_pages.ANSWER, calls.waiting_count),),
    retentions=(
        Retention(
            "access.calls", _("Appels aux bornes"), calls.KEPT, _("Le temps d’améliorer l’accueil"), calls.forget
        ),
    ),
    personal=(
        Personal(SnapshotRow, "holder_id", on_erase=DELETE, on_merge=END),
        Personal(KioskTurn, on_erase=DELETE, on_merge=END),
        Personal(KioskCall, "answered_by"),
    ),
)
