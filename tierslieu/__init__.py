"""tierslieu: the system that runs a shared public venue."""

__version__ = "0.1.0"
