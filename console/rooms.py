"""What the console is made of: rooms, each with its pages, its routes, or both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter

from console.pages.screen import Screen
from console.places import Place


@dataclass(frozen=True, slots=True)
class Page:
    """A page of NiceGUI's; `draw` is called for whoever opens it, and may raise a `HotlineError`, which is then shown
    in its place. Whether the person may see it is asked of its place."""

    place: Place
    draw: Callable[[Screen], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Room:
    """One subject of the console."""

    pages: tuple[Page, ...] = ()
    routers: tuple[APIRouter, ...] = ()
