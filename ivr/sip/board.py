"""What a leg needs around it, and what the parts of a leg need of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ivr.messages import EdgeEvent
from ivr.sip.client import Client
from ivr.sip.dialog import Dialog, DialogKey
from ivr.sip.guard import Caller
from ivr.sip.hop import Hop
from ivr.sip.media_port import MediaPort
from ivr.sip.message import Header, Request, Response
from ivr.sip.timers import Timers

if TYPE_CHECKING:  # a leg knows its board, and the board its legs
    from ivr.sip.leg import Leg
    from ivr.sip.outgoing import Way


class Board(Protocol):
    """`ivr.sip.user_agent.UserAgent` is one."""

    client: Client
    timers: Timers
    media: MediaPort
    legs: dict[str, Leg]

    def tell(self, event: EdgeEvent) -> None:
        """Something happened to a leg."""

    def way(self, target: str) -> Way:
        """How a SIP URI or a number is reached. Raises SipFault."""

    def is_trunk(self, source: Hop) -> bool:
        """Whether a request came from one of our trunks, which can be believed."""

    def caller(self, invite: Request, source: Hop) -> Caller:
        """Who calls by an INVITE that was let in."""

    def enter_dialog(self, dialog: Dialog, leg: Leg) -> None:
        """Requests of this dialog now go to this leg."""

    def leave_dialog(self, dialog: Dialog) -> None:
        """They no longer do."""

    def leg_in(self, key: DialogKey) -> Leg | None:
        """The leg of a dialog of ours."""

    def leave(self, leg: Leg) -> None:
        """The leg is over."""


class Ask(Protocol):
    """Sends a request inside the dialog of a leg."""

    def __call__(
        self,
        method: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        headers: tuple[Header, ...] = (),
        body: bytes = b"",
    ) -> None:
        """`on_response` and `on_failure` as in `ivr.sip.client_transaction`."""
