"""The photos of a space or a resource: hang up, say what they show, take down."""

import asyncio
from typing import Any, ClassVar

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors import actions, forms
from tierslieu.reservations.editors.pages import DONE
from tierslieu.reservations.editors.screens import HOME
from tierslieu.venue.photos import LARGEST_FILE, MOST_PHOTOS, is_shown, made_smaller, store
from tierslieu.venue.portraits import PhotoFacts, portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import EQUIP, require_found

KINDS = {"espaces": "space", "ressources": "resource"}


class PhotoForm(BaseModel):
    """What a photo shows, for who does not see it."""

    model_config = ConfigDict(extra="ignore")

    alt: forms.Name


class PhotoLine(msgspec.Struct, frozen=True):
    """A photo with its words."""

    id: str
    href: str
    width: int
    height: int
    alt: str


class PhotosPage(msgspec.Struct, frozen=True):
    """All photos of something."""

    name: str
    path: str
    back: str
    photos: list[PhotoLine]
    can_add: bool


class _PhotoPages(Controller):
    """The same for spaces and resources; `what` is the word of the address."""

    what: ClassVar[str] = ""
    include_in_schema = False

    @get("/", opt=allow(EQUIP))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The photos, and the form for one more."""
        return await _show(request, self.what, key)

    @post("/", opt=allow(EQUIP))
    async def add(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """One more."""
        form, home, kind = await read_form(request), house(request), KINDS[self.what]
        await home.db.read(_require, request, kind, key)
        try:
            data = await read_upload(form.files.get("photo"))
            alt = forms.read(PhotoForm, form).alt
            pictures = await asyncio.to_thread(made_smaller, data)
            stored = await store(home.files, pictures)
            await home.db.write(actions.add_photo, kind, key, stored, alt, by=actor(request))
        except Refused as error:
            return await _show(request, self.what, key, form, {}, told(words(request), error))
        except Invalid as error:
            return await _show(request, self.what, key, form, field_errors(words(request), error))
        return done(request.url.path.rstrip("/"), "saved")

    @post("/{id:str}", opt=allow(EQUIP))
    async def describe(self, request: AnyRequest, key: FromPath[str], id: FromPath[str]) -> Response[Any]:
        """Other words for what it shows."""
        form, kind = await read_form(request), KINDS[self.what]
        try:
            alt = forms.read(PhotoForm, form).alt
        except FormErrors as error:
            errors = {f"alt-{id}": text for text in field_errors(words(request), error).values()}
            return await _show(request, self.what, key, {f"alt-{id}": form.get("alt", "")}, errors)
        await house(request).db.write(actions.describe_photo, kind, key, read(id), alt, by=actor(request))
        return done(f"{HOME}/{self.what}/{key}/photos", "saved")

    @post("/{id:str}/retirer", opt=allow(EQUIP))
    async def remove(self, request: AnyRequest, key: FromPath[str], id: FromPath[str]) -> Response[Any]:
        """Take it down; its files go when nothing else shows them."""
        await read_form(request)
        home = house(request)
        gone = await home.db.write(actions.remove_photo, KINDS[self.what], key, read(id), by=actor(request))
        await forget(home, gone)
        return done(f"{HOME}/{self.what}/{key}/photos", "saved")


class SpacePhotoPages(_PhotoPages):
    """/gestion/lieu/espaces/{key}/photos."""

    path = f"{HOME}/espaces/{{key:str}}/photos"
    what = "espaces"


class ResourcePhotoPages(_PhotoPages):
    """/gestion/lieu/ressources/{key}/photos."""

    path = f"{HOME}/ressources/{{key:str}}/photos"
    what = "ressources"


async def read_upload(upload: UploadFile | None) -> bytes:
    """The bytes of a photo. Raises Invalid: missing, picture_too_large."""
    if upload is None or not upload.filename:
        raise Invalid("missing", {"photo": "missing"})
    data = await upload.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Invalid("picture_too_large", {"photo": "picture_too_large"})
    return data


async def forget(home: House, gone: tuple[str, ...]) -> None:
    """Remove files of photos; one that was hung up again meanwhile stays."""
    for sha256 in gone:
        if not await home.db.read(is_shown, sha256):
            await asyncio.to_thread(home.files.remove, sha256)


def _require(reader: Reader, request: AnyRequest, kind: str, key: str) -> None:
    if kind == "space":
        require_found(actor(request), actions.space_of(reader, key))
    else:
        one = venue(reader).resource(key)
        require_found(actor(request), one.space, one.kind)


async def _show(
    request: AnyRequest,
    what: str,
    key: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    kind = KINDS[what]

    def load(reader: Reader) -> PhotosPage:
        _require(reader, request, kind, key)
        told_of, here = portraits(reader), venue(reader)
        if kind == "space":
            portrait = told_of.space(key)
            name, found = here.spaces[portrait.id].name, portrait.photos
        else:
            name, found = here.resource(key).name, told_of.resource(key).photos
        path = f"{HOME}/{what}/{key}"
        return PhotosPage(name, f"{path}/photos", path, [_line(one) for one in found], len(found) < MOST_PHOTOS)

    view = await house(request).db.read(load)
    status = 422 if errors or reasons else 200
    context: dict[str, Any] = {"typed": typed or {}, "errors": errors or {}, "reasons": reasons or []}
    return page(request, "editors/photos.html", status, view=view, done=done_text(request, DONE), **context)


def _line(one: PhotoFacts) -> PhotoLine:
    return PhotoLine(show(one.id), f"/photos/{one.small_sha256}.webp", one.width, one.height, one.alt)
