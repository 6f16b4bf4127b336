"""What runs every minute: closings, and the evacuation list on this computer's own disk."""

import asyncio
from pathlib import Path
from typing import Any, Final

from tierslieu.access.presence.closing import close_what_is_over, settle
from tierslieu.access.presence.evacuation import evacuation
from tierslieu.access.presence.sheet import sheet
from tierslieu.http.words import spoken
from tierslieu.infra.files import write_whole
from tierslieu.infra.house import House

MINUTE: Final = 60
CLOSE: Final = "access.presence.close"
WRITE: Final = "access.presence.write_list"
NAME: Final = "evacuation.html"


async def close(house: House, _payload: dict[str, Any]) -> None:
    """Close what is over, let out whoever was unseen too long. Twice or cut short, the outcome is the same."""
    await house.db.write(close_what_is_over, house.settings.presence.closing_minutes * MINUTE)
    await house.db.write(settle)


async def write_list(house: House, _payload: dict[str, Any]) -> None:
    """Write the evacuation list where it can be opened and printed without the service and without network."""
    found = await house.db.read(evacuation)
    text = sheet(spoken(house.settings.locale, house.zone), found, house.settings.venue_name)
    await asyncio.to_thread(put, house.settings.data_dir / house.settings.presence.paper_folder, text)


def put(folder: Path, text: str) -> Path:
    """The whole list or the former one, also when the power goes: never half of it. Only this service reads it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / NAME, text)
    return folder / NAME
