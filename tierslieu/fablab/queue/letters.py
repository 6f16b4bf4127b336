"""What people are told about machines that work longer than expected."""

from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.people.messages.schemas import Notice

SUBJECT = _("{machine} : du retard")
TEXT = _(
    "Bonjour,\n\nVous avez réservé {machine} le {moment}. La machine termine un travail et ne sera peut-être pas "
    "prête à l’heure. Votre réservation reste à vous.\n\nL’équipe est prévenue et libère la machine dès que possible. "
    "Pour une autre heure, appelez le {phone}.\n\n{venue}"
)
SHORT = _("{machine} termine un travail et aura peut-être du retard, le {moment}. Votre réservation reste à vous.")


def late_notice(machine: str, starts_at: int, settings: Settings, words: Words) -> Notice:
    """To whoever has the machine next: it may not be ready in time."""
    facts = {
        "machine": machine,
        "moment": words.moment(starts_at),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    return Notice(
        kind="machine_late",
        subject=words.text(SUBJECT, **facts),
        text=words.text(TEXT, **facts),
        short=words.text(SHORT, **facts),
        until=starts_at + 3600,
    )
