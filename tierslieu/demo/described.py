"""What the demonstration tells of its sites, spaces and resources. Invented, like all of it."""

from typing import Any, Final

from tierslieu.basics.hours import Period
from tierslieu.venue.actions import NewResource, WeeklyPeriods

STEP_FREE: Final = {"step_free": True, "wide_door": True, "turning_space": True, "guide_dogs": True}
SITES: Final[dict[str, dict[str, Any]]] = {
    "oasis": {
        "address": "12 rue de l’Exemple\n77470 Trilport",
        "phone": "01 99 00 00 00",
        "access": {**STEP_FREE, "automatic_door": True, "accessible_toilets": True, "accessible_parking": True},
        "access_note": "L’entrée est côté cour. À l’étage\u00a0: services municipaux, par l’ascenseur.",
    },
    "container": {
        "address": "Parc de la Maison des familles\n77470 Trilport",
        "access": {"step_free": False, "guide_dogs": True},
        "access_note": "Une marche de 18 cm. Un rendez-vous à L’Oasis est possible à la place.",
    },
    "salle-municipale": {"address": "Maison des familles\n77470 Trilport", "access": {"step_free": True}},
}
SPACES: Final[dict[str, dict[str, Any]]] = {
    "accueil": {
        "description": "On entre ici. L’équipe accueille, renseigne et aide aux démarches. Café, journaux, jeux.",
        "access": {**STEP_FREE, "hearing_loop": True, "accessible_toilets": True},
    },
    "coworking": {
        "description": "Une salle claire pour travailler. On téléphone dans le bureau fermé, pas ici.",
        "access": {**STEP_FREE, "quiet": True, "soft_light": True},
    },
    "visio-1": {
        "description": "Pour une réunion à distance à six. Les murs sont isolés.",
        "access": {**STEP_FREE, "quiet": True, "hearing_loop": True},
    },
    "bureau-1": {
        "description": "Deux personnes, porte fermée\u00a0: un entretien, un appel, un dossier.",
        "access": {"step_free": True, "wide_door": True, "turning_space": False, "quiet": True},
        "access_note": "Porte de 90 cm, mais trop étroit pour tourner en fauteuil.",
    },
    "grande-salle": {
        "description": "Réunions, ateliers et fêtes. Une cloison la partage en deux.",
        "access": {**STEP_FREE, "accessible_toilets": True, "hearing_loop": False},
    },
    "fablab": {
        "description": "L’atelier de fabrication\u00a0: impression 3D, découpe, couture, électronique.",
        "access": {**STEP_FREE, "quiet": False},
        "access_note": "Établis à 90 cm ; une table basse sur demande.",
    },
    "container-bureau": {
        "description": "Le bureau du conseiller numérique, près du CCAS.",
        "access": {"step_free": False, "quiet": True},
    },
}
ROOMS: Final[dict[str, dict[str, Any]]] = {
    "visio-1": {
        "equipment": ("power", "wired_network", "screen", "camera", "microphone", "whiteboard"),
        "noise": "quiet",
        "description": "L’écran s’allume seul. Branchez votre ordinateur : un seul câble, image et son.",
        "instructions": "La télécommande est dans le tiroir. En partant\u00a0: éteindre l’écran, effacer le tableau.",
    },
    "bureau-1": {
        "equipment": ("power", "wired_network", "adjustable_desk"),
        "noise": "quiet",
        "instructions": "La clé est à l’accueil. La rendre en partant.",
    },
    "grande-salle": {
        "equipment": ("projector", "microphone", "sound_system", "tables", "kitchenette", "24 tables pliantes"),
        "instructions": "Le régime des tables est affiché derrière la porte. Ranger et balayer avant l’heure de fin.",
    },
}
DESK_EXTRAS: Final = {"double écran": "double_screen", "hauteur réglable": "adjustable_desk", "côté fenêtre": "window"}
MACHINES: Final[dict[str, dict[str, Any]]] = {
    "laser-1": {
        "equipment": ("dust_extraction",),
        "noise": "noisy",
        "referent": "referent-fablab",
        "instructions": "Ouvrir l’extraction avant de lancer. Rester à côté. Jamais de PVC.",
    },
    "cnc-1": {"equipment": ("dust_extraction",), "noise": "noisy"},
}
NEIGHBOURS: Final = (("fablab", "visio-1"),)


def _week(*days: tuple[int, int, int]) -> WeeklyPeriods:
    return tuple((weekday, Period(opens * 60, closes * 60)) for weekday, opens, closes in days)


REFERENT_HOURS: Final = _week((2, 14, 18), (3, 17, 20), (4, 14, 18), (5, 10, 17))
ADVISER_HOURS: Final = _week((1, 14, 18), (3, 14, 18), (4, 9, 12))
BREAK_WEEKS: Final = {
    "container-bureau": (
        _week((1, 9, 12), (2, 14, 17), (3, 9, 12)),
        _week((1, 9, 12), (2, 9, 12), (2, 14, 17), (3, 9, 12)),
    )
}
"""The usual week, and the longer one of the school holidays."""
KIT: Final = NewResource(
    "kit-tablettes",
    "Kit de 6 tablettes",
    "loan_item",
    is_listed=False,
    max_minutes=4 * 60,
    grace_minutes=30,
    equipment=("6 tablettes", "6 casques"),
    details="Dans sa valise, à utiliser sur place",
    instructions="À prendre et à rendre à l’accueil, chargeurs compris.",
    position=300,
)
CAMERA: Final = NewResource(
    "camera-1",
    "Caméra et trépied",
    "loan_item",
    is_listed=False,
    max_minutes=4 * 60,
    grace_minutes=30,
    equipment=("camera", "microphone", "trépied"),
    details="Pour filmer sur place",
    instructions="À prendre et à rendre à l’accueil, batterie en charge.",
    position=301,
)
ADVISER: Final = NewResource(
    "conseiller-numerique",
    "Rendez-vous avec le conseiller numérique",
    "staff_time",
    capacity=2,
    is_listed=False,
    max_minutes=60,
    notice_minutes=60,
    horizon_days=60,
    cancel_minutes=120,
    details="Démarches, messagerie, téléphone",
    instructions="Apportez votre téléphone et vos papiers. Rendez-vous à l’accueil.",
    position=310,
)
REFERENT: Final = NewResource(
    "referent-fablab",
    "Référent du FabLab",
    "staff_time",
    pick="one",
    unit_keys=("referent-fablab-1", "referent-fablab-2"),
    is_bookable=False,
    is_listed=False,
    details="Accompagne aux machines",
    position=311,
)
SEATS: Final = NewResource(
    "fablab-places",
    "Place au FabLab",
    "desk_pool",
    pick="one",
    unit_keys=tuple(f"fablab-place-{number}" for number in range(1, 7)),
    is_listed=False,
    max_minutes=4 * 60,
    grace_minutes=30,
    details="Un établi, prise et outils à main",
    equipment=("power",),
    position=320,
)
GUIDED_LASER: Final = NewResource(
    "laser-accompagnee",
    "Découpe laser accompagnée",
    "machine",
    capacity=2,
    is_listed=False,
    grid_minutes=30,
    min_minutes=60,
    max_minutes=120,
    noise="noisy",
    details="La machine, un référent et deux places d’établi",
    instructions="Un référent vous attend à la machine. Venez avec votre fichier SVG.",
    parts=(("laser-1", 1), ("referent-fablab", 1), ("fablab-places", 2)),
    position=321,
)
