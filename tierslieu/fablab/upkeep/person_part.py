"""The safety sheets on a person's page and in their own space: which they accepted, which are still to be read."""

import msgspec

from tierslieu.fablab import queries as fablab
from tierslieu.fablab.upkeep import queries
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class SheetLine(msgspec.Struct, frozen=True):
    """A machine's sheet for one person. `look` and `state_text` are its chip."""

    key: str
    name: str
    look: str
    state_text: str


def person_part(reader: Reader, words: Words, person_id: int) -> list[SheetLine] | None:
    """A line for each machine that has a sheet; nothing where no machine has one."""
    found = queries.sheets_of(reader, person_id)
    if not found:
        return None
    texts = {True: ("done", words.text(_("Acceptée"))), False: ("waiting", words.text(_("À lire")))}
    return [SheetLine(one.key, one.name, *texts[found[one.id]]) for one in fablab.machines(reader) if one.id in found]
