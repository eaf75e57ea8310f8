"""The room of the book: contacts, cases, problems, promises, privacy and ratings as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.book.ground import BookParts
from console.book.service import BookService
from console.identity.users import Action
from console.pages.book_page import BookPage
from console.pages.cases import CasePage, CasesPage
from console.pages.contacts import ContactPage, ContactsPage
from console.pages.contacts_import import ImportPage
from console.pages.outcomes import RatingsPage
from console.pages.privacy import PrivacyPage
from console.pages.problems import ProblemPage, ProblemsPage
from console.pages.promises import PromisePage, PromisesPage
from console.pages.screen import Screen
from console.places import Place, Wing
from console.rooms import Page, Room


def build_book(parts: BookParts) -> Room:
    """The pages."""
    service = BookService(parts)

    def page(path: str, label: str, action: Action, build: type[BookPage], *, listed: bool = True) -> Page:
        return Page(Place(path, label, Wing.BOOK, action, listed), _drawing(build, service))

    return Room(
        pages=(
            page("/contacts", "contacts.page", Action.SEE_CONTACTS, ContactsPage),
            page("/contact", "contacts.one", Action.SEE_CONTACTS, ContactPage, listed=False),
            page("/contacts/import", "contacts.import", Action.IMPORT_CONTACTS, ImportPage, listed=False),
            page("/cases", "cases.page", Action.SEE_CASES, CasesPage),
            page("/case", "cases.case", Action.SEE_CASES, CasePage, listed=False),
            page("/promises", "promises.page", Action.SEE_PROMISES, PromisesPage),
            page("/promise", "promises.promise", Action.SEE_PROMISES, PromisePage, listed=False),
            page("/problems", "problems.page", Action.SEE_PROBLEMS, ProblemsPage),
            page("/problem", "problems.one", Action.SEE_PROBLEMS, ProblemPage, listed=False),
            page("/ratings", "ratings.page", Action.SEE_RATINGS, RatingsPage),
            page("/privacy", "privacy.page", Action.SEE_MESSAGES, PrivacyPage),
        )
    )


def _drawing(build: type[BookPage], service: BookService) -> Callable[[Screen], Awaitable[None]]:
    async def draw(screen: Screen) -> None:
        await build.check(screen, service)
        await build(screen, service).refresh()

    return draw
