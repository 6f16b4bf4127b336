"""What offers announce."""

import msgspec


class OfferEnded(msgspec.Struct, frozen=True):
    """An offer was taken or declined, lapsed, or came to nothing (void); its state tells which."""

    offer_id: int
