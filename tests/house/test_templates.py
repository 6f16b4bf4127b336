"""Templates: nothing inline that the content policy forbids, nothing readable outside of translation, one frame."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.house.sentences import TEMPLATES, parser

FILES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in FILES]
WHOLE = {"base.html", "access/door.html", "access/kiosk.html", "access/kiosk_own.html"}
"""Pages with a frame of their own: the frame itself, and the kiosk, which works without network."""

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


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_inline(path: Path) -> None:
    source = _without_comments(path.read_text(encoding="utf-8"))
    assert [kind for kind, sign in INLINE.items() if sign.search(source)] == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_template_is_a_page_a_part_or_a_frame(path: Path) -> None:
    name = path.relative_to(TEMPLATES).as_posix()
    source = _without_comments(path.read_text(encoding="utf-8"))
    has_frame = '{% extends "base.html" %}' in source
    is_part = path.name.startswith("_") or path.name == "components.html"
    assert [has_frame, is_part, name in WHOLE].count(True) == 1, "extend base.html, or begin the file's name with _"
    assert ("<!doctype html>" in source) == (name in WHOLE)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_template_says_what_it_needs(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{#"), "the first comment names the page and its context"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_readable_outside_of_translation(path: Path) -> None:
    assert [word for word in readable(path.read_text(encoding="utf-8")) if word not in SAME_IN_ALL] == []


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
