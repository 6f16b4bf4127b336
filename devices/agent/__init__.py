"""The process that runs adapters: beside the service, or alone on a small board next to the machines."""
