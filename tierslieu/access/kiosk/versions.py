"""The version of the kiosk's page: a kiosk that shows another one loads the page anew when nobody stands there."""

import hashlib
from typing import Final

from tierslieu import __version__
from tierslieu.http.assets import Assets

PARTS: Final = ("kiosk.js", "kiosk.css", "app.css", "decode.worker.js", "icons.svg")
LETTERS: Final = 12


def page_version(assets: Assets) -> str:
    """The same while the page and its parts are; the names of built parts move with what is in them."""
    names = "|".join((__version__, *(assets.url(name) for name in PARTS)))
    return hashlib.sha256(names.encode()).hexdigest()[:LETTERS]
