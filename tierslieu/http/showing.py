"""Showing: the language, text size and plain words in which pages are shown to somebody."""

from typing import Final, NamedTuple

LANGUAGES: Final = ("fr", "en")
TEXT_SIZES: Final = (100, 125, 150)
"""Percent of the usual size."""
EASY: Final = "fr_easy"
"""The catalogue of plain words, a layer over French."""


class Showing(NamedTuple):
    """How to show pages. `language` is "" without a choice: then the browser's own counts."""

    language: str = ""
    text_size: int = 100
    is_easy: bool = False

    @property
    def text(self) -> str:
        """As one text: "fr:150:1"."""
        return f"{self.language}:{self.text_size}:{int(self.is_easy)}"


USUAL: Final = Showing()


def chosen(language: str, text_size: str, easy: str) -> Showing:
    """What cookies or a form say; what cannot be is left out."""
    size = int(text_size) if text_size in {str(one) for one in TEXT_SIZES} else 100
    return Showing(language if language in LANGUAGES else "", size, easy == "1")


def read_showing(text: str) -> Showing:
    """A showing from its text; the usual one for anything else."""
    parts = text.split(":")
    return chosen(*parts) if len(parts) == 3 else USUAL


def catalogue_of(language: str, *, is_easy: bool) -> str:
    """The catalogue of a language. Plain words exist in French only: English stays English."""
    return EASY if is_easy and language == LANGUAGES[0] else language
