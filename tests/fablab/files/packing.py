"""MeatPack from the writer's side, put together from its description alone: signs in halves of bytes, and orders."""

from collections.abc import Sequence

SIGNS = {sign: place for place, sign in enumerate("0123456789. \nGX")}
WITHOUT_SPACES = {**{sign: place for sign, place in SIGNS.items() if sign != " "}, "E": 11}
PACK, RAW, NO_SPACES = b"\xff\xff\xfb", b"\xff\xff\xfa", b"\xff\xff\xf7"


def packed(lines: Sequence[str], *, has_spaces: bool = False) -> bytes:
    """One block: comments raw, commands packed, G commands without their spaces unless these are packed too."""
    out = bytearray(PACK if has_spaces else PACK + NO_SPACES)
    for line in lines:
        if line.startswith(";"):
            out += RAW + line.encode() + b"\n" + PACK
        else:
            text = line.replace(" ", "") if line.startswith("G") and not has_spaces else line
            out += _signs(text.encode() + b"\n", SIGNS if has_spaces else WITHOUT_SPACES)
    return bytes(out)


def _signs(text: bytes, table: dict[str, int]) -> bytes:
    out = bytearray()
    for first, second in zip(text[::2], (text + b"\n")[1::2], strict=True):
        low, high = (table.get(chr(sign), 15) for sign in (first, second))
        out.append(low | high << 4)
        out += bytes(sign for sign, half in ((first, low), (second, high)) if half == 15)
    return bytes(out)
