"""The sentences for stable codes about badges, doors, presence and kiosks."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

ACCESS: Final[Mapping[str, str]] = {
    # zones
    "no_such_zone": _("Cette zone n’existe pas ou n’est plus utilisée. Rechargez la page."),
    "too_many_zones": _("Une maison a au plus 255 zones, retirées comprises. Changez une zone qui existe."),
    "one_site_zone": _("La zone « {name} » est déjà tout le site. Une seule peut l’être : changez-la d’abord."),
    "site_full": _("Toutes les places sont prises ({zone}). Attendez une sortie, ou faites entrer par « Qui est là »."),
    # passes
    "too_many_badges": _("Cette personne a déjà {most} cartes qui fonctionnent. Arrêtez-en une d’abord."),
    "badge_lent": _("C’est une carte prêtée : notez son retour, puis prêtez-en une autre."),
    "card_lent": _("Cette carte est prêtée. Notez son retour d’abord."),
    "card_lost": _("Cette carte est notée perdue. Si elle est retrouvée, notez-le sur la page des cartes à prêter."),
    "card_not_lent": _("Cette carte est déjà au tiroir. Rechargez la page."),
    "no_such_house_card": _("Aucune carte à prêter n’a ce numéro. Relisez les six chiffres écrits sous le code."),
    "too_many_cards": _("Faites {most} cartes au plus à la fois."),
    "no_such_guest_pass": _("Ce laissez-passer n’existe pas, ou plus."),
    "guest_pass_stopped": _("Ce laissez-passer était déjà arrêté."),
    "guest_pass_day": _("Choisissez un jour d’ici deux mois, à partir d’aujourd’hui."),
    "phone_carries_nothing": _(
        "Cet appareil ne porte pas votre badge. Ouvrez « Mon badge » et choisissez de le porter ici."
    ),
    "no_pass_key": _("Le service n’a pas encore de clé pour signer des codes. Redémarrez-le, ou appelez l’accueil."),
    "pass_keys_full": _("Toutes les clés servent encore à des codes valables. Réessayez quand ils seront finis."),
    "pass_key_turned": _("La clé vient d’être renouvelée par quelqu’un d’autre. Rechargez la page."),
    # presence
    "zone_full": _("Toutes les places déclarées sont prises. Attendez une sortie, ou demandez à l’accueil."),
    "fewer_than_known": _(
        "Plus de personnes que ce nombre ont passé leur badge sans sortir. Notez d’abord la sortie de celles qui sont"
        " parties, puis comptez de nouveau."
    ),
    "no_alarm": _("Aucune alarme ne dure : une autre personne y a peut-être mis fin. Rechargez la page."),
    "alarm_still_on": _(
        "Le contact d’alarme sonne encore. Arrêtez la centrale, ou cochez la case si ce contact est en panne."
    ),
    "alarm_lasts": _("Une alarme est en cours : personne n’est compté à l’entrée. Recommencez quand elle sera finie."),
    "no_such_visit": _("Ce groupe est déjà parti. Rechargez la page."),
    # kiosk
    "no_such_call": _("Cet appel n’existe plus : il est terminé ou trop ancien. Appelez de nouveau."),
    "call_answered": _("Quelqu’un d’autre a déjà répondu à cet appel. Rechargez la page."),
    "call_id_reused": _("Cet appel vient d’une autre borne. Appelez de nouveau."),
    "passage_over": _("Le passage date de trop longtemps. Présentez de nouveau votre badge, puis choisissez."),
    "nothing_to_count": _("Aucune zone n’est réglée pour compter les visites. Prévenez l’accueil."),
    "choose_band": _("Choisissez l’une des réponses proposées, puis validez."),
    "visit_stays": _("Trop tard pour annuler ici. Dites-le à l’accueil, qui corrige le compte."),
    "staff_turn_over": _("La minute est passée. Présentez de nouveau votre carte."),
    "more_letters": _("Tapez les trois premières lettres du nom ou du prénom."),
    "kiosk_form": _("Une réponse manque ou ne convient pas. Vérifiez les champs, puis recommencez."),
    # doors
    "no_such_door": _("Cette porte n’existe pas ou n’a plus de boîtier. Rechargez la page."),
    "device_key_taken": _(
        "Un autre appareil porte déjà le nom court de cette porte : son compte reste tel quel. Retirez d’abord cet "
        "appareil, ou donnez un autre nom à la porte."
    ),
    "door_exists": _("Une porte porte déjà ce nom. Choisissez-en un autre, ou réglez celle qui existe."),
    "kiosk_has_door": _("Cette borne ouvre déjà une autre porte. Choisissez « Aucune », ou changez l’autre porte."),
    "door_offline": _("{door} ne répond pas : rien n’a été envoyé. Allez l’ouvrir à la main, ou vérifiez son réseau."),
    "door_without_zone": _("La zone de {door} n’est plus utilisée : la porte reste fermée. Choisissez-lui une zone."),
    "door_too_often": _(
        "{door} vient d’être ouverte plusieurs fois d’ici. Attendez dix minutes, ou passez à l’accueil."
    ),
    # printing
    "group_without_members": _("Personne n’est noté par son nom dans ce groupe. Ajoutez ses membres d’abord."),
    "group_too_large": _("Ce groupe dépasse {most} membres. Partagez-le en plusieurs groupes pour imprimer."),
}
