"""What people are told about their qualifications, in their language."""

from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.wording import LEVELS
from tierslieu.people.relations.queries import zone_of


def granted(tx: Tx, person_id: int, skill: Skill, level: str, valid_until: int | None) -> None:
    """A level was given."""
    words = _words(tx, person_id)
    facts = {"qualification": skill.name, "level": words.text(LEVELS[level])}
    lines = [words.text(_("Vous avez reçu l’habilitation « {qualification} », niveau : {level}."), **facts)]
    if valid_until is not None:
        lines.append(words.text(_("Elle est valable jusqu’au {day}."), day=words.day(valid_until - 1, "year")))
    lines.append(words.text(_("Votre attestation se trouve dans votre espace. L’accueil peut aussi l’imprimer.")))
    subject = words.text(_("Votre habilitation : {qualification}"), **facts)
    post(tx, person_id, Notice("qualification_granted", subject, "\n\n".join(lines)))


def expiring(tx: Tx, person_id: int, skill: Skill, ends_at: int) -> None:
    """A grant ends soon."""
    words = _words(tx, person_id)
    facts = {"qualification": skill.name, "day": words.day(ends_at - 1, "year")}
    text = words.text(_("Votre habilitation « {qualification} » est valable jusqu’au {day}."), **facts)
    advice = words.text(_("Pour la garder, inscrivez-vous à une séance de formation, ou parlez-en à l’équipe."))
    subject = words.text(_("Votre habilitation finit bientôt : {qualification}"), **facts)
    short = words.text(_("Habilitation {qualification} : valable jusqu’au {day}."), **facts)
    post(tx, person_id, Notice("qualification_expiring", subject, f"{text}\n\n{advice}", short))


def enrolled(tx: Tx, person_id: int, skill: Skill, starts_at: int, place: str) -> None:
    """A seat is theirs."""
    words = _words(tx, person_id)
    facts = {"qualification": skill.name, "moment": words.moment(starts_at), "place": place}
    text = words.text(_("Votre place est réservée : {qualification}, {moment}, {place}."), **facts)
    advice = words.text(_("Si vous ne pouvez pas venir, rendez votre place : quelqu’un d’autre peut la prendre."))
    subject = words.text(_("Votre formation : {qualification}"), **facts)
    post(tx, person_id, Notice("training_enrolled", subject, f"{text}\n\n{advice}", text))


def cancelled(tx: Tx, person_id: int, skill: Skill, starts_at: int) -> None:
    """The training will not be."""
    words = _words(tx, person_id)
    facts = {"qualification": skill.name, "moment": words.moment(starts_at)}
    text = words.text(_("La formation « {qualification} » du {moment} est annulée."), **facts)
    advice = words.text(_("Choisissez une autre séance dans votre espace, ou appelez l’accueil."))
    subject = words.text(_("Formation annulée : {qualification}"), **facts)
    post(tx, person_id, Notice("training_cancelled", subject, f"{text}\n\n{advice}", text))


def _words(tx: Tx, person_id: int) -> Words:
    return words_for(tx, person_id, zone_of(tx))
