"""The code of a badge, on screens and on paper.

On a screen a card's code has 29 modules a side (level Q) and a pass 41 (level M). On paper both take the next level
and are printed larger, so that a module is as wide as before and a blot over a fifth of the code can be read through.
"""

from devices.badges.codec import CARD
from tierslieu.http import codes


def level(text: str) -> codes.Level:
    """How much of a code may be lost on a screen."""
    return "Q" if text.startswith(CARD) else "M"


def paper_level(text: str) -> codes.Level:
    """How much of a code may be lost on paper, which is handled and stained."""
    return "H" if text.startswith(CARD) else "Q"


def svg(text: str, label: str) -> str:
    """The code of any kind of badge, to be given a size by style; `label` is for those who do not see it."""
    return codes.svg(text, label, level(text))
