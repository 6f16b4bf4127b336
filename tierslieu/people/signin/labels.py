"""A coarse name for a browser, from what it says of itself: enough to know one's own, too little to trace. Pure."""

from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_label(user_agent: str) -> str:
    """« Firefox/Linux »: name and system, told apart by a slash; "" when neither is known. No version."""
    text = user_agent[:500]
    browser = next((name for sign, name in BROWSERS if f"{sign}/" in text), "")
    system = next((name for sign, name in SYSTEMS if sign in text), "")
    return f"{browser}/{system}" if browser or system else ""
