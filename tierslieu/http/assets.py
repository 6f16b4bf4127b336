"""Static files: built once with hashed names, sent compressed, kept by browsers for a year."""

import mimetypes
from functools import lru_cache
from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tierslieu.http.guards import PUBLIC
from tierslieu.http.middleware import CSP_KIOSK, accepts_gzip

PACKAGE = Path(__file__).parent.parent
LONGEST_NAME = 120
FOREVER = "public, max-age=31536000, immutable"
READER = "decode.worker"
"""The kiosk's reader of codes: a worker is bound by its own answer's policy, and this one runs WebAssembly."""
TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


def web_folder() -> Path:
    """Where templates and built front-end parts lie: inside an installed package, or beside it in the source tree."""
    packed = PACKAGE / "_web"
    return packed if packed.exists() else PACKAGE.parent / "web"


class Assets:
    """The built front-end parts, by their plain names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        self._names: dict[str, str] = msgspec.json.decode(manifest.read_bytes()) if manifest.exists() else {}

    def url(self, name: str) -> str:
        """The address of a part: `app.js` becomes `/static/app-3F2A.js`."""
        return f"/static/{self._names.get(name, name)}"

    @lru_cache(maxsize=64)  # noqa: B019  (one object for the life of the process)
    def find(self, name: str, is_gzip: bool) -> tuple[Path, bool] | None:
        """The file to send and whether it is the compressed one; None when there is no such part."""
        if "\x00" in name or len(name) > LONGEST_NAME or name.startswith("."):
            return None
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            return None
        packed = path.with_name(path.name + ".gz")
        return (packed, True) if is_gzip and packed.is_file() else (path, False)


def send(assets: Assets, name: str, request: Request[object, object, State], cache: str) -> Response[bytes]:
    """One static file, compressed when the browser takes it."""
    found = assets.find(name, accepts_gzip(request.headers.get("accept-encoding", "")))
    if found is None:
        raise NotFoundException
    path, is_gzip = found
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"cache-control": cache, "vary": "accept-encoding"}
    if is_gzip:
        headers["content-encoding"] = "gzip"
    if name.startswith(READER):
        headers["content-security-policy"] = CSP_KIOSK
    return Response(path.read_bytes(), media_type=kind, headers=headers)


@get("/static/{name:path}", opt=PUBLIC, include_in_schema=False)
async def static_file(request: Request[object, object, State], name: FromPath[str]) -> Response[bytes]:
    """A part with a hashed name never changes."""
    return send(request.app.state.assets, name.lstrip("/"), request, FOREVER)


@get("/sw.js", opt=PUBLIC, include_in_schema=False)
async def service_worker(request: Request[object, object, State]) -> Response[bytes]:
    """The kiosk's service worker, from the root so that it may serve /kiosk without network."""
    return send(request.app.state.assets, "sw.js", request, "no-cache")


@get("/favicon.ico", opt=PUBLIC, include_in_schema=False)
async def favicon(request: Request[object, object, State]) -> Response[bytes]:
    """The mark of the house."""
    assets: Assets = request.app.state.assets
    return send(assets, assets.url("mark.svg").removeprefix("/static/"), request, FOREVER)
