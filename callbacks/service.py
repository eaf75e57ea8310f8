"""The promise book as the rest of the program sees it.

Every method that changes something is one transaction: ledger entries, rows and events commit together. Unknown ids
raise `config.errors.NotFound`; what the state of things does not allow raises `config.errors.Refused`.
"""

from __future__ import annotations

from callbacks.aftercare.follow_up import FollowUps
from callbacks.aftercare.progress import Progress
from callbacks.aftercare.rating_book import RatingBook
from callbacks.cases.book import CaseBook
from callbacks.cases.care import CaseCare
from callbacks.cases.exceptions import CaseExceptions
from callbacks.cases.sifting import Sifting
from callbacks.cases.solved import SolvedCases
from callbacks.contacts.care import ContactCare
from callbacks.contacts.contact_import import ContactImport
from callbacks.desk_book import DeskBook
from callbacks.keeping import Keeping
from callbacks.letters.book import MessageBook
from callbacks.list_book import ListBook
from callbacks.meeting import Meeting
from callbacks.privacy.book import PrivacyBook
from callbacks.problems.book import ProblemBook
from callbacks.problems.preview import SolutionPreviews
from callbacks.promising import Promising
from callbacks.reports.report_book import ReportBook
from callbacks.status.standing import Standings


class PromiseBook(
    ContactImport,
    CaseBook,
    CaseExceptions,
    CaseCare,
    ContactCare,
    ListBook,
    PrivacyBook,
    ProblemBook,
    SolutionPreviews,
    Promising,
    Keeping,
    Meeting,
    Progress,
    FollowUps,
    RatingBook,
    MessageBook,
    Standings,
    ReportBook,
    Sifting,
    SolvedCases,
    DeskBook,
):
    """Contacts, cases, problems and promises: `PromiseBook(store, clock, rules)`, see `Bookkeeping` for the rest."""
