"""This machine as one of several nodes of a hotline: what it has that a machine alone does not need."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from config.clock import Clock
from config.database import Database
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.ids import new_id
from config.versions import Versions
from ivr.flow.catalogue import STEPS
from ivr.lost_node import LostNode
from ivr.services import Edition, Services
from routing.shared_floor import SharedFloor
from routing.sql_floor_log import SqlFloorLog


def identity(name: str) -> str:
    """How this run of the node is called among the others: who starts again is another, whose calls are gone."""
    return f"{name}#{new_id()[-8:]}"


def shared_floor(
    node: str,
    desk: str,
    edition: Edition,
    database: Database,
    versions: Versions,
    services: Callable[[], Services],
    clock: Clock,
) -> SharedFloor:
    """This node's replica of the floor."""

    async def file_of(version: str) -> HotlineFile:
        return read_hotline_file((await versions.get(int(version))).text, STEPS)[0]

    losses = LostNode(services)
    return SharedFloor(edition.file, edition.version, node, SqlFloorLog(database), losses, file_of, clock, desk)


async def join(floor: SharedFloor, closing: contextlib.AsyncExitStack) -> asyncio.Task[None]:
    """Take part, and return when this replica is what the others have."""
    running = asyncio.ensure_future(floor.run())

    async def leave() -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    closing.push_async_callback(leave)
    joined = asyncio.ensure_future(floor.joined.wait())
    try:
        await asyncio.wait((running, joined), return_when=asyncio.FIRST_COMPLETED)
    finally:
        joined.cancel()
    if running.done():
        running.result()
    return running
