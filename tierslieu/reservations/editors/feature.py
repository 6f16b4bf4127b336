"""What the editors of the venue tell the house. Their permissions are declared with the editor of hours."""

from tierslieu.infra.feature import Feature
from tierslieu.reservations.editors import pages, photo_pages, resource_pages

FEATURE = Feature(
    name="reservations.editors",
    controllers=(
        pages.EditorPages,
        resource_pages.ResourceEditorPages,
        photo_pages.SpacePhotoPages,
        photo_pages.ResourcePhotoPages,
    ),
)
