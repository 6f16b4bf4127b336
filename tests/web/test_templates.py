"""What every template keeps to: the strict content policy, visible words, French typography left to the renderer."""

import json
import re
from pathlib import Path

import pytest
from jinja2 import TemplateError

from tierslieu.basics.zone import Zone
from tierslieu.http.assets import Assets
from tierslieu.http.templates import environments
from tierslieu.http.words import catalogues

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = WEB / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"<style|\sstyle=", re.I),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|\son\w+=", re.I),
    "evaluated attribute": re.compile(r"hx-on|hx-vals=[\"']js:", re.I),
    "no-break space": re.compile("[\u00a0\u202f]|&nbsp;"),
}


def test_strict_content_policy() -> None:
    texts = {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in NAMES}
    rules = FORBIDDEN.items()
    assert [(name, rule) for name, text in texts.items() for rule, pattern in rules if pattern.search(text)] == []


def test_they_compile() -> None:
    """With the filters and translations that pages really have, in both languages."""
    words = catalogues(Zone("Europe/Paris"))
    wrong = []
    for environment in environments(TEMPLATES, Assets(WEB / "dist"), words, reload=False).values():
        for name in NAMES:
            try:
                environment.get_template(name)
            except TemplateError as error:
                wrong.append((name, str(error)))
    assert NAMES
    assert wrong == []


def test_forms_that_change_something_carry_a_token() -> None:
    missing = [
        name
        for name in NAMES
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", (TEMPLATES / name).read_text("utf-8"), re.S)
        if "csrf" not in form
    ]
    assert missing == []


def test_half_hour_classes_cover_the_board() -> None:
    """The board counts half hours from 8:00 to 22:00; the build writes one class for each."""
    built = WEB / "dist" / "manifest.json"
    if not built.exists():
        pytest.skip("web/dist is not built")
    sheet = (WEB / "dist" / json.loads(built.read_text())["app.css"]).read_text(encoding="utf-8")
    for step in range(1, 29):
        assert f".at{step}{{" in sheet
        assert f".len{step}{{" in sheet
