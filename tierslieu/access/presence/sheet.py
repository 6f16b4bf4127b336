"""The evacuation list as one page that needs nothing else: no network, no service, no other file."""

from typing import Final

from markupsafe import Markup

from tierslieu.access.presence.evacuation import Evacuation, Inside, Together, ZoneList
from tierslieu.access.presence.wording import doubt_text, group_text, person_notes
from tierslieu.http.words import Words, _

STYLE: Final = Markup(
    "body{font:12pt/1.4 sans-serif;margin:1.5rem;color:#000;background:#fff}h1{font-size:20pt;margin:0}"
    "h2{font-size:14pt;margin:1.2em 0 .2em}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #000;padding:.25em .5em;text-align:left}td.tick{width:2em}tr{break-inside:avoid}"
    "@page{size:A4;margin:12mm}"
)
PAGE: Final = Markup(
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="robots" content="noindex"><meta http-equiv="refresh" content="60"><title>{title}</title>'
    "<style>{style}</style><h1>{title}</h1><p><b>{made}</b></p><p>{note}</p>{body}</html>\n"
)
ROW: Final = Markup('<tr><td class="tick"></td><td>{}</td><td>{}</td><td>{}</td></tr>')
TABLE: Final = Markup("<h2>{}</h2><table><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>{}</table>")
EMPTY: Final = Markup("<h2>{}</h2><p>{}</p>")


def sheet(words: Words, found: Evacuation, venue: str) -> str:
    """The page: by zone who is thought to be inside, with a box to tick for each."""
    made = words.plural(
        "{count} personne à retrouver, le {day} à {hour}",
        "{count} personnes à retrouver, le {day} à {hour}",
        found.total,
        day=words.day(found.made_at),
        hour=words.hour(found.made_at),
    )
    if found.alarm_since:
        made = words.text(_("Alarme : liste gardée telle qu’elle était. {made}"), made=made)
    return PAGE.format(
        lang=words.locale,
        title=words.text(_("Liste d’évacuation : {venue}"), venue=venue),
        style=STYLE,
        made=made,
        note=words.text(_("C’est une aide : comptez les personnes au point de rassemblement.")),
        body=Markup("").join(_zone(words, zone) for zone in found.zones),
    )


def _zone(words: Words, zone: ZoneList) -> Markup:
    name = zone.zone or words.text(_("Zone retirée"))
    title = words.text(_("{zone} : {count}"), zone=name, count=zone.total)
    if not zone.total:
        return EMPTY.format(title, words.text(_("Personne.")))
    heads = (words.text(one) for one in (_("Vu"), _("Qui"), _("Depuis"), _("À savoir")))
    rows = [_group(words, one) for one in zone.groups]
    rows += [_person(words, one) for one in zone.people]
    alone = zone.visitors - sum(one.people for one in zone.groups)
    if alone > 0:
        rows.append(ROW.format(words.plural("{count} visiteur", "{count} visiteurs", alone), "", ""))
    return TABLE.format(title, *heads, Markup("").join(rows))


def _group(words: Words, one: Together) -> Markup:
    return ROW.format(group_text(words, one.name, one.people), words.hour(one.came_at), "")


def _person(words: Words, one: Inside) -> Markup:
    notes = [*person_notes(words, one), doubt_text(words, one)]
    name = one.name or words.text(_("Visiteur"))
    return ROW.format(name, words.hour(one.came_at), ". ".join(note for note in notes if note))
