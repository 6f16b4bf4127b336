"""What access/ tells the house."""

from tierslieu.access import actions, api, kiosk_pages, pages
from tierslieu.infra.feature import Every, Feature
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.roles.rules import EVERY_PERSON, STAFF

FEATURE = Feature(
    name="access",
    controllers=(
        api.ScansApi,
        kiosk_pages.KioskPages,
        kiosk_pages.KiosksPages,
        pages.MyBadgePages,
        pages.PersonBadgePages,
    ),
    permissions={
        api.RECORD: frozenset({DEVICE_ROLES["kiosk"]}),
        kiosk_pages.MANAGE_KIOSKS: STAFF,
        pages.MANAGE: STAFF,
        pages.CARRY: EVERY_PERSON,
    },
    jobs={"access.forget_scans": actions.forget_scans},
    schedules=(Every(86_400, "access.forget_scans"),),
)
