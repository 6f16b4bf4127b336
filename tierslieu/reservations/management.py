"""« Gestion »: the way to every page by which the team runs the venue, by what one comes to do."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.datastructures import State

from tierslieu.http.counts import counts
from tierslieu.http.guards import allow
from tierslieu.http.pages import page, words
from tierslieu.http.words import _
from tierslieu.people.persons.list_pages import STAFF_LINKS, StaffLink, staff_links

SEE_MANAGEMENT = "house.see_management"
GROUPS: tuple[tuple[str, tuple[StaffLink, ...]], ...] = (
    (
        _("Aujourd’hui"),
        (
            StaffLink("/planning", _("Planning"), "layers", "reservations.manage"),
            StaffLink("/planning/programme", _("Programme du jour à imprimer"), "file-text", "reservations.manage"),
            StaffLink("/accueil/presences", _("Présences et retards"), "door-open", "reservations.manage"),
            StaffLink("/demandes", _("Demandes à traiter"), "list", "reservations.answer"),
            StaffLink("/accueil/attente", _("Liste d’attente"), "hourglass", "reservations.manage"),
            StaffLink("/series/a-garder", _("Séries à confirmer"), "history", "reservations.manage"),
            StaffLink("/presence", _("Qui est là"), "users", "access.see_presence"),
            StaffLink("/presence/comptage", _("Compter les visiteurs"), "plus", "access.count_visitors"),
            StaffLink("/appels", _("Appels des bornes"), "bell-ring", "access.answer_calls"),
            StaffLink("/laissez-passer", _("Laissez-passer de visiteurs"), "contact", "access.manage_badges"),
            StaffLink("/cartes", _("Cartes prêtées pour la journée"), "badge-check", "access.manage_badges"),
        ),
    ),
    (
        _("Le lieu"),
        (
            StaffLink("/gestion/lieu", _("Sites, espaces, ressources et horaires"), "pencil", "venue.equip"),
            StaffLink("/gestion/plans", _("Plans des étages"), "map-pin", "venue.draw"),
            StaffLink("/fermetures", _("Fermetures et pannes"), "lock", "reservations.close"),
            StaffLink("/accueil/codes", _("Codes à coller sur les portes"), "key-round", "reservations.manage"),
            StaffLink("/gestion/etat", _("État de l’installation"), "info", "house.see_state"),
            StaffLink("/accueil/visio", _("Salles de visioconférence"), "users", "reservations.set_visio"),
        ),
    ),
    (
        _("Entrées et badges"),
        (
            StaffLink("/acces/zones", _("Zones : qui entre, et quand"), "key-round", "access.manage_zones"),
            StaffLink("/acces/essai", _("Qui peut entrer ?"), "user", "access.try_zones"),
            StaffLink("/acces/signalements", _("Passages à regarder"), "history", "access.look_at_passages"),
            StaffLink("/acces/portes", _("Portes"), "door-open", "access.open_doors"),
            StaffLink("/bornes", _("Bornes et écrans de porte"), "badge-check", "access.manage_kiosks"),
            StaffLink("/impression", _("Impression : cartes, plaques, étiquettes"), "file-text", "access.print_codes"),
            StaffLink("/presence/chiffres", _("Chiffres de fréquentation"), "list", "access.see_figures"),
        ),
    ),
    (
        _("Le FabLab"),
        (
            StaffLink("/fablab/file", _("Toute la file"), "list", "fablab.run_machines"),
            StaffLink("/fablab/demandes", _("Demandes à regarder"), "file-text", "fablab.answer_requests"),
            StaffLink("/fablab/retraits", _("Pièces à retirer"), "check", "fablab.hand_over"),
            StaffLink("/fablab/a-regler", _("Fabrications à régler"), "clock", "fablab.settle_dues"),
            StaffLink("/fablab/terminaux", _("Boîtiers de déverrouillage"), "key-round", "fablab.manage_terminals"),
            StaffLink("/fablab/entretien", _("Entretien et incidents"), "wrench", "fablab.mend_machines"),
            StaffLink("/fablab/semaine", _("Temps réservé, allumé, travaillé"), "clock", "fablab.see_measures"),
            StaffLink("/fablab/energie", _("Énergie et coûts"), "thermometer", "fablab.see_measures"),
            StaffLink("/fablab/stock", _("Stock de matières"), "layers", "fablab.see_stock"),
            StaffLink("/fablab/ventes", _("Ventes de matières"), "list", "fablab.see_stock"),
            StaffLink("/fablab/reglages", _("Machines : fiches et liaisons"), "wifi", "fablab.set_up"),
        ),
    ),
    (
        _("Les règles"),
        (
            StaffLink("/regles", _("Règles de réservation"), "list", "reservations.rules"),
            StaffLink("/fablab/regles", _("Règles de la file"), "layers", "fablab.arrange_queue"),
            StaffLink("/fablab/demandes-regles", _("Règles des demandes"), "pencil", "fablab.set_requests"),
            StaffLink("/accueil/presences-regles", _("Retards et absences"), "clock", "reservations.set_presence"),
        ),
    ),
    (
        _("Échanges avec d’autres outils"),
        (
            StaffLink("/agendas-importes", _("Agendas importés"), "calendar-days", "reservations.import"),
            StaffLink("/gestion/webhooks", _("Appels vers d’autres logiciels"), "bell-ring", "webhooks.manage"),
        ),
    ),
    (
        _("Les personnes"),
        (StaffLink("/personnes", _("Toutes les personnes"), "contact", "people.see"), *STAFF_LINKS),
    ),
)
"""Headings and the pages under each; one sees those that one's roles open."""


class ManagementPages(Controller):
    """/gestion."""

    @get("/gestion", opt=allow(SEE_MANAGEMENT), include_in_schema=False)
    async def show_management(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """All the ways that are open to the one who looks."""
        spoken = words(request)
        groups = [(spoken.text(title), staff_links(request, links)) for title, links in GROUPS]
        shown = [(title, found) for title, found in groups if found]
        return page(request, "reservations/management.html", groups=shown, counts=await counts(request))
