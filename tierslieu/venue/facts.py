"""What is told of spaces and resources in codes, so that people and programs can look for it. Pure."""

from typing import Final

ACCESS: Final = (
    "step_free",
    "lift",
    "wide_door",
    "automatic_door",
    "turning_space",
    "accessible_toilets",
    "accessible_parking",
    "hearing_loop",
    "quiet",
    "soft_light",
    "tactile_path",
    "guide_dogs",
)
"""Accessibility facts of sites and spaces. A fact is yes, no, or not known; a space's is true from the street on."""
EQUIPMENT: Final = (
    "power",
    "wired_network",
    "computer",
    "screen",
    "double_screen",
    "projector",
    "camera",
    "microphone",
    "headset",
    "sound_system",
    "whiteboard",
    "paperboard",
    "printer",
    "scanner",
    "adjustable_desk",
    "window",
    "tables",
    "kitchenette",
    "dust_extraction",
)
"""Equipment people look for. A resource may have other equipment, in plain words."""
NOISES: Final = ("", "quiet", "noisy")
KINDS: Final = ("desk", "desk_pool", "room", "workstation", "machine", "loan_item", "staff_time")
SITE_KINDS: Final = ("main", "satellite", "event", "off_site")
"""Where a site stands: the main house, a small one, a place for events, other people's walls."""
