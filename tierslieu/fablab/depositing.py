"""Taking a file in, for pages and calls alike: store the stream, read it in a thread, keep what was read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import PurePosixPath

from litestar.datastructures import UploadFile

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.basics.ids import show
from tierslieu.fablab import queries, storing
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.files.reading import read_file, require_ending
from tierslieu.infra.house import House
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.acting import acted_for

CHUNK = 1024 * 1024
LONGEST_NAME = 200
LARGEST_PICTURE = 4 * CHUNK


async def deposit(home: House, who: Actor, upload: UploadFile | None, pour: str = "") -> int:
    """The id of the stored file, of oneself or of the person one acts for (`pour`, an id as shown).

    Raises Forbidden for who may not act for them, Invalid: missing, wrong_ending, file_too_large, empty_file,
    not_gcode.
    """
    acting = await home.db.read(acted_for, who, pour, RUN) if pour else None
    if upload is None or not upload.filename:
        raise Invalid("missing", {"file": "missing"})
    name = file_name(upload.filename)
    require_ending(name)
    try:
        stored = await home.files.receive(_chunks(upload), home.settings.upload_limit)
    except Invalid as error:
        raise Invalid(error.code, {"file": error.code}, **error.facts) from error
    facts, picture = await _read(home, stored.sha256)
    thumbnail = (await home.files.receive(_once(picture), LARGEST_PICTURE)).sha256 if picture else None
    whom = acting.person_id if acting else who.person_id
    return await home.db.write(store_file, name, stored.sha256, stored.size, facts, thumbnail, whom=whom, by=who)


async def _read(home: House, sha256: str) -> tuple[Facts, bytes | None]:
    """A file that cannot be used is not kept, unless somebody brought the same bytes before."""
    try:
        return await asyncio.to_thread(read_file, home.files.path(sha256))
    except Invalid:
        if not await home.db.read(queries.is_kept, sha256):
            home.files.remove(sha256)
        raise


def store_file(
    tx: Tx, name: str, sha256: str, size: int, facts: Facts, thumbnail_sha: str | None, *, whom: int | None
) -> int:
    """Keep what was read of a file that somebody brought, for themselves or another. Returns its id."""
    if whom is None:
        raise Forbidden("not_allowed")
    file_id = tx.new_id()
    tx.run(
        storing.ADD_FILE,
        id=file_id,
        sha256=sha256,
        person_id=whom,
        name=name,
        size=size,
        facts=to_json(facts),
        thumbnail_sha=thumbnail_sha,
        created_at=tx.now,
        format="gcode",
    )
    record_for(tx, "fablab.deposit", whom, show(file_id))
    return file_id


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
