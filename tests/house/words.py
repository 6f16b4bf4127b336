"""The translation catalogues: `python -m tests.house.words` brings them up to date, `--check` says what is wrong.

French is the language of the sources: its catalogue repeats them (it exists for plurals). English is translated by
hand in tierslieu/words/en/LC_MESSAGES/tierslieu.po. Plain French (fr_easy) says only some sentences anew, by hand too:
the tool drops what the sources no longer hold and adds nothing. Files are sorted, without dates or line numbers, so
that two people who add sentences seldom meet.
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tests.house.sentences import ROOT, Sentence, Unreadable, all_sentences, unique
from tierslieu.http.showing import EASY

FOLDER = ROOT / "tierslieu" / "words"
SOURCE, TRANSLATED = "fr", ("en",)
LOCALES = (SOURCE, *TRANSLATED)
"""Catalogues that hold every sentence."""
LAYERED = (EASY,)
"""Catalogues that hold some, over French."""
ALL = (*LOCALES, *LAYERED)
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
    EASY: "nplurals=2; plural=(n > 1);",
}
FACTS = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
HEADER = """msgid ""
msgstr ""
"POT-Creation-Date: 2026-01-01 00:00+0000\\n"
"PO-Revision-Date: 2026-01-01 00:00+0000\\n"
"Language: {locale}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Update or check. Returns the exit status."""
    options = argparse.ArgumentParser("tests.house.words", description=__doc__)
    options.add_argument("--check", action="store_true", help="change nothing, list what is wrong")
    chosen = options.parse_args(arguments)
    try:
        found = unique(all_sentences())
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    if not chosen.check:
        for locale in ALL:
            path_of(locale).parent.mkdir(parents=True, exist_ok=True)
            path_of(locale).write_text(updated(locale, found), encoding="utf-8")
    wrong = [line for locale in ALL for line in faults(locale, found)]
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print(f"{len(wrong)} to mend. New sentences are added by: make words", file=sys.stderr)
    return 1 if wrong else 0


def path_of(locale: str) -> Path:
    """The catalogue of a language."""
    return FOLDER / locale / "LC_MESSAGES" / "tierslieu.po"


def load(locale: str) -> Catalog:
    """The catalogue as it is; empty when there is none."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=language(locale))
    with path.open("rb") as lines:
        return read_po(lines, locale=language(locale))


def language(locale: str) -> str:
    """The language of a catalogue: plain French is French."""
    return SOURCE if locale in LAYERED else locale


def updated(locale: str, found: dict[str, list[Sentence]]) -> str:
    """The text of the catalogue with exactly the sentences found; known translations are kept."""
    known, fresh = load(locale), Catalog(locale=language(locale))
    for one, uses in found.items():
        many = next((use.many for use in uses if use.many is not None), None)
        former = known.get(one)
        if locale in LAYERED and not (former and all(forms(former.string))):
            continue
        wording = _translation(locale, one, many, former)
        places = sorted({use.place for use in uses})
        flags = former.flags & {"fuzzy"} if former else set()
        fresh.add(one if many is None else (one, many), wording, [(place, 1) for place in places], flags=flags)
    out = io.BytesIO()
    write_po(out, fresh, width=116, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER.format(locale=language(locale), plurals=PLURALS[locale]) + out.getvalue().decode()


def _translation(locale: str, one: str, many: str | None, former: Message | None) -> str | tuple[str, ...]:
    if locale == SOURCE:
        return one if many is None else (one, many)
    if former is None or isinstance(former.id, str) != (many is None):
        return "" if many is None else ("", "")
    return former.string if isinstance(former.string, str) else tuple(former.string or ("", ""))


def faults(locale: str, found: dict[str, list[Sentence]]) -> Iterator[str]:
    """What is wrong with a catalogue, one line each."""
    known = load(locale)
    listed = {message.id[0] if isinstance(message.id, list | tuple) else message.id for message in known if message.id}
    for one, uses in found.items():
        if one not in listed and locale not in LAYERED:
            yield f"{locale}: missing: {one!r} ({uses[0].place})"
    for message in known:
        if not message.id:
            continue
        one, many = forms(message.id)
        uses = found.get(one, [])
        if not uses:
            yield f"{locale}: dead, used nowhere any more: {one!r}"
        else:
            yield from (f"{locale}: {why}: {one!r} ({uses[0].place})" for why in _flaws(message, one, many, uses))


def _flaws(message: Message, one: str, many: str, uses: list[Sentence]) -> Iterator[str]:
    wordings = forms(message.string)
    if message.fuzzy:
        yield "fuzzy, to be read again"
    if not all(wordings):
        yield "not translated"
        return
    if isinstance(message.id, str) != all(use.many is None for use in uses):
        yield "counts in the sources and not here, or the other way round"
    for source, wording in zip((one, many), wordings, strict=True):
        if set(FACTS.findall(source)) != set(FACTS.findall(wording)):
            yield f"other facts than its source in {wording!r}"
        if any(use.is_from_template for use in uses) and not _can_be_filled(wording):
            yield f"a lone % in {wording!r}, write %%"


def forms(text: str | Sequence[str] | None) -> tuple[str, str]:
    """Singular and plural; the same twice when a sentence does not count."""
    text = text or ""
    return (text, text) if isinstance(text, str) else (text[0], text[-1])


def _can_be_filled(text: str) -> bool:
    try:
        return bool(text % defaultdict(str))
    except (ValueError, TypeError):
        return False


if __name__ == "__main__":
    sys.exit(main())
