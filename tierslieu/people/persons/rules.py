"""Rules of persons. Pure."""


def normal_email(text: str) -> str:
    """The form under which an address is stored and looked up."""
    return text.strip().lower()
