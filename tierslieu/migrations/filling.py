"""What steps move inside the data, in plain Python: the same on both databases."""

from sqlalchemy import Connection


def people(_connection: Connection) -> None:
    """Fill what people's new columns and tables derive from what an installation knows already."""
