"""What a camera sees: a badge that the product drew, filmed as a clip for Chromium's fake camera."""

import io
import random
from pathlib import Path

from PIL import Image, ImageFilter

FRAMES, WIDTH, HEIGHT, BADGE = 24, 1280, 720, 380


def film(badge_png: bytes, clip: Path) -> Path:
    """An endless hand-held view of a badge, as motion JPEG."""
    chance = random.Random(7)
    badge = Image.open(io.BytesIO(badge_png)).convert("L")
    badge = badge.resize((BADGE, round(BADGE * badge.height / badge.width)))
    with clip.open("wb") as out:
        for _ in range(FRAMES):
            frame = Image.effect_noise((WIDTH, HEIGHT), 30).point(lambda value: value * 0.5 + 60)
            turned = badge.rotate(chance.uniform(-12, 12), expand=True, fillcolor=180)
            place = (450 + chance.randrange(-30, 30), 150 + chance.randrange(-20, 20))
            frame.paste(turned, place)
            frame.convert("RGB").filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=80)
    return clip
