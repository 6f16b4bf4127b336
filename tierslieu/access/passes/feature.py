"""What access/passes tells the house."""

from tierslieu.access.pages import CARRY
from tierslieu.access.passes import actions, api, card_pages, guest_pages, my_pages, personal
from tierslieu.access.passes.rules import DAY
from tierslieu.infra.feature import Every, Feature
from tierslieu.infra.house import House
from tierslieu.people.roles.rules import ADMINISTRATORS, EVERY_PERSON


async def begin(house: House) -> None:
    """The house signs its passes from its first start on."""
    await house.db.write(actions.ensure_key)


FEATURE = Feature(
    name="access.passes",
    controllers=(
        api.MyPassesApi,
        my_pages.MyBadgePages,
        guest_pages.GuestPages,
        card_pages.HouseCardPages,
        card_pages.LendingPages,
    ),
    permissions={CARRY: EVERY_PERSON, guest_pages.TURN_KEY: ADMINISTRATORS},
    jobs={"access.turn_pass_key": actions.ensure_key},
    schedules=(Every(DAY, "access.turn_pass_key"),),
    on_start=(begin,),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
)
