"""The kiosk: its enrolment, its snapshot, its screen, its staff mode."""
