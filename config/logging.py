"""Logs: one line an event, for people or as JSON, with no whole telephone number in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from config.clock import Clock, SystemClock
from config.masking import mask_numbers

_IDENTIFIER = re.compile(r"^[0-9a-f]{32}$")  # config.ids: no telephone number has so many digits
_NOISY = ("alembic", "asyncio", "aiosqlite", "mqtt", "numba", "urllib3", "uvicorn")


def configure_logging(
    form: Literal["human", "json"],
    level: str,
    clock: Clock | None = None,
    stream: TextIO | None = None,
    worker: str | None = None,
) -> None:
    """Send every log, ours and the libraries', to `stream` (standard error unless given). May be called again.

    `worker` is the process of the hotline that speaks; each line then names it.
    """
    out = sys.stderr if stream is None else stream
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        _name(worker),
        mask,
        _stamp(
            SystemClock() if clock is None else clock
        ),  # after the masking, which would take the digits of the time for a number
    ]
    renderer: Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=out.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask the numbers in every text of the event, however deep it lies."""
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own
            event[key] = _masked(value)
    return event


def _masked(value: object) -> object:
    if isinstance(value, str):
        return value if _IDENTIFIER.match(value) else mask_numbers(value)
    if isinstance(value, Mapping):
        return {_masked(key): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_numbers(str(value))  # a dataclass or an exception may hold a number, too


def _name(worker: str | None) -> Processor:
    """Not by a context variable: threads begin without any."""

    def name(_logger: Any, _method: str, event: EventDict) -> EventDict:
        if worker is not None:
            event["worker"] = worker
        return event

    return name


def _stamp(clock: Clock) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    def stamp(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["at"] = clock.now().isoformat(timespec="milliseconds")
        return event

    return stamp
