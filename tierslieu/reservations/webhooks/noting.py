"""What happened is noted for those who listen: ids only. They ask the house for the rest, with rights of their own."""

from typing import Any

from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Ended, Freed, Moved, Reserved
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.webhooks import queries
from tierslieu.reservations.webhooks.actions import pause
from tierslieu.reservations.webhooks.outbox import note
from tierslieu.venue.queries import venue

OfReservation = Reserved | Moved | Cancelled | Answered | CheckedIn | Ended
KIND_OF: dict[type, str] = {
    Reserved: "reservation.reserved",
    Moved: "reservation.moved",
    Cancelled: "reservation.cancelled",
    Answered: "reservation.answered",
    CheckedIn: "reservation.checked_in",
    Ended: "reservation.released",
}


def is_heard(reader: Reader, _event: object) -> bool:
    """True when anybody listens at all; from memory, because everything that happens asks."""
    return reader.remembered("webhooks", venue(reader), lambda: queries.is_any(reader))


def note_event(tx: Tx, event: OfReservation) -> None:
    """For each receiver that listens to it."""
    kind = KIND_OF[type(event)]
    for hook in queries.listening(tx, kind):
        note(tx, hook, kind, _data(event))


def _data(event: OfReservation) -> dict[str, object]:
    shown = show(event.reservation_id)
    data: dict[str, object] = {"reservation": shown, "href": f"/api/v1/reservations/{shown}"}
    if isinstance(event, Moved):
        data["former"] = show(event.former_id)
    if isinstance(event, Cancelled):
        data["by_house"] = event.by_house
    if isinstance(event, Ended):
        data["because"] = event.because
    return data


def note_freed(tx: Tx, event: Freed) -> None:
    """Time is free again: on which resources, from when until when."""
    hooks = queries.listening(tx, "time.freed")
    if not hooks:
        return
    freed = set(event.unit_ids)
    keys = [one.key for one in venue(tx).resources if one.is_bookable and freed.intersection(one.units)]
    data: dict[str, object] = {
        "resources": keys,
        "starts_at": moment(event.starts_at),
        "ends_at": moment(event.ends_at),
    }
    for hook in hooks:
        note(tx, hook, "time.freed", data)


def tell_paused(tx: Tx, payload: dict[str, Any]) -> None:
    """Pause a receiver that is away, and tell the one who registered it. Nothing is lost: all is held for it."""
    hook_id, because = read(payload["webhook"]), str(payload["because"])
    hook = tx.row(queries.ONE, id=hook_id)
    if hook is None or hook.paused_because or not pause(tx, hook_id, because):
        return
    person = known(tx, hook.created_by) if hook.created_by is not None else None
    if person is None:
        return
    spoken = words_for(tx, person.id, Zone("UTC"))
    facts = {"title": hook.title}
    told = Notice(
        "webhook_paused",
        spoken.text(_("Un logiciel relié ne répond plus")),
        spoken.text(
            _(
                "Bonjour,\n\nLe logiciel « {title} » ne reçoit plus nos avis depuis plus d’un jour, ou il a demandé de"
                " ne plus en recevoir. Les avis sont en pause et gardés pour lui.\n\nDès qu’il marche de nouveau,"
                " reprenez l’envoi : Gestion, Avis aux autres logiciels."
            ),
            **facts,
        ),
        spoken.text(_("Le logiciel « {title} » ne reçoit plus nos avis : ils sont en pause."), **facts),
    )
    post(tx, person.id, told.with_key(f"webhook:{payload['webhook']}:{tx.now}"))
