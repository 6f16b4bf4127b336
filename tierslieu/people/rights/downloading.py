"""What a person downloads: everything the house holds about them, as JSON and as a readable paper."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.http.assets import Assets
from tierslieu.http.paper import Paper
from tierslieu.http.words import Words
from tierslieu.infra.personal import Personal
from tierslieu.infra.transaction import Reader
from tierslieu.people.rights import queries
from tierslieu.people.rights.queries import FileOfPerson, Part
from tierslieu.people.rights.wording import CODES, FIRST_ID, FIRST_INSTANT, LABELS, key_of

YES_OR_NO = ("may_act", "receives_messages")


class Everything(msgspec.Struct, frozen=True):
    """A person's file and all the parts that name them."""

    made_at: int
    file: FileOfPerson
    parts: list[Part]


def everything(reader: Reader, personal: Sequence[Personal], person_id: int) -> Everything:
    """All of it, in one consistent view. Raises NotFound."""
    file = queries.file_of(reader, person_id)
    if file is None:
        raise NotFound("no_such_person")
    return Everything(reader.now, file, queries.parts(reader, personal, person_id))


def as_json(found: Everything, words: Words) -> bytes:
    """For other programs: names of columns, instants as ISO 8601 with the offset of the venue."""
    content = {
        "made_at": words.zone.wall(found.made_at).isoformat(),
        "person": {name: _plain(words, name, value) for name, value in msgspec.structs.asdict(found.file).items()},
        "parts": [
            {
                "table": part.table,
                "title": words.text(part.title),
                "rows": [
                    {name: _plain(words, name, value) for name, value in zip(part.columns, row, strict=True)}
                    for row in part.rows
                ],
            }
            for part in found.parts
        ],
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2)


def _plain(words: Words, name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if name == "id":
        return show(value)
    if name.startswith("is_"):
        return bool(value)
    return words.zone.wall(value).isoformat() if _is_instant(value) else value


def as_pdf(found: Everything, words: Words, assets: Assets, venue: str) -> bytes:
    """For the person: the same in sentences, to keep or to print."""
    paper = Paper(assets, words.text("Ce que {venue} sait de vous", venue=venue), venue, words.locale)
    paper.text(words.text("Document fait le {date}.", date=words.long_date(found.made_at)), "quiet")
    paper.heading(words.text("Votre fiche"))
    paper.facts([_pair(words, name, value) for name, value in msgspec.structs.asdict(found.file).items()])
    for part in found.parts:
        paper.heading(words.text(part.title))
        for row in part.rows:
            paper.facts([_pair(words, *pair) for pair in zip(part.columns, row, strict=True) if pair[1] is not None])
    if not found.parts:
        paper.text(words.text("Rien d’autre n’est enregistré."))
    return paper.pdf()


def _pair(words: Words, name: str, value: Any) -> tuple[str, str]:
    label = LABELS.get(key_of(name))
    return (words.text(label) if label else name), _spoken(words, name, value)


def _spoken(words: Words, name: str, value: Any) -> str:
    if value is None or value == "":
        return words.text("rien")
    if name == "id":
        return show(value)
    if name.startswith("is_") or (name in YES_OR_NO and value in (0, 1)):
        return words.text("oui") if value else words.text("non")
    if name.endswith("cents"):
        return words.money(value)
    if _is_instant(value):
        return words.long_date(value)
    known = CODES.get(value) if isinstance(value, str) else None
    return words.text(known) if known else str(value)


def _is_instant(value: Any) -> bool:
    return isinstance(value, int) and FIRST_INSTANT <= value < FIRST_ID
