"""Logs: both forms, the libraries' logs too, and no whole telephone number anywhere."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Literal

import pytest
import structlog

from config.clock import VirtualClock
from config.logging import configure_logging

NUMBER = "+821012345678"
FORMS: tuple[Literal["human", "json"], ...] = ("human", "json")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, shown = root.handlers[:], root.level, warnings.showwarning
    yield
    logging.captureWarnings(False)
    warnings.showwarning = shown
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def logs(form: Literal["human", "json"], level: str = "info") -> StringIO:
    stream = StringIO()
    configure_logging(form, level, VirtualClock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC)), stream)
    return stream


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line_has_the_event_its_values_level_logger_and_time() -> None:
    stream = logs("json")
    structlog.get_logger("ivr").info("leg_answered", leg="a1", wide_band=True)
    assert lines(stream) == [
        {
            "event": "leg_answered",
            "leg": "a1",
            "wide_band": True,
            "level": "info",
            "logger": "ivr",
            "at": "2026-03-01T09:00:00.000+00:00",
        }
    ]


def test_a_line_for_people_has_the_event_and_its_values() -> None:
    stream = logs("human")
    structlog.get_logger("ivr").info("leg_answered", leg="a1")
    assert "leg_answered" in stream.getvalue()
    assert "leg=a1" in stream.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_no_way_into_the_log_lets_a_whole_number_through(form: Literal["human", "json"]) -> None:
    stream = logs(form)
    log = structlog.get_logger("ivr")
    log.info("call", caller=NUMBER)
    log.info(f"call from {NUMBER}")
    log.info("call", deep={"who": [NUMBER, {NUMBER: (NUMBER,)}]})
    log.info("call", fault=ValueError(NUMBER))
    log.bind(caller=NUMBER).warning("again")
    logging.getLogger("library").warning("INVITE sip:%s@host", NUMBER)
    try:
        raise ValueError(NUMBER)
    except ValueError:
        log.exception("failed")
    assert NUMBER not in stream.getvalue()
    assert NUMBER[1:] not in stream.getvalue()
    assert stream.getvalue().count("+82********78") >= 8


def test_an_identifier_of_digits_stays_whole() -> None:
    stream = logs("json")
    structlog.get_logger("ivr").info("call", call="1234567890" * 3 + "12")
    assert lines(stream)[0]["call"] == "1234567890" * 3 + "12"


def test_below_the_level_nothing_is_written() -> None:
    stream = logs("json", "warning")
    structlog.get_logger("ivr").info("chatter")
    logging.getLogger("library").info("chatter")
    structlog.get_logger("ivr").warning("trouble")
    assert [line["event"] for line in lines(stream)] == ["trouble"]


def test_configuring_twice_does_not_write_twice() -> None:
    logs("human")
    stream = logs("json")
    logging.getLogger("library").warning("once")
    assert len(lines(stream)) == 1
