"""The book behind the table of rights: the book's pages reach it only through here.

Every method takes who asks, raises `Forbidden` when their role does not allow it, and else what the book raises.
"""

from __future__ import annotations

from console.book.cases import CaseService
from console.book.contacts import ContactService
from console.book.privacy import PrivacyService
from console.book.problems import ProblemService
from console.book.promises import PromiseService
from console.book.ratings import RatingService


class BookService(ContactService, CaseService, ProblemService, PromiseService, PrivacyService, RatingService):
    """Contacts, cases, problems, promises, privacy and ratings: `BookService(parts)`."""
