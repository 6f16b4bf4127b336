"""The venue as everybody may read it: sites, spaces, resources, their hours, photos, accessibility and rules."""
