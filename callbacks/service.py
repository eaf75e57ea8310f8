"""The promise book as the rest of the program sees it.

Every method that changes something is one transaction: ledger entries, rows and events commit together. Unknown ids
raise `config.errors.NotFound`; what the state of things does not allow raises `config.errors.Refused`.
"""

from __future__ import annotations

from callbacks.case_book import CaseBook
from callbacks.case_care import CaseCare
from callbacks.case_exceptions import CaseExceptions
from callbacks.contact_care import ContactCare
from callbacks.contact_import import ContactImport
from callbacks.desk_book import DeskBook
from callbacks.follow_up import FollowUps
from callbacks.keeping import Keeping
from callbacks.list_book import ListBook
from callbacks.meeting import Meeting
from callbacks.message_book import MessageBook
from callbacks.privacy_book import PrivacyBook
from callbacks.problem_book import ProblemBook
from callbacks.progress import Progress
from callbacks.promising import Promising
from callbacks.rating_book import RatingBook
from callbacks.report_book import ReportBook
from callbacks.sifting import Sifting
from callbacks.solution_preview import SolutionPreviews
from callbacks.solved_book import SolvedCases
from callbacks.standing import Standings


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
