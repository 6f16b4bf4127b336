"""Logs: one JSON object a line on standard error. Handles and codes, never names, addresses or secrets."""

import logging
import sys

import structlog

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def set_up(level: str) -> None:
    """Send the house's and the libraries' logs to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(LEVELS[level], logging.WARNING), stream=sys.stderr, format="%(message)s")


def log(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that says which part of the house speaks."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger().bind(part=name)
    return logger
