"""Taking a file in, for pages and calls alike: store the stream, read it in a thread, keep what was read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from litestar.datastructures import UploadFile

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError, Forbidden, Invalid, NotFound
from tierslieu.basics.ids import show
from tierslieu.fablab import queries, storing
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.files import facts, plates
from tierslieu.fablab.files.reading import Examined, examine
from tierslieu.fablab.queries import StoredFile
from tierslieu.infra.files import Stored
from tierslieu.infra.house import House
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.acting import acted_for
from tierslieu.people.relations.queries import may_act_for

CHUNK = 1024 * 1024
LONGEST_NAME = 200
LARGEST_PICTURE = 4 * CHUNK
DAY = 86_400
PRIVATE_DAY = f"private, max-age={DAY}"
"""For what is made of a file: it never changes, and is nobody else's business."""


async def deposit(home: House, who: Actor, upload: UploadFile | None, pour: str = "") -> int:
    """The id of the stored file, of oneself or of the person one acts for (`pour`, an id as shown).

    Raises Forbidden for who may not act for them, Invalid: missing, file_too_large, empty_file, unknown_format,
    damaged_file, unsafe_file, too_much_today.
    """
    acting = await home.db.read(acted_for, who, pour, RUN) if pour else None
    if upload is None or not upload.filename:
        raise Invalid("missing", {"file": "missing"})
    try:
        stored = await home.files.receive(_chunks(upload), home.settings.upload_limit)
    except Invalid as error:
        raise Invalid(error.code, {"file": error.code}, **error.facts) from error
    name = file_name(upload.filename)
    whom = acting.person_id if acting else who.person_id
    return await _read_and_store(home, who, stored, name, whom)


async def choose_plate(home: House, who: Actor, file_id: int, plate: int) -> int:
    """The id of the same file read as another of its plates, for the same person. Raises NotFound,
    Invalid: unknown_plate, damaged_file, unsafe_file."""
    chosen = await home.db.read(visible_file, who, file_id)
    same = await home.db.read(queries.same_files, chosen)
    known = next((one for one in (chosen, *same) if facts.read(one.facts).plate == plate), None)
    if known is not None:
        return known.id
    return await _read_and_store(home, who, Stored(chosen.sha256, chosen.size), chosen.name, chosen.person_id, plate)


async def plate_picture(home: House, who: Actor, file_id: int, plate: int) -> bytes:
    """A fresh picture of one plate of a package, for who may see it. Raises NotFound, Invalid as reading does."""
    chosen = await home.db.read(visible_file, who, file_id)
    is_told = any(one.number == plate and one.has_picture for one in facts.read(chosen.facts).plate_list)
    found = await asyncio.to_thread(_draw, home.files.kept(chosen.sha256), plate) if is_told else None
    if found is None:
        raise NotFound("unknown_plate")
    return found


def _draw(path: Path, plate: int) -> bytes | None:
    with path.open("rb") as stream:
        return plates.picture_of(stream, plate)


async def _read_and_store(
    home: House, who: Actor, stored: Stored, name: str, whom: int | None, plate: int | None = None
) -> int:
    addresses: list[str | None] = [stored.sha256]
    try:
        read = await asyncio.to_thread(examine, home.files.kept(stored.sha256), name, plate)
        addresses += [await _keep(home, read.picture), await _keep(home, read.preview)]
        kept = Kept(name, stored, read, addresses[1], addresses[2])
        return await home.db.write(store_file, kept, home.settings.upload_per_day, whom=whom, by=who)
    except DomainError:
        await _forget(home, addresses)
        raise


class Kept(NamedTuple):
    """A file whose bytes are stored, what was read of it, and the addresses of its picture and its preview."""

    name: str
    stored: Stored
    read: Examined
    picture_sha: str | None
    preview_sha: str | None


async def _keep(home: House, data: bytes | None) -> str | None:
    return (await home.files.receive(_once(data), LARGEST_PICTURE)).sha256 if data else None


async def _forget(home: House, addresses: Sequence[str | None]) -> None:
    """A file that cannot be used is not kept, unless somebody brought the same bytes before."""
    for sha256 in addresses:
        if sha256 and not await home.db.read(queries.is_kept, sha256):
            home.files.remove(sha256)


def store_file(tx: Tx, kept: Kept, per_day: int, *, whom: int | None) -> int:
    """Keep what was read of a file that somebody brought, for themselves or another. Returns its id.

    Raises Invalid("too_much_today") beyond what one person may bring in a day, each content counted once; staff may
    go beyond it.
    """
    if whom is None:
        raise Forbidden("not_allowed")
    size = kept.stored.size
    if not tx.by.may(RUN) and queries.brought_since(tx, whom, tx.now - DAY, kept.stored.sha256) + size > per_day:
        raise Invalid("too_much_today", {"file": "too_much_today"}, limit=per_day)
    file_id = tx.new_id()
    tx.run(
        storing.ADD_FILE,
        id=file_id,
        sha256=kept.stored.sha256,
        person_id=whom,
        name=kept.name,
        size=size,
        facts=to_json(kept.read.facts),
        thumbnail_sha=kept.picture_sha,
        created_at=tx.now,
        format=kept.read.format,
        preview_sha=kept.preview_sha,
    )
    record_for(tx, "fablab.deposit", whom, show(file_id))
    return file_id


def visible_file(reader: Reader, who: Actor, file_id: int) -> StoredFile:
    """A file of one's own or of who one acts for, any for staff. Raises NotFound: existence is not told."""
    found = queries.file(reader, file_id)
    if not who.may_everywhere(RUN) and not may_act_for(reader, who.person_id, found.person_id, reader.now):
        raise NotFound("unknown_file")
    return found


def file_name(given: str) -> str:
    """The name without folders and without signs that cannot be shown."""
    last = PurePosixPath(given.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable() and not "\ud800" <= sign <= "\udfff").strip()
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[:LONGEST_NAME]


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while block := await upload.read(CHUNK):
        yield block


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
