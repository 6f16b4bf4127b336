"""The form of preferences, ready to show."""

from tierslieu.http.showing import LANGUAGES, TEXT_SIZES, Showing
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.preferences import queries
from tierslieu.people.preferences.schemas import Option, PreferencesView

NAMES = {"fr": "Français", "en": "English"}
"""Each language in its own words."""
SIZES = {100: _("Taille habituelle"), 125: _("Texte plus grand"), 150: _("Texte très grand")}


def form(words: Words, wish: Showing) -> PreferencesView:
    """The form as it stands for this choice."""
    languages = [Option("", words.text(_("Celle de mon navigateur")), wish.language == "")]
    languages += [Option(code, NAMES[code], wish.language == code) for code in LANGUAGES]
    sizes = [Option(str(size), words.text(SIZES[size]), wish.text_size == size) for size in TEXT_SIZES]
    return PreferencesView(languages, sizes, wish.is_easy, summary(words, wish))


def summary(words: Words, wish: Showing) -> list[str]:
    """What was chosen, one line each; empty when everything is as usual."""
    found = [NAMES[wish.language]] if wish.language else []
    if wish.text_size != TEXT_SIZES[0]:
        found.append(words.text(SIZES[wish.text_size]))
    if wish.is_easy:
        found.append(words.text(_("Facile à lire : mots simples et phrases courtes")))
    return found


def of_person(reader: Reader, words: Words, person_id: int) -> PreferencesView:
    """A person's preferences, for their page."""
    return form(words, queries.showing(reader, person_id))
