"""The early dialogs of a call of ours: every phone that rings has one (RFC 3261, 12.1; RFC 3262, 4)."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.sip import reliable
from ivr.sip.dialog import Dialog
from ivr.sip.fault import SipFault
from ivr.sip.message import Request, Response
from ivr.sip.offer_answer import Choice

#: Phones that may ring at once for one INVITE.
MOST_FORKS = 32


@dataclass(slots=True)
class EarlyDialog:
    """One phone that rings. `rseq` counts its reliable responses; `choice` is the audio it sends before it answers.
    `is_agreed`: that was its answer for good, since it came reliably; the 200 need not repeat it. `talks`: it answers
    when it is asked to (`ivr.sip.talk`)."""

    dialog: Dialog
    rseq: int | None = None
    choice: Choice | None = None
    is_agreed: bool = False
    talks: bool = False

    def takes(self, response: Response) -> bool:
        """Whether a provisional response is news: False for a repeated reliable one, or one that comes too early."""
        rseq = reliable.sequence(response)
        if rseq is None:
            return True
        if self.rseq is not None and rseq != self.rseq + 1:
            return False
        self.rseq = rseq
        return True

    def confirm(self, invite: Request, response: Response) -> Dialog:
        """The dialog as the 2xx makes it: its route anew (RFC 3261, 13.2.2.4), its counts going on. Raises SipFault."""
        found = Dialog.of_client(invite, response)
        self.dialog.target, self.dialog.routes = found.target, found.routes
        return self.dialog


class EarlyDialogs:
    """All of one INVITE, by their tag."""

    def __init__(self) -> None:
        self._found: dict[str, EarlyDialog] = {}

    def of(self, invite: Request, response: Response) -> EarlyDialog | None:
        """The early dialog of a provisional response, made if it is the first one; None where it makes none: without a
        tag, or where the way back cannot be read, or if more phones ring than any proxy forks to."""
        tag = response.to.tag
        if tag and tag not in self._found and len(self._found) < MOST_FORKS:
            try:
                self._found[tag] = EarlyDialog(Dialog.of_client(invite, response))
            except SipFault:
                return None
        return self._found.get(tag)

    def find(self, tag: str) -> EarlyDialog | None:
        """The one of that tag of theirs."""
        return self._found.get(tag)

    def first_that_talks(self) -> EarlyDialog | None:
        """The phone that rang first of those that answer when they are asked to."""
        return next((early for early in self._found.values() if early.talks), None)

    def clear(self) -> tuple[Dialog, ...]:
        """Forget them; their dialogs."""
        dialogs = tuple(early.dialog for early in self._found.values())
        self._found.clear()
        return dialogs
