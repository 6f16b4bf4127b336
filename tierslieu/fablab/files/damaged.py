"""The one error of these readers."""

from tierslieu.basics.errors import Invalid


def refusal(code: str) -> Invalid:
    """Why a file is refused, with the code for the field that holds it.

    `empty_file`; `unknown_format`: none of the formats we read; `damaged_file`: it is cut or changed; `unsafe_file`:
    it holds what no such file needs (entities, far too much in far too little); `unknown_plate`: it has no such plate.
    """
    return Invalid(code, {"plate" if code == "unknown_plate" else "file": code})
