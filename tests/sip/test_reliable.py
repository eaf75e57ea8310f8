from __future__ import annotations

import pytest

from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.reliable import ReliableProvisional, acknowledgement, is_required, sequence
from ivr.sip.server_transaction import ServerTransaction
from tests.sip.bench import Wire
from tests.sip.test_body import message
from tests.sip.virtual_timers import VirtualTimers


class Ringing:
    """A reliable 180 on its way."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.timers = VirtualTimers()
        self.is_given_up = False
        invite = message("", "")
        server = ServerTransaction(invite, Hop("192.0.2.9", 5062), self.wire, self.timers, self.over)
        self.reliable = ReliableProvisional(server, self.timers, self.give_up)
        self.reliable.send(invite.respond(180, tag="ours", headers=self.reliable.headers))
        self.rseq = dict(self.reliable.headers)["rseq"]

    def over(self, *transaction: object) -> None:
        """What becomes of the transaction is tested elsewhere."""

    def give_up(self) -> None:
        self.is_given_up = True


def test_it_is_repeated_ever_more_rarely_and_given_up_after_64_t1() -> None:
    ringing = Ringing()
    moments = []
    for _ in range(132):
        before = len(ringing.wire.sent)
        ringing.timers.advance(0.25)
        moments += [ringing.timers.now] * (len(ringing.wire.sent) - before)
    assert moments == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert ringing.is_given_up
    assert not ringing.reliable.is_waiting


def test_its_prack_ends_the_repeating() -> None:
    ringing = Ringing()
    ringing.reliable.confirm(message("", "", f"RAck: {ringing.rseq} 1 INVITE\r\n"))
    ringing.timers.advance(100)
    assert len(ringing.wire.sent) == 1
    assert not ringing.is_given_up


@pytest.mark.parametrize(("rack", "code"), [("1 1 INVITE", 481), ("{} 2 INVITE", 481), ("{} 1 BYE", 481), ("x", 400)])
def test_a_prack_for_something_else_confirms_nothing(rack: str, code: int) -> None:
    ringing = Ringing()
    rack = rack.replace("1 1", f"{int(ringing.rseq) + 1} 1").format(ringing.rseq)
    with pytest.raises(SipFault) as caught:
        ringing.reliable.confirm(message("", "", f"RAck: {rack}\r\n"))
    assert caught.value.code == code
    assert ringing.reliable.is_waiting


def test_a_second_prack_confirms_nothing() -> None:
    ringing = Ringing()
    prack = message("", "", f"RAck: {ringing.rseq} 1 INVITE\r\n")
    ringing.reliable.confirm(prack)
    with pytest.raises(SipFault):
        ringing.reliable.confirm(prack)


def test_only_what_wants_a_prack_has_a_sequence_number() -> None:
    invite = message("", "", "Require: 100REL\r\n")
    assert is_required(invite)
    reliable = (("require", "100rel"), ("rseq", "17"))
    assert sequence(invite.respond(183, headers=reliable)) == 17
    assert acknowledgement(invite.respond(183, headers=reliable)) == ("rack", "17 1 INVITE")
    for status, headers in ((183, reliable[1:]), (183, reliable[:1]), (200, reliable), (100, reliable)):
        assert sequence(invite.respond(status, headers=headers)) is None
