"""Every pair of colours that carries text is readable: WCAG 2.2 AA, in both themes, from the tokens themselves."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "web/src/css/tokens.css"
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *(
        ("ink", back, TEXT)
        for back in ("paper", "surface", "surface-2", "taken-bg", "free-bg", "redlead-bg", "steel-bg")
    ),
    *(("ink-2", back, TEXT) for back in ("paper", "surface", "taken-bg")),
    ("safe", "paper", TEXT),
    ("safe", "surface", TEXT),
    ("safe", "surface-2", TEXT),
    ("on-safe", "safe", TEXT),
    ("on-safe", "safe-hover", TEXT),
    ("brass-text", "paper", TEXT),
    ("free", "free-bg", TEXT),
    ("amber", "amber-bg", TEXT),
    ("redlead", "redlead-bg", TEXT),
    ("redlead", "surface", TEXT),
    ("steel", "steel-bg", TEXT),
    ("mine-text", "mine-bg", TEXT),
    ("edge", "surface", SHAPE),
    ("edge", "paper", SHAPE),
    ("brass", "paper", SHAPE),
    ("masonry", "surface", SHAPE),
]


def themes() -> dict[str, dict[str, str]]:
    day, night = TOKENS.read_text(encoding="utf-8").split(':root[data-theme="workshop"]')
    light = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", day))
    return {"day": light, "workshop": {**light, **dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", night))}}


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["day", "workshop"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_readable(theme: str, front: str, back: str, least: float) -> None:
    colours = themes()[theme]
    assert ratio(colours[front], colours[back]) >= least
