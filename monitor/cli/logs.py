"""Where log lines go: to stderr, so that stdout holds nothing but the answer."""

import sys

import structlog


def log_to_stderr(*, verbose: bool = False, level: str = "info") -> None:
    """Send structlog's lines to stderr, for people when it is a terminal and as JSON when it is not.

    `level` is the least that is told: debug, info, warning or error; `verbose` means debug.
    """
    terminal = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer(colors=terminal) if terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("debug" if verbose else level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
