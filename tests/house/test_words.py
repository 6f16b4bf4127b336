"""Everything people read is translated, filled in the same way, and set as French readers expect."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import words
from tests.house.sentences import ROOT, Sentence, Unreadable, all_sentences, in_python, in_template, unique
from tierslieu.basics.zone import Zone
from tierslieu.features import FEATURES
from tierslieu.http.wording import SENTENCES
from tierslieu.http.words import Words, typo

LONE_SPACE = re.compile(r" [!?;:»](?=\s|$)|« ")
FORBIDDEN = {"…": "...", "’": "'"}


@pytest.fixture(scope="module")
def found() -> dict[str, list[Sentence]]:
    """Every sentence with its uses. Not read while tests are collected, which each worker does."""
    return unique(all_sentences())


@pytest.mark.parametrize("locale", words.ALL)
def test_the_catalogue_is_whole(locale: str, found: dict[str, list[Sentence]]) -> None:
    assert list(words.faults(locale, found)) == []


@pytest.mark.parametrize("locale", words.ALL)
def test_the_catalogue_is_what_the_tool_writes(locale: str, found: dict[str, list[Sentence]]) -> None:
    """Sorted, no dates, no line numbers: two people who add sentences seldom meet."""
    text = words.path_of(locale).read_text(encoding="utf-8")
    assert _bare(text) == _bare(words.updated(locale, found))
    assert str(ROOT) not in text


def _bare(text: str) -> list[str]:
    """The lines of a catalogue without the places of sentences, which may lag behind."""
    return [line for line in text.splitlines() if not line.startswith("#:")]


def test_what_the_features_declare_is_translated(found: dict[str, list[Sentence]]) -> None:
    """Titles of what is known of a person, rules of keeping with their sources: they stand on pages too."""
    declared = [one.title for feature in FEATURES for one in feature.personal]
    declared += [text for feature in FEATURES for one in feature.retentions for text in (one.title, one.source)]
    assert {text for text in declared if text} - found.keys() == set()


def test_faults_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    found = unique(in_python('_("Bonjour {name}"); words.plural("{count} pas", "{count} pas", n); _("Neuf")', "a.py"))
    words.path_of("en").parent.mkdir(parents=True)
    words.path_of("en").write_text(
        words.HEADER.format(locale="en", plurals=words.PLURALS["en"])
        + '#, fuzzy\nmsgid "Bonjour {name}"\nmsgstr "Hello {nom}"\n\n'
        + 'msgid "{count} pas"\nmsgid_plural "{count} pas"\nmsgstr[0] "{count} step"\nmsgstr[1] ""\n\n'
        + 'msgid "Vieux"\nmsgstr "Old"\n'
    )
    told = "\n".join(words.faults("en", found))
    for word in ("missing: 'Neuf'", "dead, used nowhere any more: 'Vieux'", "fuzzy", "other facts", "not translated"):
        assert word in told


def test_what_cannot_be_translated_is_refused() -> None:
    with pytest.raises(Unreadable):
        list(in_python('words.text(f"Bonjour {name}")', "a.py"))


def test_templates_are_read_as_the_house_reads_them() -> None:
    source = """{% trans n=1 %}
      Un essai,
      {{ n }} fois : 10 %
    {% endtrans %}{{ _("Deux") }}{{ "Trois"|t }}{{ words.text("Quatre") }}
    {% trans count=n %}un{% pluralize %}{{ count }}{% endtrans %}"""
    found = [(one.one, one.many) for one in in_template(source, "a.html")]
    assert ("Un essai, %(n)s fois : 10 %%", None) in found
    assert ("un", "%(count)s") in found
    assert {"Deux", "Trois", "Quatre"} <= {one for one, _many in found}


def test_french_is_written_plainly_and_set_with_no_break_spaces(found: dict[str, list[Sentence]]) -> None:
    assert len(found) > 4000
    assert {text: faults for text in sorted(found) if (faults := list(faults_of_setting(text)))} == {}


def faults_of_setting(text: str) -> Iterator[str]:
    """What is wrong with how a sentence of the sources is written."""
    if "\u00a0" in text or "\u202f" in text:
        yield "plain spaces in the sources: no-break spaces are set when rendering"
    if LONE_SPACE.search(typo(text)):
        yield "a plain space is left before a sign"
    yield from (f"{wrong} for {right}" for right, wrong in FORBIDDEN.items() if wrong in text)
    if text.strip() != text and text != " :":
        yield "spaces around it"


@pytest.mark.parametrize("text", ["un\u00a0pas", "un\u202f!", "encore...", "l'essai", " un pas"])
def test_faults_of_setting_are_seen(text: str) -> None:
    assert list(faults_of_setting(text))


def test_sentences_that_count_are_set_too() -> None:
    spoken = Words("fr", Zone("Europe/Paris"))
    assert "\u202f?" in spoken.plural("un pas ?", "{count} pas ?", 2)
    assert "\u202f?" in spoken.text("un pas ?")


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("Quoi ?", "Quoi\u202f?"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("Téléphone :", "Téléphone\u00a0:"),
        ("à 14:30", "à 14:30"),
        ("10 min", "10\u00a0min"),
        ("l'essai", "l’essai"),
        ("12 €", "12\u00a0€"),
        ("50 %", "50\u00a0%"),
        ("un ; deux", "un\u202f; deux"),
        ("https://a.example/?b=1;c", "https://a.example/?b=1;c"),
        ("Vrai ? Oui !", "Vrai\u202f? Oui\u202f!"),
    ],
)
def test_french_typography(plain: str, expected: str) -> None:
    assert typo(plain) == expected


def test_every_code_of_the_product_has_a_sentence() -> None:
    missing = {f"{code} ({place})" for code, place in codes_raised() if code not in {*SENTENCES, *INNER}}
    assert missing == set()


INNER = frozenset({"mail_away", "order_too_late"})
"""Codes that only jobs meet: they try again, and nobody reads them."""

CODE = re.compile(
    r'\b(?:Reason|Conflict|NotFound|Invalid|Forbidden|Unavailable)\(\s*"([a-z_]+)"|raise ValueError\("([a-z_]+)"\)'
)


def codes_raised() -> set[tuple[str, str]]:
    """Stable codes in the sources, with their file."""
    return {
        (one or other, path.relative_to(ROOT).as_posix())
        for path in sorted((ROOT / "tierslieu").rglob("*.py"))
        for one, other in CODE.findall(path.read_text(encoding="utf-8"))
    }


def test_no_sentence_is_left_without_use() -> None:
    """A code written nowhere else than in the list of sentences is dead (the validators' own codes aside)."""
    validators = {
        *("missing", "string_too_long", "string_too_short", "int_parsing", "extra_forbidden", "literal_error"),
        *("greater_than_equal", "less_than_equal", "string_pattern_mismatch"),
    }
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tierslieu").rglob("*.py")
        if path.name not in ("sentences.py", "sentences_of_people.py")
    )
    dead = {code for code in SENTENCES if f'"{code}"' not in text and f'"{code.partition("_")[0]}_{{' not in text}
    assert dead - validators == set()
