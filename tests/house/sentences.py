"""Finds every sentence that people can read: in Python by its markers, in templates by the i18n extension."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "web" / "templates"
ONE, MANY = frozenset({"_", "gettext", "text"}), frozenset({"ngettext", "plural"})


class Unreadable(Exception):
    """A marker holds something else than a plain string; the message says where."""


class Sentence(NamedTuple):
    """One sentence: its text, its plural (None when it does not count), and the file it was found in."""

    one: str
    many: str | None
    place: str

    @property
    def is_from_template(self) -> bool:
        """True when %(facts)s are filled in by a template, False when {facts} are by Python."""
        return self.place.endswith(".html")


@lru_cache(maxsize=1)
def all_sentences() -> tuple[Sentence, ...]:
    """Everything, in the order of files. Read once: it takes seconds."""
    found: list[Sentence] = []
    for path in sorted(path for path in (ROOT / "tierslieu").rglob("*.py") if "migrations" not in path.parts):
        found.extend(in_python(path.read_text(encoding="utf-8"), _place(path)))
    for path in sorted(TEMPLATES.rglob("*.html")):
        found.extend(in_template(path.read_text(encoding="utf-8"), _place(path)))
    return tuple(found)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_python(source: str, place: str) -> Iterator[Sentence]:
    """Arguments of `_("…")`, `words.text("…")` and `words.plural("…", "…", n)`. Raises Unreadable for an f-string."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = _called(node.func)
        if name in MANY and len(node.args) >= 2:
            one, many = (list(_texts(item, place)) for item in node.args[:2])
            yield from (Sentence(a, b, place) for a, b in zip(one, many, strict=True))
        elif name in ONE:
            yield from (Sentence(text, None, place) for text in _texts(node.args[0], place) if text)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id if function.id in ("_", "ngettext") else ""
    return function.attr if isinstance(function, ast.Attribute) else ""


def _texts(argument: ast.expr, place: str) -> Iterator[str]:
    """The strings an argument may be: itself, or both sides of an `if`; a name was marked elsewhere."""
    if isinstance(argument, ast.JoinedStr):
        raise Unreadable(f"{place}:{argument.lineno}: an f-string cannot be translated, give facts by name")
    if isinstance(argument, ast.IfExp):
        yield from _texts(argument.body, place)
        yield from _texts(argument.orelse, place)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def parser() -> Environment:
    """Templates as the house reads them: trimmed blocks, new style gettext."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    return environment


def in_template(source: str, place: str) -> Iterator[Sentence]:
    """`{% trans %}`, `_("…")`, `words.text("…")`, `words.plural("…", "…", n)` and `"…"|t`."""
    tree = parser().parse(source, place)
    for call in tree.find_all(nodes.Call):
        called = call.node.name if isinstance(call.node, nodes.Name) else getattr(call.node, "attr", "")
        texts = [item.value for item in call.args[:2] if isinstance(item, nodes.Const) and isinstance(item.value, str)]
        if called in MANY and len(texts) == 2:
            yield Sentence(texts[0], texts[1], place)
        elif called in ONE and texts:
            yield Sentence(texts[0], None, place)
    for use in tree.find_all(nodes.Filter):
        if use.name == "t" and isinstance(use.node, nodes.Const):
            yield Sentence(str(use.node.value), None, place)


def unique(found: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    """The same sentence in many places is translated once."""
    grouped: dict[str, list[Sentence]] = {}
    for sentence in found:
        grouped.setdefault(sentence.one, []).append(sentence)
    return grouped
