"""Structured logs on standard error. What is logged are ids, counts and reasons, never what people said."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import FilteringBoundLogger

from dispatcher.settings import Settings

Logger = FilteringBoundLogger


def configure(settings: Settings) -> None:
    """Set the level and the form for the whole process."""
    form = structlog.processors.JSONRenderer(ensure_ascii=False)
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            form if settings.log_format == "json" else console,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def logger(**bound: object) -> Logger:
    """A logger that adds ``bound`` to each line."""
    found: Logger = structlog.get_logger(**bound)
    return found
