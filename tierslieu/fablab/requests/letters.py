"""What the person of a job is told, and when: short, one thing at a time; subjects name the job's number only."""

from collections.abc import Mapping
from typing import Final

from tierslieu.fablab import rules
from tierslieu.fablab.queue.queries import expected
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests.answering import offered
from tierslieu.fablab.requests.rules import Patience
from tierslieu.fablab.requests.wording import cost_text, when_text
from tierslieu.fablab.rules import JobNow
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.schemas import Known

SUBJECTS: Final[Mapping[str, str]] = {
    "received": _("Votre demande {number} est arrivée"),
    "question": _("Une question sur {number}"),
    "agree": _("{number} : votre accord est attendu"),
    "accepted": _("Votre demande {number} est acceptée"),
    "refused": _("Votre demande {number} ne peut pas être faite ici"),
    "started": _("{number} : la fabrication a commencé"),
    "ready": _("{number} : votre pièce est prête"),
    "failed": _("{number} est à refaire"),
    "started_own": _("{number} : l’équipe a lancé votre travail"),
    "failed_own": _("{number} est à refaire"),
    "remind": _("{number} : votre pièce vous attend toujours"),
    "warn": _("{number} : dernière semaine pour retirer votre pièce"),
}
BODIES: Final[Mapping[str, str]] = {
    "received": _(
        "Nous avons bien reçu {file} ({number}). L’équipe regarde votre demande et vous répond. "
        "Rien n’est lancé avant sa réponse."
    ),
    "question": _(
        "L’équipe a une question sur {file} ({number}) :\n\n« {detail} »\n\nVotre demande attend la réponse."
    ),
    "agree": _(
        "L’équipe peut faire {file} ({number}), avec un changement qui coûte plus cher : {choices}. "
        "Le nouveau prix estimé est de {cost}. Rien n’est lancé sans votre accord."
    ),
    "accepted": _("L’équipe fait {file} ({number}). Prix estimé : {cost}. {when}"),
    "refused": _("L’équipe ne peut pas faire {file} ({number}).\n\nLa raison : « {detail} »"),
    "started": _("La machine a commencé {file} ({number}). {when}"),
    "ready": _("{file} ({number}) est prête. Elle vous attend {place}. {price}"),
    "failed": _(
        "{file} ({number}) est sortie ratée. Vous ne payez pas cet essai. "
        "L’équipe regarde pourquoi et relance le travail si c’est possible."
    ),
    "started_own": _("L’équipe a lancé {file} ({number}) pour vous."),
    "failed_own": _(
        "{file} ({number}) est sortie ratée. Vous ne payez pas cet essai. Vous pouvez relancer le travail depuis "
        "« Ma file »."
    ),
    "remind": _("{file} ({number}) vous attend {place}. Nous la gardons jusqu’au {until}."),
    "warn": _("{file} ({number}) vous attend {place}. Après le {until}, nous ne pourrons plus la garder."),
}
SHORTS: Final[Mapping[str, str]] = {
    "received": _("FabLab : demande {number} reçue. L’équipe vous répond."),
    "question": _("FabLab : une question sur {number}. Répondez sur votre page ou au {phone}."),
    "agree": _("FabLab : {number} coûterait {cost}. Votre accord est attendu, sur votre page ou au {phone}."),
    "accepted": _("FabLab : {number} est acceptée. {when}"),
    "refused": _("FabLab : {number} ne peut pas être faite ici. La raison est sur votre page, ou au {phone}."),
    "started": _("FabLab : {number} est en cours. {when}"),
    "ready": _("FabLab : {number} est prête. Elle vous attend {place}."),
    "failed": _("FabLab : {number} est sortie ratée, sans frais pour vous. L’équipe s’en occupe."),
    "started_own": _("FabLab : l’équipe a lancé {number} pour vous."),
    "failed_own": _("FabLab : {number} est sortie ratée, sans frais pour vous. Vous pouvez la relancer."),
    "remind": _("FabLab : {number} vous attend {place}, jusqu’au {until}."),
    "warn": _("FabLab : {number} vous attend {place}. Gardée jusqu’au {until}, pas plus."),
}
FRAME: Final = _("Bonjour {name},\n\n{body}\n\n{link}Une question ? Appelez le {phone}.\n\n{venue}")
LINK: Final = _("Tout est sur votre page : {address}")
REPLIES: Final = ("received",)
WITH_WORD: Final = ("accepted", "agree")
"""Letters to which staff may add a word."""


def notice(
    reader: Reader, person: Known, one: JobNow, what: str, detail: str, settings: Settings, words: Words
) -> Notice:
    """What to tell about a job, in the person's words."""
    facts = {
        "number": rules.job_text(one.number),
        "file": one.file_name,
        "detail": detail,
        "phone": settings.phone,
        **_told(reader, one, settings, words),
    }
    short = {**facts, "file": title(one.file_name)}
    which = f"{what}_own" if one.service == "self" and f"{what}_own" in BODIES else what
    body = words.text(BODIES[which], **facts).strip()
    if what in WITH_WORD and detail:
        body += "\n\n" + words.text(_("L’équipe écrit : « {detail} »"), detail=detail)
    base = settings.public_url
    link = words.text(LINK, address=f"{base}/mes-fabrications/{facts['number']}") + "\n\n" if base else ""
    return Notice(
        kind=f"making_{what}",
        subject=words.text(SUBJECTS[which], **facts),
        text=words.text(
            FRAME, name=person.first_name, body=body, link=link, phone=settings.phone, venue=settings.venue_name
        ),
        short=words.text(SHORTS[which], **short).strip(),
        weight="useful" if what in ("received", "started", "remind") else "needed",
        is_reply=what in REPLIES,
    )


def _told(reader: Reader, one: JobNow, settings: Settings, words: Words) -> dict[str, str]:
    """Cost, time and place, as they are when the letter is written."""
    request, item = queries.request_of(reader, one.id), queries.kept(reader, one.id)
    offer = offered(request) if request else None
    shelf = next((s for s in queries.shelves(reader) if item and s.id == item.shelf_id), None)
    place = words.text(_("au FabLab, étagère {code}"), code=shelf.code) if shelf else words.text(_("au FabLab"))
    goes = Patience(settings.shelf.remind_days, settings.shelf.keep_days).goes_at(item.since) if item else reader.now
    cents = offer.cents if offer else one.estimate_cents
    choices = [offer.material, offer.colour, words.text(_("quantité {count}"), count=offer.quantity)] if offer else []
    return {
        "cost": cost_text(words, cents),
        "choices": ", ".join(part for part in choices if part),
        "when": when_text(words, expected(reader).get(one.id), reader.now) if one.state == "queued" else "",
        "place": place,
        "price": words.text(_("Prix : {cost}."), cost=cost_text(words, one.cost_cents)) if one.cost_cents else "",
        "until": words.day(goes),
    }
