"""People as a table for spreadsheets. Pure: lines in, text out.

A cell that a spreadsheet would take for a formula begins with an apostrophe: nothing in it is ever computed.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.people.persons.schemas import Found

MARK: Final = "\ufeff"
"""At the start of the file: spreadsheets then read the accents right."""
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TITLES: Final = (_("Fiche"), _("Nom"), _("Prénom"), _("Année de naissance"), _("Courriel"), _("Téléphone"), _("Compte"))


def cell(value: object) -> str:
    """A value that no spreadsheet computes."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULAS) or text.startswith(FORMULAS) else text


def titles(words: Words) -> str:
    """The first line."""
    return MARK + _line([words.text(title) for title in TITLES])


def lines(found: Iterable[Found], words: Words) -> str:
    """One line for each person."""
    states = (words.text(_("fermé")), words.text(_("ouvert")))
    return "".join(
        _line(
            (
                show(one.id),
                one.last_name,
                one.first_name,
                one.birth_year,
                one.email,
                one.phone,
                states[bool(one.is_active)],
            )
        )
        for one in found
    )


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([cell(value) for value in values])
    return written.getvalue()
