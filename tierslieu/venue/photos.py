"""Photos of spaces and resources: made smaller, without what cameras note in them, stored by their content."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any, Final

import msgspec
from PIL import Image, ImageOps
from sqlalchemy import bindparam, delete, func, literal_column, select, update

from tierslieu.basics.errors import Invalid, NotFound, Reason, Refused
from tierslieu.infra.files import Files
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.venue.actions import changed
from tierslieu.venue.tables import Photo

LARGEST_FILE: Final = 5_000_000
LARGEST_PIXELS: Final = 50_000_000
LARGE, SMALL, QUALITY = 1280, 480, 82
MOST_PHOTOS: Final = 8
FORMATS: Final = ("JPEG", "PNG", "WEBP")

ph = columns(Photo)
ADD: Query[Any] = Query(insert_into(Photo))
BY_ID: Query[tuple[int | None, int | None, str, str]] = Query(
    select(ph.space_id, ph.resource_id, ph.sha256, ph.small_sha256).where(ph.id == bindparam("id"))
)
OF_SPACE: Query[tuple[int]] = Query(select(func.count()).where(ph.space_id == bindparam("subject")))
OF_RESOURCE: Query[tuple[int]] = Query(select(func.count()).where(ph.resource_id == bindparam("subject")))
SHOWN: Query[tuple[int]] = Query(
    select(literal_column("1"))
    .select_from(Photo)
    .where((ph.sha256 == bindparam("sha")) | (ph.small_sha256 == bindparam("sha")))
    .limit(1)
)
DROP: Query[Any] = Query(delete(table_of(Photo)).where(ph.id == bindparam("which")))
RENAME: Query[Any] = Query(update(table_of(Photo)).where(ph.id == bindparam("which")).values(alt=bindparam("text")))


class Pictures(msgspec.Struct, frozen=True):
    """A photo ready to store: large and small, as WebP, and the large one's size."""

    large: bytes
    small: bytes
    width: int
    height: int


class StoredPictures(msgspec.Struct, frozen=True):
    """A stored photo."""

    sha256: str
    small_sha256: str
    width: int
    height: int


def made_smaller(data: bytes) -> Pictures:
    """The photo upright, at most LARGE and SMALL pixels wide and high, with nothing but its pixels.

    Raises Invalid: not_a_picture, picture_too_large. Takes long enough to want a thread.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as found:
            if found.width * found.height > LARGEST_PIXELS:
                raise Invalid("picture_too_large", {"photo": "picture_too_large"})
            upright = ImageOps.exif_transpose(found)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid("not_a_picture", {"photo": "not_a_picture"}) from error
    large, small = ImageOps.contain(plain, (LARGE, LARGE)), ImageOps.contain(plain, (SMALL, SMALL))
    if plain.width <= LARGE and plain.height <= LARGE:
        large = plain
    if plain.width <= SMALL and plain.height <= SMALL:
        small = plain
    return Pictures(_webp(large), _webp(small), large.width, large.height)


def _webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


async def store(files: Files, pictures: Pictures) -> StoredPictures:
    """Write both to the house's files."""
    large = await files.receive(_chunk(pictures.large), LARGEST_FILE * 2)
    small = await files.receive(_chunk(pictures.small), LARGEST_FILE * 2)
    return StoredPictures(large.sha256, small.sha256, pictures.width, pictures.height)


async def _chunk(data: bytes) -> AsyncIterator[bytes]:
    yield data


def is_shown(reader: Reader, sha256: str) -> bool:
    """True when this file is a photo of the venue: the house's other files are nobody else's business."""
    return reader.row(SHOWN, sha=sha256) is not None


def add(tx: Tx, space_id: int | None, resource_id: int | None, stored: StoredPictures, alt: str) -> int:
    """Hang a photo up; returns its id. Raises Refused: too_many_photos."""
    counted = tx.row(OF_SPACE, subject=space_id) if space_id is not None else tx.row(OF_RESOURCE, subject=resource_id)
    count = counted[0] if counted else 0
    if count >= MOST_PHOTOS:
        raise Refused((Reason("too_many_photos", {"count": MOST_PHOTOS}),))
    photo_id = tx.new_id()
    facts = msgspec.structs.asdict(stored)
    tx.run(ADD, id=photo_id, space_id=space_id, resource_id=resource_id, alt=alt, position=count, **facts)
    changed(tx)
    return photo_id


def describe(tx: Tx, photo_id: int, alt: str) -> None:
    """Other words for what a photo shows."""
    tx.run(RENAME, which=photo_id, text=alt)
    changed(tx)


def subject(reader: Reader, photo_id: int) -> tuple[int | None, int | None]:
    """The space or the resource that a photo shows. Raises NotFound."""
    found = reader.row(BY_ID, id=photo_id)
    if found is None:
        raise NotFound("unknown_photo")
    return found[0], found[1]


def take_down(tx: Tx, photo_id: int) -> tuple[str, ...]:
    """Remove a photo; returns the addresses of the files that nothing shows any more. Raises NotFound."""
    found = tx.row(BY_ID, id=photo_id)
    if found is None:
        raise NotFound("unknown_photo")
    tx.run(DROP, which=photo_id)
    changed(tx)
    return tuple(sha for sha in found[2:] if not is_shown(tx, sha))
