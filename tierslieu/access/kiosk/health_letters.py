"""What staff are told of how kiosks are: once a day for each kiosk and trouble, and that a missed one is back."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from tierslieu.access.kiosk import watching
from tierslieu.access.kiosk.watching import BACK, SILENT, Watched
from tierslieu.access.staff import KEEPERS, Letter, holding, tell
from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx

SUBJECT = _("Borne à voir : {kiosk}")
TEXT: Final = _("Bonjour,\n\nBorne « {kiosk} » : {trouble}\n\nTout est ici : {link}")
TROUBLES: Final[Mapping[str, str]] = {
    SILENT: _(
        "elle ne donne plus de nouvelles depuis {moment}. Vérifiez qu’elle est allumée, branchée et reliée au réseau."
    ),
    "old_list": _("sa liste des badges a plus d’un jour. Sans réseau, elle déciderait sur des faits dépassés."),
    "no_disk": _("elle ne peut rien garder. En cas de coupure, les passages pas encore envoyés seraient perdus."),
    "no_camera": _("sa caméra ne lit plus. Les codes des téléphones et des cartes n’y passent que par un lecteur."),
}
BACK_SUBJECT = _("Borne de nouveau là : {kiosk}")
BACK_TEXT: Final = _(
    "Bonjour,\n\nLa borne « {kiosk} » donne de nouveau des nouvelles. Rien n’est à faire.\n\nTout est ici : {link}"
)


def tell_health(tx: Tx, payload: dict[str, Any], house: House) -> None:
    """Tell who looks after kiosks what was seen, when it is still so."""
    what, link = str(payload["what"]), f"{house.settings.public_url}/bornes"
    for one in watching.watched(tx, str(payload["kiosk"])):
        letter = _letter(tx, one, what)
        if letter is not None:
            tell(tx, holding(tx, KEEPERS), letter, partial(_facts, one=one, what=what, link=link))


def _letter(tx: Tx, one: Watched, what: str) -> Letter | None:
    """The letter, None when it is no longer so. It says something until the doors close."""
    until = one.hours.end
    if what in one.troubles:
        return Letter("kiosk_trouble", SUBJECT, TEXT, one.key(what), until)
    missed = watching.missed_day(tx, one) if what == BACK and SILENT not in one.troubles else ""
    return Letter("kiosk_back", BACK_SUBJECT, BACK_TEXT, one.key(BACK, missed), until) if missed else None


def _facts(words: Words, *, one: Watched, what: str, link: str) -> dict[str, str]:
    trouble = words.text(TROUBLES[what], moment=words.moment(one.told.seen_at)) if what in TROUBLES else ""
    return {"kiosk": one.kiosk.name, "trouble": trouble, "link": link}
