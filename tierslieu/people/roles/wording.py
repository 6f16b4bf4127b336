"""The words of roles: what each is called and is for, and a sentence for each permission."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

LABELS: Final[Mapping[str, str]] = {
    "member": _("Adhérent"),
    "association_contact": _("Contact d’une association"),
    "referrer": _("Prescripteur"),
    "trainer": _("Formateur"),
    "machine_superuser": _("Référent machine"),
    "resource_manager": _("Responsable d’espace"),
    "receptionist": _("Agent d’accueil"),
    "digital_adviser": _("Conseiller numérique"),
    "facilitator": _("Animateur"),
    "fab_manager": _("Responsable du FabLab"),
    "technician": _("Technicien"),
    "cash_officer": _("Régisseur"),
    "accountant": _("Comptable"),
    "elected_referent": _("Élu référent"),
    "site_administrator": _("Administrateur d’un site"),
    "administrator": _("Administrateur"),
}
PURPOSES: Final[Mapping[str, str]] = {
    "member": _("Réserve et fabrique pour soi."),
    "association_contact": _("Réserve au nom de son association."),
    "referrer": _("Réserve pour les personnes qu’il a lui-même inscrites, et ne voit qu’elles."),
    "trainer": _("Forme sur certaines machines et donne les habilitations."),
    "machine_superuser": _("Fait tourner certaines machines, les débarrasse et les met hors service."),
    "resource_manager": _("Répond aux demandes pour certains espaces ou pour un site."),
    "receptionist": _("Accueille, inscrit, réserve et aide chaque personne."),
    "digital_adviser": _("Accompagne les personnes dans leurs démarches et aux machines."),
    "facilitator": _("Mène les ateliers et accueille les groupes."),
    "fab_manager": _("Dirige le FabLab : machines, file et habilitations."),
    "technician": _("Entretient les machines, et rien d’autre."),
    "cash_officer": _("Encaisse et suit les règlements à l’accueil."),
    "accountant": _("Lit les chiffres et les exporte, sans rien changer."),
    "elected_referent": _("Lit les bilans, et rien d’autre."),
    "site_administrator": _("Règle un site : demandes, fermetures et machines de ce site."),
    "administrator": _("Règle le logiciel et donne les rôles."),
}
SCOPE_NOTES: Final[Mapping[str, str]] = {
    "trainer": _("pour ses machines"),
    "machine_superuser": _("pour ses machines"),
    "resource_manager": _("pour ses espaces"),
    "site_administrator": _("pour son site"),
}
PLACES: Final[Mapping[str, str]] = {
    "site": _("site {key}"),
    "space": _("espace {key}"),
    "machine": _("machine {key}"),
    "kind": _("machines de type {key}"),
}
DEVICES: Final[Mapping[str, str]] = {
    "kiosk": _("Borne"),
    "machine": _("Machine"),
    "door": _("Écran de porte"),
    "agent": _("Boîtier près des machines"),
    "reader": _("Boîtier de porte"),
}
DOMAINS: Final[Mapping[str, str]] = {
    "reservations": _("Réservations"),
    "fablab": _("FabLab"),
    "access": _("Badges et bornes"),
    "own": _("Son propre compte"),
    "people": _("Personnes"),
    "qualifications": _("Habilitations"),
    "memberships": _("Adhésions"),
    "families": _("Familles et groupes"),
    "messages": _("Messages"),
    "house": _("Règles du lieu"),
}
GROUPED: Final[Mapping[str, Mapping[str, str]]] = {
    "reservations": {
        "reservations.make": _("Réserver pour soi et pour les personnes dont on répond"),
        "house.see_management": _("Ouvrir la page Gestion, avec ce que son rôle permet"),
        "house.see_state": _("Voir l’état de l’installation : base de données, disque, horloge"),
        "reservations.manage": _("Réserver, déplacer et annuler pour les autres, noter les arrivées"),
        "reservations.answer": _("Accorder ou refuser les demandes de réservation"),
        "reservations.set_visio": _("Régler les réunions à distance de chaque salle"),
        "reservations.set_presence": _("Régler les retards et les absences"),
        "reservations.rules": _("Préparer les règles de réservation, et les mettre en vigueur"),
        "reservations.close": _("Fermer un espace pour un temps"),
        "venue.draw": _("Dessiner les plans du lieu"),
        "venue.edit": _("Décrire les sites, les espaces et ce qui s’y réserve, régler les horaires"),
        "venue.equip": _("Décrire les machines et régler leurs horaires"),
        "reservations.subscribe": _("Suivre des réservations dans son propre agenda"),
        "reservations.import": _("Importer l’agenda de quelqu’un d’autre, qui prend alors du temps ici"),
    },
    "fablab": {
        "fablab.queue_own": _("Déposer un fichier et le mettre dans la file"),
        "fablab.answer_requests": _("Répondre aux demandes de fabrication, préparer les fichiers"),
        "fablab.hand_over": _("Ranger et remettre les pièces fabriquées"),
        "fablab.settle_dues": _("Noter ce qui est payé ou offert au FabLab"),
        "fablab.set_requests": _("Régler ce que l’équipe regarde d’abord et les limites par semaine"),
        "fablab.report_problem": _("Signaler un problème sur une machine"),
        "fablab.run_machines": _("Lancer, arrêter et débarrasser les machines, voir la file"),
        "fablab.arrange_queue": _("Décider comment les files des machines s’ordonnent"),
        "fablab.watch_wall": _("Voir le mur de toutes les machines"),
        "fablab.mend_machines": _("Mettre une machine hors service ou la remettre en service, lire son carnet"),
        "fablab.set_up": _("Ajouter des machines, les régler et les relier"),
        "fablab.read_configuration": _("Lire de quelles machines on s’occupe (boîtiers)"),
        "fablab.see_measures": _("Voir les mesures, l’énergie et les temps des machines"),
        "fablab.calibrate": _("Étalonner les machines"),
        "fablab.set_energy_price": _("Fixer le prix de l’électricité"),
        "fablab.see_stock": _("Voir le stock du FabLab, peser, découper, vendre"),
        "fablab.keep_stock": _("Tenir le stock : matières, prix, livraisons, inventaires"),
        "fablab.take_material": _("Prendre de la matière et voir ce qu’on a pris"),
        "fablab.accept_sheet": _("Lire et accepter les fiches de sécurité des machines"),
        "fablab.unlock": _("Déverrouiller une machine pour soi, quand les conditions sont réunies"),
        "fablab.manage_terminals": _("Installer et régler les boîtiers des machines, donner des cartes"),
        "fablab.fetch_file": _("Télécharger les fichiers des travaux"),
    },
    "access": {
        "access.answer_calls": _("Répondre aux appels des bornes"),
        "access.carry_badge": _("Avoir un badge"),
        "access.turn_pass_key": _("Renouveler la clé qui signe les codes"),
        "access.see_figures": _("Lire les chiffres de fréquentation"),
        "access.note_evacuation_help": _("Noter l’aide qu’une personne demande pour évacuer"),
        "access.own_evacuation_help": _("Demander de l’aide pour évacuer"),
        "access.count_visitors": _("Compter des visiteurs et des groupes sans leurs noms"),
        "access.end_alarm": _("Mettre fin à une alarme"),
        "access.override_capacity": _("Laisser entrer quand tout est plein, avec une raison"),
        "access.correct_presence": _("Corriger une présence, remettre un compte à ce qui est vu"),
        "access.see_presence": _("Voir qui est dans les lieux et la liste d’évacuation"),
        "access.manage_badges": _("Donner, remplacer et arrêter les badges"),
        "access.manage_kiosks": _("Installer et arrêter les bornes"),
        "access.manage_zones": _("Définir les zones d’accès et qui y entre"),
        "access.try_zones": _("Demander qui pourrait entrer, et pourquoi"),
        "access.look_at_passages": _("Voir les passages signalés"),
        "access.manage_doors": _("Ajouter des portes, les régler, donner leurs secrets"),
        "access.open_doors": _("Voir les portes et les ouvrir à distance"),
        "access.open_own_door": _("Ouvrir la porte de sa réservation pendant qu’elle dure"),
        "access.print_codes": _("Imprimer codes, étiquettes et plaques"),
        "access.read_list": _("Garder la liste des badges, pour décider sans réseau"),
        "access.record_scan": _("Lire les badges à l’entrée"),
        "access.show_door": _("Montrer l’état d’une salle à sa porte et la réserver par badge"),
    },
    "own": {
        "people.sign_out": _("Choisir ses moyens de connexion et se déconnecter"),
        "people.see_own": _("Avoir son espace et corriger ses informations"),
        "people.link_own_identities": _("Relier son compte à une identité en ligne"),
        "people.see_own_family": _("Voir ses proches et leurs autorisations"),
        "people.choose_contact": _("Choisir comment recevoir ses messages"),
        "people.own_data": _("Télécharger ses données et demander leur effacement"),
    },
    "people": {
        "people.see": _("Chercher une personne et ouvrir sa fiche"),
        "people.manage": _("Inscrire une personne, corriger sa fiche, fermer un compte"),
        "people.bring": _("Inscrire les personnes que l’on accompagne"),
        "people.set_preferences": _("Noter la langue, la taille du texte et les mots simples d’une personne"),
        "people.merge": _("Réunir deux fiches d’une même personne"),
        "people.export": _("Exporter la liste des personnes"),
        "people.manage_sign_in": _("Envoyer un lien de connexion, fermer les sessions d’une personne"),
        "people.manage_identities": _("Détacher l’identité en ligne d’une personne"),
        "people.manage_pins": _("Autoriser un code à la borne, ou le retirer"),
        "people.reset_factor": _("Retirer le second facteur d’une personne"),
        "people.hand_over_data": _("Remettre ses données à une personne"),
        "people.erase": _("Effacer les données d’une personne"),
    },
    "qualifications": {
        "qualifications.see": _("Voir ses habilitations et s’inscrire aux formations"),
        "people.see_qualifications": _("Voir qui a quelle habilitation"),
        "people.train": _("Former, noter les présents et donner une habilitation"),
        "people.grant_qualifications": _("Régler le catalogue, donner tout niveau et nommer les formateurs"),
    },
    "memberships": {
        "people.see_memberships": _("Voir les adhésions"),
        "people.manage_memberships": _("Prendre et renouveler une adhésion"),
        "people.manage_plans": _("Régler les formules d’adhésion"),
    },
    "families": {
        "people.see_families": _("Voir les liens de famille et les autorisations"),
        "people.manage_families": _("Noter les liens de famille et les autorisations, régler les âges"),
        "people.manage_groups": _("Tenir les groupes et les classes"),
    },
    "messages": {
        "people.see_messages": _("Voir les messages envoyés et à donner"),
        "people.send_messages": _("Écrire à plusieurs personnes"),
    },
    "house": {
        "webhooks.manage": _("Relier d’autres logiciels, qui reçoivent un avis quand une réservation change"),
        "people.see_roles": _("Lire ce que chaque rôle permet"),
        "people.grant_roles": _("Donner et retirer les rôles"),
        "people.see_retention": _("Lire les durées de conservation"),
        "people.read_log": _("Lire le journal de ce que l’équipe a vu ou changé"),
    },
}
"""Each permission in words, by what it is about."""
PERMISSIONS: Final[Mapping[str, str]] = {
    permission: text for permissions in GROUPED.values() for permission, text in permissions.items()
}


def label(words: Words, role: str) -> str:
    """What a role is called."""
    return words.text(LABELS[role])


def place_text(words: Words, scope: str) -> str:
    """Where a role holds, in words."""
    if not scope:
        return words.text(_("partout"))
    kind, _sign, key = scope.partition(":")
    return words.text(PLACES[kind], key=key)
