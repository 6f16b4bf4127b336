"""What people/messages tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, Personal, Retention
from tierslieu.people.messages import actions, api, contact_pages, outbox, pages, sending, views
from tierslieu.people.messages.rules import KEPT_FOR
from tierslieu.people.messages.tables import ContactChoice, ContactOrder, Message
from tierslieu.people.roles.rules import EVERY_PERSON, STAFF

SENDERS = frozenset({"receptionist", "digital_adviser", "fab_manager", "facilitator", "administrator"})
SHOWN = ("kind", "subject", "text", "channel", "state", "reason", "created_at", "left_at")
TEXTS = ("subject", "text", "short", "files")
END_LAPSED = "people.messages.end_lapsed"

FEATURE = Feature(
    name="people.messages",
    controllers=(
        pages.MessagePages,
        pages.WritingPages,
        contact_pages.OwnContactPages,
        contact_pages.DeskContactPages,
        contact_pages.StopPages,
        api.SmsReports,
    ),
    permissions={pages.SEE: STAFF, pages.SEND: SENDERS, contact_pages.OWN: EVERY_PERSON},
    jobs={actions.SEND: sending.send, END_LAPSED: outbox.end_lapsed},
    schedules=(Every(3600, END_LAPSED),),
    personal=(
        Personal(Message, "person_id", _("Messages à votre sujet"), SHOWN, KEEP, blank=TEXTS),
        Personal(Message, "receiver_id", _("Messages que vous avez reçus"), SHOWN, KEEP, ("key",), blank=TEXTS),
        Personal(Message, "created_by", on_erase=KEEP),
        Personal(Message, "handled_by", on_erase=KEEP),
        Personal(
            ContactChoice, "person_id", _("Vos choix de contact"), ("wish", "is_wanted", "said_at", "how"), DELETE
        ),
        Personal(ContactChoice, "said_by", on_erase=KEEP),
        Personal(ContactOrder, "person_id", _("Le contact à essayer d’abord"), ("first",), DELETE, ("person_id",)),
    ),
    sections=(Section("messages", 80, "messages/_section.html", views.section, pages.SEE),),
    retentions=(
        Retention(
            "messages",
            _("Textes des messages"),
            KEPT_FOR,
            _("Usage de RDV Service Public : messages anonymes après 6 mois"),
            outbox.forget,
        ),
    ),
)
