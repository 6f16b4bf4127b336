"""Quarantine: device messages nobody could read are kept, counted and shown; they never stop the house."""

from tierslieu.infra.feature import Message
from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.tables import QuarantinedMessage
from tierslieu.infra.transaction import Tx

KEPT_BYTES = 4096
ADD: Query[object] = Query(insert_into(QuarantinedMessage))


def quarantine(tx: Tx, message: Message, reason: str) -> None:
    """Keep the start of an unreadable message, with the reason."""
    tx.run(
        ADD,
        id=tx.new_id(),
        at=tx.now,
        topic=message.topic[:400].replace("\x00", ""),
        reason=reason[:80].replace("\x00", ""),
        payload=message.payload[:KEPT_BYTES],
    )
