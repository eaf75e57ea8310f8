"""The promise book as the rest of the program sees it.

Every method that changes something is one transaction: ledger entries, rows and events commit together. Unknown ids
raise `config.errors.NotFound`; what the state of things does not allow raises `config.errors.Refused`.
"""

from __future__ import annotations

from callbacks.case_book import CaseBook
from callbacks.contact_book import ContactBook
from callbacks.keeping import Keeping
from callbacks.meeting import Meeting
from callbacks.problem_book import ProblemBook
from callbacks.promising import Promising


class PromiseBook(ContactBook, CaseBook, ProblemBook, Promising, Keeping, Meeting):
    """Contacts, cases, problems and promises: `PromiseBook(store, clock, rules)`, see `Bookkeeping` for the rest."""
