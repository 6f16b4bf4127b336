"""The kiosk in a browser. A package of its own, for its one Chromium to end with it."""
