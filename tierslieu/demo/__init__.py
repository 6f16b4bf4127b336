"""The demonstration: an invented but plausible venue, its people and a lively fictional day."""
