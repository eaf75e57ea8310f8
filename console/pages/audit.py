"""The audit log, for admins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from nicegui import ui

from console.audit import EVERYTHING, Audit, Did, Entry, Wanted
from console.identity.users import User
from console.pages import audit_view as view
from console.pages.people_view import STYLE
from console.pages.screen import Region, Screen

_PER_PAGE = 50


class AuditPage:
    """Lines, the newest first, a page at a time; what is asked for stays in the form."""

    def __init__(self, screen: Screen, audit: Audit) -> None:
        self._screen = screen
        self._audit = audit
        self._wanted = EVERYTHING
        self._before: list[int] = []  # where each page after the first begins, up to the one that is shown
        self._next: int | None = None
        ui.add_head_html(STYLE)
        with screen.frame(screen.words("audit.title"), "/audit").classes("audit"):
            head = Region().on_press(screen.pressed)
            self._list = Region("panel").on_press(screen.pressed)
        head.show(view.head(screen.showing))
        screen.on(find=self._find, older=self._older, newer=self._newer)

    async def refresh(self) -> None:
        """Draw the page of lines."""
        before = self._before[-1] if self._before else None
        found = await self._audit.newest(self._screen.user, self._wanted, _PER_PAGE + 1, before)
        shown: tuple[Entry, ...] = found[:_PER_PAGE]
        self._next = shown[-1].position if len(found) > _PER_PAGE else None
        page = len(self._before) + 1
        filtered = self._wanted != EVERYTHING
        self._list.show(view.entries(self._screen.showing, shown, page, self._next is not None, filtered))

    async def _find(self, user: User, _item: str, form: dict[str, str]) -> None:
        zone = self._screen.console.site().zone
        self._screen.user = user
        self._wanted = Wanted(
            by=form["by"].strip() or None,
            what=Did(form["what"]) if form["what"] else None,
            about=form["about"].strip() or None,
            since=_midnight(form["since"], zone),
            until=_midnight(form["until"], zone, days=1),
        )
        self._before = []
        await self.refresh()

    async def _older(self, user: User, _item: str, _form: dict[str, str]) -> None:
        self._screen.user = user
        if self._next is not None:
            self._before.append(self._next)
        await self.refresh()

    async def _newer(self, user: User, _item: str, _form: dict[str, str]) -> None:
        self._screen.user = user
        if self._before:
            self._before.pop()
        await self.refresh()


def _midnight(day: str, zone: tzinfo, days: int = 0) -> datetime | None:
    """When the day of a date field begins in the zone, some days later; None when it is empty."""
    if not day:
        return None
    return (datetime.fromisoformat(day) + timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
