"""What is sent as a plan: only shapes come out of an SVG, anything that acts or fetches is refused in plain words."""

import io
from collections.abc import Callable
from typing import TypeVar
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tierslieu.basics.errors import Invalid
from tierslieu.http.sentences_of_reservations import RESERVATIONS
from tierslieu.venue.plans.outlines import (
    Box,
    box_of,
    box_path,
    corners_of,
    corners_path,
    read_corners,
    round_path,
    shape_of,
    show_corners,
    stretched,
)
from tierslieu.venue.plans.pictures import LARGEST, read_picture
from tierslieu.venue.plans.svg import SHAPES, SVG, VALUES, cleaned

HEAD = f'<svg xmlns="{SVG}" viewBox="0 0 100 50">'
BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD + "<path d='M0 0h9'/>&b;</svg>"
FILE = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + HEAD + "<text>&x;</text></svg>"
DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://example.org/ink" width="210mm" height="105mm">
 <metadata><ink:note>secret</ink:note></metadata>
 <defs><linearGradient id="g"/></defs>
 <g ink:label="Murs" transform="translate(10, 5) rotate(45)" style="fill:none;stroke:#333;behavior:url(x)">
  <path d="M10 10 H90 V40 H10 Z" data-name="hall" fill="url(#g)"/>
  <rect x="1" y="2" width="3" height="4" class="x"/>
  <text x="5" y="6" font-size="4">Salle &amp; <tspan>cour</tspan> &lt;b&gt;</text>
 </g>
</svg>"""


def parsed(text: str) -> ElementTree.Element:
    """The result, read again by another reader."""
    return ElementTree.fromstring(text)


def test_a_drawing_keeps_its_shapes_and_words() -> None:
    drawing = cleaned(DRAWN.encode())
    assert (drawing.width, drawing.height) == (210, 105)
    root = parsed(drawing.text)
    names = [one.tag.removeprefix(f"{{{SVG}}}") for one in root.iter()]
    assert names == ["svg", "g", "path", "rect", "text", "tspan"]
    group = root[0]
    assert group.attrib == {"transform": "translate(10, 5) rotate(45)", "fill": "none", "stroke": "#333"}
    assert root[0][0].attrib == {"d": "M10 10 H90 V40 H10 Z"}
    assert "".join(root.itertext()).split() == ["Salle", "&", "cour", "<b>"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "<script>alert(1)</script></svg>", "svg_acts"),
        (HEAD + '<path d="M0 0h9" onclick="alert(1)"/></svg>', "svg_acts"),
        (HEAD + '<rect width="9" height="9"><animate attributeName="x"/></rect></svg>', "svg_acts"),
        (HEAD + "<foreignObject><body/></foreignObject></svg>", "svg_acts"),
        (HEAD + '<image href="data:image/png;base64,AAAA"/></svg>', "svg_has_links"),
        (HEAD + '<g xmlns:l="http://www.w3.org/1999/xlink" l:href="http://example.org/"/></svg>', "svg_has_links"),
        (HEAD + '<a href="javascript:alert(1)"><path d="M0 0h9"/></a></svg>', "svg_has_links"),
        (HEAD + "<use href='#a'/></svg>", "svg_has_links"),
        (HEAD + "<style>path{fill:red}</style></svg>", "svg_has_styles"),
        ('<?xml-stylesheet href="a.css"?>' + HEAD + "<path d='M0 0h9'/></svg>", "svg_has_styles"),
        (BOMB, "svg_has_entities"),
        (FILE, "svg_has_entities"),
        (HEAD + "<path d='M0 0h9'>", "svg_unreadable"),
        (HEAD + "<text>seul</text></svg>", "svg_empty"),
        (f'<svg xmlns="{SVG}"><path d="M0 0h9"/></svg>', "svg_without_size"),
        (f'<svg xmlns="{SVG}" viewBox="0 0 nan 10"><path d="M0 0h9"/></svg>', "svg_without_size"),
        (f'<svg xmlns="{SVG}" viewBox="0 0 1 99999"><path d="M0 0h9"/></svg>', "svg_without_size"),
        (HEAD + "<g>" * 70 + "</g>" * 70 + "</svg>", "svg_too_detailed"),
        (HEAD + "<path/>" * 20_001 + "</svg>", "svg_too_detailed"),
        ("<html><body><svg></svg></body></html>", "svg_unreadable"),
    ],
)
def test_what_acts_or_fetches_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_picture(text.encode())
    assert refused.value.code == code
    assert refused.value.fields == {"file": code}
    assert code in RESERVATIONS


T = TypeVar("T")


def outcome(read: Callable[[bytes], T], data: bytes) -> tuple[T | None, str]:
    """What is read, or the code of the refusal."""
    try:
        return read(data), ""
    except Invalid as refused:
        return None, refused.code


NAMES = st.sampled_from([*sorted(SHAPES), "script", "defs", "filter", "title", "x:path", "image"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from([*sorted(VALUES), "onload", "style", "class", "href", "id"]),
    st.text(alphabet="M0 9.,-zurl(#a)javscript:<>&\"'eE;", max_size=12),
    max_size=3,
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> ElementTree.Element:
    """Any small tree of known and unknown elements with any values."""
    name = draw(NAMES)
    space = "urn:other" if ":" in name else SVG
    made = ElementTree.Element(f"{{{space}}}{name.rpartition(':')[2]}", draw(ATTRIBUTES))
    made.text = draw(st.text(alphabet="ab<&", max_size=4))
    if depth:
        made.extend(draw(st.lists(elements(depth - 1), max_size=2)))
    return made


def test_a_long_list_of_changes_is_read_at_once() -> None:
    many = "scale(1)  " * 3000
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g transform="{}"><path d="M0 0h9"/></g></svg>'
    assert "transform" not in cleaned(drawn.format(many + "!").encode()).text
    assert "transform" in cleaned(drawn.format(many).encode()).text


@settings(max_examples=80)
@given(st.lists(elements(), max_size=3))
def test_only_the_list_comes_out(inside: list[ElementTree.Element]) -> None:
    root = ElementTree.Element(f"{{{SVG}}}svg", {"viewBox": "0 0 10 10"})
    root.extend(inside)
    drawing, code = outcome(cleaned, ElementTree.tostring(root))
    assert drawing is None or code == ""
    assert drawing is not None or code in RESERVATIONS
    for one in parsed(drawing.text).iter() if drawing else ():
        assert one.tag.removeprefix(f"{{{SVG}}}") in SHAPES
        for name, value in one.attrib.items():
            assert name == "viewBox" or VALUES[name].fullmatch(value.strip())
            assert "url(" not in value


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for sent in (data, HEAD.encode() + data, b"\x89PNG\r\n\x1a\n" + data, b"\xff\xd8\xff" + data):
        found, code = outcome(read_picture, sent)
        assert found is not None or code in {*RESERVATIONS, "missing", "file_too_large"}


def scan(kind: str, size: tuple[int, int] = (3000, 1500)) -> bytes:
    """A scanned plan."""
    out = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    exif = picture.getexif()
    exif[0x010E] = "by Rose"
    picture.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_scan_is_drawn_anew(kind: str) -> None:
    found = read_picture(scan(kind))
    assert (found.media_type, found.height) == ("image/jpeg", 400)
    with Image.open(io.BytesIO(found.content)) as picture:
        assert picture.size == (2000, 1000)
        assert not picture.getexif()
    assert b"Rose" not in found.content


def test_what_is_too_large_or_no_picture_is_refused() -> None:
    for data, code in ((b" " * (LARGEST + 1), "file_too_large"), (b"", "missing"), (b"GIF89a", "not_a_plan")):
        with pytest.raises(Invalid) as refused:
            read_picture(data)
        assert refused.value.code == code
    with pytest.raises(Invalid):
        read_picture(scan("PNG", (4000, 10)))
    with pytest.raises(Invalid):
        read_picture(scan("PNG")[:200])


BOXES = st.builds(Box, *(st.integers(0, 300) for _ in range(2)), *(st.integers(8, 300) for _ in range(2)))
CORNERS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=3, max_size=9)


@given(BOXES, BOXES, CORNERS)
def test_outlines_and_back(box: Box, other: Box, corners: list[tuple[int, int]]) -> None:
    assert shape_of(box_path(box)) == "box"
    assert box_of(box_path(box)) == box
    assert shape_of(round_path(box)) == "round"
    assert box_of(stretched(box_path(box), other)) == other
    drawn = corners_path(corners)
    assert corners_of(drawn) == corners
    assert read_corners(show_corners(drawn)) == corners
    held = box_of(stretched(drawn, other))
    assert other.x <= held.x
    assert held.x + held.width <= other.x + other.width


def test_outlines_of_files_are_read() -> None:
    assert box_of("M290 174h60v240h256v168H18V414h272z") == Box(18, 174, 588, 408)
    for wrong in ("", "M0 0h9", "M0 0 L5 5 Q1 1 2 2z", "javascript:1"):
        with pytest.raises(Invalid):
            corners_of(wrong)
