"""The phone draws its passes itself: the same modules as the service's own encoder, read by an independent reader."""

import json
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from tests.support.node import NODE, told_by

HERE = Path(__file__).parent
TEXTS = [one["token"] for one in json.loads((HERE.parent / "badge-vectors.json").read_text())["passes"]]


def drawn_here(text: str) -> list[list[bool]]:
    """The same code by the service's encoder, with the mask of the phone."""
    code: QRCode = QRCode(version=6, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=0)  # type: ignore[type-arg]
    code.add_data(text)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.get_matrix()]


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_what_the_phone_draws_is_read() -> None:
    for text, rows in zip(TEXTS, told_by(HERE / "draw_passes.mjs", TEXTS), strict=True):
        assert np.array(rows, dtype=bool).tolist() == drawn_here(text)
        picture = np.pad(1 - np.array(rows, dtype=np.uint8), 4, constant_values=1) * 255
        (read,) = zxingcpp.read_barcodes(np.ascontiguousarray(np.kron(picture, np.ones((6, 6), dtype=np.uint8))))
        assert read.text == text
