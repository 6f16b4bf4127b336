"""The attestation on paper: what it says, and a code that leads to where it is verified."""

from typing import Final

from reportlab.lib.units import mm

from tierslieu.http.assets import Assets
from tierslieu.http.paper import Paper
from tierslieu.http.prints import CodeMark
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.people.qualifications.attesting import Attested, address_of, criteria, title, verify_path
from tierslieu.people.qualifications.wording import LEVELS

SIDE: Final = 38 * mm


def certificate(one: Attested, settings: Settings, assets: Assets, words: Words, secret: str) -> bytes:
    """The PDF. Its link holds the secret part: whoever reads the paper sees the name on it anyway."""
    place = f"{settings.venue_name}, {settings.venue_town}"
    paper = Paper(assets, words.text(_("Attestation d’habilitation")), place, "en" if words.locale == "en" else "fr")
    paper.text(words.text(_("{place} atteste que"), place=place))
    paper.heading(one.name)
    paper.text(words.text(_("a reçu l’habilitation :")))
    paper.heading(title(one, words))
    paper.text(criteria(one, words))
    paper.facts(_facts(one, words))
    link = f"{address_of(settings)}{verify_path(one.grant.id)}?cle={secret}"
    paper.heading(words.text(_("Vérifier cette attestation")))
    paper.text(words.text(_("Elle peut être retirée ou finir avant sa date. Lisez ce code, ou allez à l’adresse :")))
    paper.text(link, "quiet")
    paper.add(CodeMark(link, SIDE))
    return paper.pdf()


def _facts(one: Attested, words: Words) -> list[tuple[str, str]]:
    found = [
        (words.text(_("Niveau")), words.text(LEVELS[one.grant.level])),
        (words.text(_("Donnée le")), words.day(one.grant.granted_at, "year")),
    ]
    if one.ends_at is not None:
        found.append((words.text(_("Valable jusqu’au")), words.day(one.ends_at - 1, "year")))
    return found
