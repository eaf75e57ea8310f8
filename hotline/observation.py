"""How the program can be watched from outside: health, readiness and metrics, put together over a running hotline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from importlib.metadata import version

from config.clock import Clock
from config.database import Database
from config.events import Events
from config.settings import Network
from console.rooms import Room
from console.web.health import build_health
from console.web.scraping import build_scraping
from hotline.metrics.catalogue import Metrics
from hotline.metrics.counting import Counting, LogCounter
from hotline.metrics.scrape import Scrape
from hotline.metrics.sql_scrape import SqlBookFigures
from hotline.readiness import LiveReadiness, Looks
from ivr.services import Services


class Observation:
    """`counting` is to be told of calls, telephones and ears; `is_draining` and `broker_is_connected` may be set once
    there is who knows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._version = version("hotline")
        self._metrics = Metrics(self._version)
        self.counting = Counting(self._metrics)
        self.is_draining: Callable[[], bool] = lambda: False
        self.broker_is_connected: Callable[[], bool] = lambda: False

    def room(
        self,
        services: Services,
        database: Database,
        watched_at: Callable[[], datetime | None],
        metrics_sources: Sequence[Network],
        closing: AsyncExitStack,
    ) -> Room:
        """The routes; what must end before the database is closed goes to `closing`."""
        figures = SqlBookFigures(database)
        looks = Looks(
            ping=figures.ping,
            edge_is_up=services.edge.is_up,
            languages=services.ears.languages,
            is_strained=lambda: self.counting.is_strained,
            watched_at=watched_at,
            is_draining=lambda: self.is_draining(),
        )
        readiness = LiveReadiness(looks, self._clock)
        scrape = Scrape(
            self._metrics,
            services.floor,
            figures,
            readiness,
            services.ears.languages,
            lambda: self.broker_is_connected(),
            self._clock,
        )
        closing.push_async_callback(readiness.close)
        self._listen(services.events, closing)
        return Room(routers=(build_health(readiness, self._version), build_scraping(scrape.expose, metrics_sources)))

    def _listen(self, events: Events, closing: AsyncExitStack) -> None:
        closing.callback(events.subscribe(self.counting.on_event, own_only=True))
        logger, counter = logging.getLogger(), LogCounter(self._metrics)
        logger.addHandler(counter)
        closing.callback(logger.removeHandler, counter)
