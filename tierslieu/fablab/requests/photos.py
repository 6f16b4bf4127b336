"""The photo of what was made: drawn anew, without what cameras note in it; its words may be left out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from litestar.datastructures import UploadFile

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.asking import own_or_unknown
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.venue.photos import LARGEST_FILE, Pictures, made_smaller

TAKEN_FROM: Final = ("to_check", "done", "failed")
"""The states of a job of which something can be seen."""


async def take(home: House, who: Actor, job_id: int, upload: UploadFile | None, alt: str) -> None:
    """Add the photo of a job, in place of a former one. Raises Invalid, NotFound, Refused: nothing_to_see."""
    if upload is None or not upload.filename:
        raise Invalid("missing", {"photo": "missing"})
    data = await upload.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Invalid("picture_too_large", {"photo": "picture_too_large"})
    await home.db.write(require_seen, job_id, by=who)
    pictures = await asyncio.to_thread(made_smaller, data)
    stored = await home.files.receive(_once(pictures.large), LARGEST_FILE * 2)
    await home.db.write(put, job_id, stored.sha256, pictures, alt, by=who)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def require_seen(tx: Tx, job_id: int) -> None:
    """Raise NotFound for a stranger, Refused while nothing was made."""
    if own_or_unknown(tx, job_id).state not in TAKEN_FROM:
        raise Refused((Reason("nothing_to_see"),))


def put(tx: Tx, job_id: int, sha256: str, pictures: Pictures, alt: str) -> None:
    """Keep a stored photo."""
    require_seen(tx, job_id)
    one = own_or_unknown(tx, job_id)
    size = {"width": pictures.width, "height": pictures.height}
    tx.run(rows.PUT_PHOTO, job_id=job_id, sha256=sha256, alt=alt, added_at=tx.now, added_by=tx.by.person_id, **size)
    tx.run(rows.SET_PHOTO, which=job_id, photo_sha=sha256)
    rows.note_step(tx, job_id, "photo")
    record_for(tx, "fablab.requests.photo", one.person_id, show(job_id))


def address_of(reader: Reader, job_id: int) -> str:
    """The content of a job's photo. Raises NotFound."""
    found = queries.picture_of(reader, job_id)
    if found is None:
        raise NotFound("unknown_photo")
    return found.sha256
