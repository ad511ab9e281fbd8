"""Logs: constant event names with references as fields; readable on a terminal, JSON otherwise."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger
from temporalio import activity, workflow

_QUIET = ("httpx", "httpcore", "uvicorn.access")
"""They log addresses that may carry references of people; we log what we do ourselves."""
_REFERENCES = ("temporal_activity", "temporal_workflow", "programme", "cohort", "case", "partner")
"""The facts that others' log lines may bring along: none of them names a person."""


def configure_logging(*, json: bool | None = None, level: str = "info", stream: TextIO | None = None) -> None:
    """
    Set up logging for a process; called once, by an entry point.

    `json` None means: readable when `stream` (standard error) is a terminal, JSON otherwise.
    """
    target = stream or sys.stderr
    as_json = not target.isatty() if json is None else json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(_REFERENCES)],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _keep_error_kind_only,
                _renderer(as_json=as_json, colors=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The SDK's own lines, too: a constant phrase, and where it happened in a field.
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderer(*, as_json: bool, colors: bool) -> structlog.typing.Processor:
    if as_json:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=colors)


def _keep_error_kind_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an error by its kind: the engine's own log lines carry texts that may name a person."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = getattr(error, "type", None) or type(error).__name__
        event["at"] = _place(error)
    return event


def _place(error: BaseException) -> str:
    """Tell the file and line where an error was raised; code holds no personal data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
