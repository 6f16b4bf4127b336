"""Papers: the slip that somebody without e-mail takes home, and the label that goes on what was made."""

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from tierslieu.fablab.requests.showing import JobPage
from tierslieu.http.guards import house
from tierslieu.http.labels import FORMATS, Tag, draw, house_address
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.paper import STYLES, Paper, marked
from tierslieu.http.prints import About, CodeMark
from tierslieu.http.words import _

SIDE: Final = 34 * mm

INSIDE = TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 4)])


def address(request: AnyRequest, number: str) -> str:
    """What the code of a job opens: its page for its person, its place on the shelf for staff."""
    return f"{house_address(request)}/mes-fabrications/{number}"


def slip(request: AnyRequest, view: JobPage) -> bytes:
    """What was asked for, with its number and its code. No name: a slip may be lost."""
    spoken, settings = words(request), house(request).settings
    title = spoken.text(_("Votre travail {number}"), number=view.number)
    paper = Paper(request.app.state.assets, title, settings.venue_name, spoken.locale)
    paper.add(_beside(view.number, address(request, view.number), [view.state_text, view.when]))
    paper.add(Spacer(1, 4 * mm))
    paper.facts([(spoken.text(_("Fichier")), view.title), *view.facts])
    paper.heading(view.cost_title)
    paper.facts(view.cost)
    paper.text(spoken.text(_("Gardez ce bon : le numéro suffit pour demander où en est le travail et le retirer.")))
    paper.text(spoken.text(_("Une question ? Appelez le {phone}."), phone=settings.phone))
    return paper.pdf()


def label(request: AnyRequest, view: JobPage) -> bytes:
    """The label of one thing, for a roll: number, code, copies and place. Names stay out of sight."""
    spoken = words(request)
    copies = next((value for term, value in view.facts if term == spoken.text(_("Matière"))), "")
    tag = Tag(view.number, address(request, view.number), copies, view.shelf)
    about = About(view.number, house(request).settings.venue_name, spoken.locale)
    return draw(request.app.state.assets, FORMATS["62mm"], about, [tag], spoken)


def _beside(number: str, target: str, texts: list[str]) -> Flowable:
    lines = [Paragraph(marked(number), STYLES["title"])]
    lines += [Paragraph(marked(text), STYLES["text"]) for text in texts if text]
    lines.append(Paragraph(marked(target), STYLES["quiet"]))
    return Table([[CodeMark(target, SIDE), lines]], colWidths=[SIDE + 4 * mm, 110 * mm], style=INSIDE, hAlign="LEFT")
