"""Films for a camera that is not there: codes drawn from badges, held by a hand that is not quite still."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tierslieu.access.badges.qr import level
from tierslieu.http import codes

SIZE = (1280, 720)
MODULE = 7
BACKGROUND, PAPER = 90, 255
NOISE = 12


def drawn(text: str) -> Image.Image:
    """The code of a badge, as a picture with its white around."""
    dark = np.array(codes.modules(text, level(text)), dtype=np.uint8)
    return Image.fromarray(np.kron(np.where(dark, 0, PAPER).astype(np.uint8), np.ones((MODULE, MODULE), np.uint8)))


def scene(texts: Sequence[str], turn: int) -> Image.Image:
    """One picture: the codes side by side, turned a little, with the grain of a cheap camera."""
    picture, chance = Image.new("L", SIZE, BACKGROUND), np.random.default_rng(turn)
    for place, text in enumerate(texts):
        code = drawn(text).rotate(6 * np.sin(turn), expand=True, fillcolor=200)
        middle = SIZE[0] * (place + 1) // (len(texts) + 1) if len(texts) == 1 else 420 + 440 * place
        picture.paste(code, (middle - code.width // 2, (SIZE[1] - code.height) // 2))
    noisy = np.asarray(picture).astype(int) + chance.integers(-NOISE, NOISE, (SIZE[1], SIZE[0]))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).convert("RGB")


def film(path: Path, scenes: Sequence[tuple[Sequence[str], int]]) -> Path:
    """A film that the browser plays again and again: each scene is codes and a number of pictures."""
    with path.open("wb") as file:
        for texts, pictures in scenes:
            few = [scene(texts, turn) for turn in range(min(pictures, 4))]
            for turn in range(pictures):
                few[turn % len(few)].save(file, "JPEG", quality=80)
    return path


def flags(path: Path) -> list[str]:
    """What makes Chromium take the film for its camera."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]
