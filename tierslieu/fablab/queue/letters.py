"""What people are told of the queue: a machine that works longer than expected, their turn."""

from tierslieu.fablab.letters import gate_words
from tierslieu.fablab.rules import JobNow, MachineNow, job_text
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.people.messages.gsm import title
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


TURN_SUBJECT = _("{number} : c’est votre tour sur {machine}")
TURN_TEXT = _(
    "Bonjour,\n\nC’est votre tour : {machine} est prête pour {file} ({number}).\n\n"
    "Venez le lancer vous-même, {gate}\n\nLa machine vous est gardée jusqu’à {until} ; "
    "après, si d’autres attendent, le suivant peut passer. Votre travail garde sa place dans la file.\n\n"
    "Vous ne pouvez pas venir ? Appelez le {phone}.\n\n{venue}"
)
TURN_SHORT = _("FabLab : c’est votre tour sur {machine} pour {number}. Elle vous est gardée jusqu’à {until}.")


def turn_notice(machine: MachineNow, one: JobNow, until: int, settings: Settings, words: Words) -> Notice:
    """To the person of a job: their machine is ready, and kept for them until an instant."""
    facts = {
        "number": job_text(one.number),
        "file": one.file_name,
        "machine": machine.name,
        "gate": gate_words(machine.key, settings, words),
        "until": words.hour(until),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    return Notice(
        kind="your_turn",
        subject=words.text(TURN_SUBJECT, **facts),
        text=words.text(TURN_TEXT, **facts),
        short=words.text(TURN_SHORT, **{**facts, "file": title(one.file_name)}),
        until=until,
    )
