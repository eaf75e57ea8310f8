"""Prompts: looked through, listened to, recorded, approved."""

from __future__ import annotations

from nicegui import ui

from console.identity.users import User
from console.pages import prompts_view
from console.pages.screen import Region, Screen
from console.workshop.prompt_studio import PieceView, PromptService, Show, chosen


class PromptsPage:
    """Draws the repertoire of one language beside the piece that is looked at."""

    def __init__(self, screen: Screen, service: PromptService) -> None:
        self._screen = screen
        self._service = service
        self._languages = service.languages(screen.user)
        wanted = screen.query.get("language", screen.words.language)
        self._language = wanted if wanted in self._languages else next(iter(self._languages), "")
        self._show, self._words, self._key = Show.ALL, "", screen.query.get("piece", "")
        ui.add_head_html(prompts_view.assets())
        with screen.frame(screen.words("prompts.title"), "/prompts").classes("prompts"):
            self._head = Region("panel").on_press(screen.pressed)
            with ui.element("div").classes("split"):
                self._list = Region("panel repertoire", "nav", screen.words("prompts.list")).on_press(screen.pressed)
                self._piece = Region("panel piece", "section", screen.words("prompts.piece")).on_press(screen.pressed)
        screen.on(
            look=self._look,
            choose=self._choose,
            approve=self._approve,
            discard=self._discard,
            revert=self._revert,
            recorded=self._recorded,
        )

    async def refresh(self) -> None:
        """Draw what is so now."""
        pieces = await self._service.pieces(self._screen.user, self._language)
        shown = chosen(pieces, self._show, self._words)
        looked_at = self._looked_at(shown)
        show = self._screen.showing
        self._head.show(prompts_view.head(show, self._languages, self._language, pieces, self._show))
        self._list.show(prompts_view.repertoire(show, shown, looked_at.piece.id if looked_at else ""))
        moods = [one for one in pieces if looked_at is not None and one.piece.id == looked_at.piece.id]
        self._piece.show(prompts_view.piece(show, moods))

    def _looked_at(self, shown: tuple[PieceView, ...]) -> PieceView | None:
        """What was chosen, while it is among those shown; else the first of them."""
        return next((one for one in shown if one.piece.id == self._key), next(iter(shown), None))

    async def _look(self, _user: User, _item: str, form: dict[str, str]) -> None:
        self._show, self._words = Show(form.get("show", Show.ALL)), form.get("words", "")
        await self.refresh()

    async def _choose(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._key = item
        await self.refresh()

    async def _approve(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.approve(user, item)
        self._screen.say(self._screen.words("prompts.approved"))
        await self.refresh()

    async def _discard(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.discard(user, item)
        await self.refresh()

    async def _revert(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.revert(user, item)
        self._screen.say(self._screen.words("prompts.reverted"))
        await self.refresh()

    async def _recorded(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._screen.say(self._screen.words("prompts.recorded"))
        await self.refresh()
