"""What people are told of the queue: a machine that works longer than expected, their turn, what waits for the team."""

from tierslieu.basics.ids import show
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


TEAM_SUBJECT = _("{number} attend l’équipe sur {machine}")
TEAM_TEXT = _(
    "Bonjour,\n\n{machine} est libre et c’est le tour de {number} ({file}), mais la personne qui l’a demandé "
    "ne peut pas le lancer seule : il lui manque une condition, ou le fichier est à regarder d’abord.\n\n"
    "Lancez-le, ou mettez-le en attente. Dans une demi-heure, si d’autres attendent, le suivant pourra passer.\n\n"
    "Tout est ici : {link}"
)
NOBODY_SUBJECT = _("{machine} attend : personne ne vient")
NOBODY_TEXT = _(
    "Bonjour,\n\n{machine} est libre et chacun a été appelé à son tour, mais personne n’est venu. "
    "Le premier de la file est {number} ({file}).\n\n"
    "Vous pouvez le lancer, appeler la personne qui l’a demandé, ou le mettre en attente.\n\nTout est ici : {link}"
)


def team_notice(machine: MachineNow, one: JobNow, settings: Settings, words: Words) -> Notice:
    """To the team: a machine is ready for a job that only they can start."""
    return _of_job("turn_of_team", (TEAM_SUBJECT, TEAM_TEXT), machine, one, settings, words)


def nobody_notice(machine: MachineNow, one: JobNow, settings: Settings, words: Words) -> Notice:
    """To the team: a machine is free, and nobody comes to start what waits for it."""
    return _of_job("nobody_came", (NOBODY_SUBJECT, NOBODY_TEXT), machine, one, settings, words)


def _of_job(
    kind: str, texts: tuple[str, str], machine: MachineNow, one: JobNow, settings: Settings, words: Words
) -> Notice:
    link = f"{settings.public_url}/fablab/file/{show(one.id)}"
    facts = {"number": job_text(one.number), "file": one.file_name, "machine": machine.name, "link": link}
    return Notice(kind, words.text(texts[0], **facts), words.text(texts[1], **facts))
