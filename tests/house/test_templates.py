"""Templates: nothing inline that the content policy forbids, nothing readable outside of translation, one frame."""

import html
import re
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests.house.sentences import TEMPLATES, parser

FILES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in FILES]
FRAMES = ("base.html", "access/kiosk_frame.html", "access/kiosk_paper.html")
WHOLE = {*FRAMES, "access/door.html", "access/kiosk.html", "access/kiosk_own.html"}
"""Pages with a frame of their own: the frames themselves, and the kiosk, which works without network."""

INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx code": re.compile(r"\shx-(?:on|vals=['\"]js)", re.IGNORECASE),
    "another host": re.compile(r"(?:src|action|srcset|poster)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}
READ_ALOUD = re.compile(r"\b(?:aria-label|title|alt|placeholder|aria-description)=\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SAME_IN_ALL = {"FabLab", "HTML", "CSS", "SVG", "ARIA", "JavaScript", "WAI", "axe", "core", "kiosk"}
"""Names, and the address of the kiosk."""

INSIDE_TAGS = {"html_attributes", "button_class", "described"}
"""Blocks and macros that write attributes of a tag."""


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Every template's text, by its name."""
    return {name: path.read_text(encoding="utf-8") for name, path in zip(NAMES, FILES, strict=True)}


def test_there_are_templates(sources: dict[str, str]) -> None:
    assert set(sources) >= WHOLE


def test_nothing_inline(sources: dict[str, str]) -> None:
    bare = {name: _without_comments(source) for name, source in sources.items()}
    signs = INLINE.items()
    assert [(name, kind) for name, source in bare.items() for kind, sign in signs if sign.search(source)] == []


def test_a_template_is_a_page_a_part_or_a_frame(sources: dict[str, str]) -> None:
    """Each extends a frame, is one, or is a part and has a name that begins with _."""
    unclear, undeclared = [], []
    for name, written in sources.items():
        source = _without_comments(written)
        has_frame = any(f'{{% extends "{frame}" %}}' in source for frame in FRAMES)
        is_part = name.rpartition("/")[2].startswith("_") or name.rpartition("/")[2] == "components.html"
        if [has_frame, is_part, name in WHOLE].count(True) != 1:
            unclear.append(name)
        if ("<!doctype html>" in source) != (name in WHOLE):
            undeclared.append(name)
    assert (unclear, undeclared) == ([], [])


def test_a_template_says_what_it_needs(sources: dict[str, str]) -> None:
    """Its first comment names the page and its context."""
    assert [name for name, source in sources.items() if not source.startswith("{#")] == []


def test_nothing_readable_outside_of_translation(sources: dict[str, str]) -> None:
    said = {name: set(readable(source)) - SAME_IN_ALL for name, source in sources.items()}
    assert {name: found for name, found in said.items() if found} == {}


def readable(source: str) -> Iterator[str]:
    """Words that a template says itself, outside of {% trans %} and _()."""
    text = html.unescape("\0".join(_plain_parts(parser().parse(source))))
    for aloud in READ_ALOUD.findall(text):
        yield from WORD.findall(aloud)
    yield from WORD.findall(TAG.sub(" ", text))


def _plain_parts(node: nodes.Node) -> Iterator[str]:
    """What the template writes itself, in the order of the page, so that a tag cut by expressions stays one tag."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    if isinstance(node, nodes.Macro | nodes.Block) and node.name in INSIDE_TAGS:
        return
    for child in node.iter_child_nodes():
        yield from _plain_parts(child)


def test_readable_words_are_seen() -> None:
    source = '<p class="a {{ b }}" aria-label="Bonjour">Salut {{ _("toi") }}{% trans %}et vous{% endtrans %}</p>'
    assert set(readable(source)) == {"Bonjour", "Salut"}


def test_nothing_is_marked_safe_without_a_reason() -> None:
    """What people type reaches pages escaped; text is believed only where it is listed here."""
    believed = {name for name, path in zip(NAMES, FILES, strict=True) if re.search(r"\|\s*safe\b", path.read_text())}
    assert believed <= {"access/_qr.html"}


def _without_comments(source: str) -> str:
    return re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
