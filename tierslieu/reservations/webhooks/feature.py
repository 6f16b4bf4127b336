"""What webhooks tell the house."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature, Reaction
from tierslieu.infra.personal import Personal, Retention
from tierslieu.people.roles.rules import ADMINISTRATORS
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Ended, Freed, Moved, Reserved
from tierslieu.reservations.webhooks import actions, api, noting, outbox, pages, sending
from tierslieu.reservations.webhooks.tables import Webhook

MONTH: Final = 30 * 86_400
FEATURE = Feature(
    name="reservations.webhooks",
    controllers=(api.WebhooksApi, api.DeliveriesApi, pages.WebhookPages, pages.WebhookActs),
    permissions={actions.MANAGE: ADMINISTRATORS},
    reactions=(
        Reaction(Reserved, "note_reserved", noting.note_event, is_wanted=noting.is_heard),
        Reaction(Moved, "note_moved", noting.note_event, is_wanted=noting.is_heard),
        Reaction(Cancelled, "note_cancelled", noting.note_event, is_wanted=noting.is_heard),
        Reaction(Answered, "note_answered", noting.note_event, is_wanted=noting.is_heard),
        Reaction(CheckedIn, "note_checked_in", noting.note_event, is_wanted=noting.is_heard),
        Reaction(Ended, "note_ended", noting.note_event, is_wanted=noting.is_heard),
        Reaction(Freed, "note_freed", noting.note_freed, is_wanted=noting.is_heard),
    ),
    jobs={outbox.SEND: sending.send, outbox.TELL: noting.tell_paused},
    personal=(Personal(Webhook, "created_by"),),
    retentions=(
        Retention(
            "reservations.webhook_deliveries",
            _("Avis envoyés à d’autres logiciels"),
            MONTH,
            _("Le temps de les renvoyer après une panne du destinataire"),
            actions.forget,
        ),
    ),
)
