"""What reservations/offers tells the house."""

from tierslieu.infra.feature import Every, Feature, Reaction
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.offers import actions, pages, personal

MEND = "reservations.offers.mend"


def mend(tx: Tx, _payload: object) -> int:
    """Offers and holds that do not agree, made to agree again."""
    return actions.mend(tx)


FEATURE = Feature(
    name="reservations.offers",
    controllers=(pages.OfferPages,),
    reactions=(Reaction(Erased, "call_off", personal.call_off_all),),
    jobs={actions.LAPSE: actions.lapse, MEND: mend},
    schedules=(Every(300, MEND),),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
)
