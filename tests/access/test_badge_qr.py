"""The drawing of a badge's code, read back with a decoder as a camera would."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from devices.badges import codec as rules
from tierslieu.access.badges import qr
from tierslieu.http import codes

SCALE = 8
CARD_MODULES = 29
STEP = re.compile(r"m(-?\d+) (\d+)h(\d+)")
Picture = NDArray[np.uint8]


def token(seed: int) -> str:
    return rules.encode(np.random.default_rng(seed).bytes(rules.SECRET_BYTES))


def rasterise(drawing: str) -> Picture:
    """The drawing as a picture: white ground, then each black run."""
    root = ElementTree.fromstring(drawing)
    side = int(root.attrib["viewBox"].split()[2])
    ground, ink = root
    assert ground.attrib == {"fill": "#fff", "d": f"M0 0h{side}v{side}H0z"}
    assert ink.attrib["stroke"] == "#000"
    assert STEP.sub("", ink.attrib["d"]) == "M0 .5"
    picture, x, y = np.full((side, side), 255, dtype=np.uint8), 0, 0
    for over, down, length in STEP.findall(ink.attrib["d"]):
        x, y = x + int(over), y + int(down)
        picture[y, x : x + int(length)] = 0
        x += int(length)
    return np.kron(picture, np.ones((SCALE, SCALE), dtype=np.uint8))


def decode(picture: Picture) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(picture))]


@pytest.mark.parametrize("seed", range(12))
def test_every_badge_is_read_back(seed: int) -> None:
    assert decode(rasterise(qr.svg(token(seed), "badge"))) == [token(seed)]


def test_the_code_is_small_robust_and_plain() -> None:
    (code,) = zxingcpp.read_barcodes(rasterise(qr.svg(token(1), "badge")))
    assert (code.symbology_identifier, code.ec_level) == ("]Q1", "Q")
    assert len(codes.modules(token(1), "Q")) == CARD_MODULES + 2 * codes.QUIET_MODULES


def test_four_modules_around_stay_white() -> None:
    modules = np.array(codes.modules(token(2), "Q"))
    inner = modules[codes.QUIET_MODULES : -codes.QUIET_MODULES, codes.QUIET_MODULES : -codes.QUIET_MODULES]
    assert modules.sum() == inner.sum()
    assert inner[0, 0]
    assert inner[-1, 0]


@pytest.mark.parametrize("degrees", [7, 45, 90, 200])
def test_a_turned_badge_is_read(degrees: int) -> None:
    image = Image.fromarray(rasterise(qr.svg(token(3), "badge")))
    assert decode(np.asarray(image.rotate(degrees, expand=True, fillcolor=255))) == [token(3)]


def test_a_blurred_badge_is_read() -> None:
    image = Image.fromarray(rasterise(qr.svg(token(4), "badge")))
    assert decode(np.asarray(image.filter(ImageFilter.GaussianBlur(3)))) == [token(4)]


def test_a_faded_badge_is_read() -> None:
    faded = (rasterise(qr.svg(token(5), "badge")).astype(np.uint16) * 50 // 255 + 100).astype(np.uint8)
    assert decode(faded) == [token(5)]


def test_a_stained_badge_is_read() -> None:
    picture = rasterise(qr.svg(token(6), "badge"))
    middle, half = picture.shape[0] // 2, int(CARD_MODULES * SCALE * 0.1**0.5 / 2)
    picture[middle - half : middle + half, middle - half : middle + half] = 255
    assert decode(picture) == [token(6)]


def test_the_label_cannot_break_out_of_its_attribute() -> None:
    root = ElementTree.fromstring(qr.svg(token(7), '"><script>'))
    assert root.attrib["aria-label"] == '"><script>'


def test_the_drawing_is_light() -> None:
    assert len(qr.svg(token(8), "badge")) < 1_900
