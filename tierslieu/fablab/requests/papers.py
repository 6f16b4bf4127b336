"""Papers: the slip that somebody without e-mail takes home, and the label that goes on what was made."""

from litestar import Response
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from tierslieu.fablab.requests.showing import JobPage
from tierslieu.http.guards import house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.paper import STYLES, Paper, marked
from tierslieu.http.words import _
from tierslieu.reservations.presence.labels import SIDE, code

INSIDE = TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 4)])


def address(request: AnyRequest, number: str) -> str:
    """What the code of a job opens: its page for its person, its place on the shelf for staff."""
    base = house(request).settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}/mes-fabrications/{number}"


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
    """The label of one thing: number, code, copies and place. Names stay out of sight."""
    spoken, settings = words(request), house(request).settings
    paper = Paper(request.app.state.assets, view.number, settings.venue_name, spoken.locale)
    copies = next((value for term, value in view.facts if term == spoken.text(_("Matière"))), "")
    paper.add(_beside(view.number, address(request, view.number), [copies, view.shelf]))
    return paper.pdf()


def _beside(number: str, target: str, texts: list[str]) -> Flowable:
    lines = [Paragraph(marked(number), STYLES["title"])]
    lines += [Paragraph(marked(text), STYLES["text"]) for text in texts if text]
    lines.append(Paragraph(marked(target), STYLES["quiet"]))
    return Table([[code(target), lines]], colWidths=[SIDE + 4 * mm, 110 * mm], style=INSIDE, hAlign="LEFT")


def answer(body: bytes, name: str) -> Response[bytes]:
    """A paper as an answer."""
    shown = {"content-disposition": f'inline; filename="{name}.pdf"', "cache-control": "private, no-store"}
    return Response(body, media_type="application/pdf", headers=shown)
