"""Messages drawn from the grammar and then damaged, thrown at a user agent that has calls in every state.

`--hypothesis-profile=long` throws two hundred times as many.
"""

from __future__ import annotations

import re

import structlog
from hypothesis import given
from hypothesis import strategies as st

from ivr.messages import LegAnswered, LegArrived, LegEnded, LegFailed
from ivr.sip.address import parse_address
from ivr.sip.fault import SipFault
from ivr.sip.message import Request, Response
from ivr.sip.parser import parse, read_lines
from tests.sip.bench import SDP, THEM, Bench, request
from tests.sip.grammar import damaged, fill, messages

#: Longer than any timer of ours: a session timer, a re-registration.
_FOR_EVER = 100_000


class Calls:
    """A user agent with one call that rings, one of theirs that is up, one of ours that rings and one that is up."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.bench.receive(request("INVITE", body=SDP, call_id="ringing"))
        _, up = self.bench.established(call_id="up")
        dialling = self.bench.dial(leg="dialling")
        self.bench.reply(dialling, 180)
        outgoing = self.bench.dial(leg="outgoing")
        self.bench.reply(outgoing, 200, body=SDP.encode())
        ours = parse_address(up).tag
        ringing = next(leg.dialog.local.tag for leg in self.bench.agent.legs.values() if leg.dialog is not None)
        #: What `tests.sip.grammar.KNOWN` stands for, once for each call.
        self.names = (
            ("up", ours, "theirs", "z9hG4bK-up-INVITE-1"),
            ("ringing", ringing, "theirs", "z9hG4bK-ringing-INVITE-1"),
            (dialling.call_id, dialling.from_.tag, "phone", dialling.vias[0].branch),
            (outgoing.call_id, outgoing.from_.tag, "phone", outgoing.vias[0].branch),
        )

    def throw(self, data: bytes) -> list[bytes]:
        """What is sent because of a datagram."""
        before = len(self.bench.wire.raw)
        self.bench.agent.receive(data, THEM)
        return self.bench.wire.raw[before:]

    def end(self) -> None:
        """Everything is hung up, and time passes."""
        self.bench.during(1)
        for leg in list(self.bench.agent.legs.values()):
            leg.hang_up()
        self.bench.during(_FOR_EVER)


def _check_answers(data: bytes, sent: list[bytes]) -> None:
    """At most the answer and what it entails (487 of what is cancelled, an ACK, a BYE); each of them well formed."""
    assert len(sent) <= 3
    asked: Request | Response | None = None
    try:
        asked = parse(data)
    except SipFault:
        headers = dict(read_lines(data).headers) if sent else {}
    else:
        headers = {}
    keys = []
    for raw in sent:
        _check_form(raw)
        if headers:  # the refusal of what could not be read repeats it as it is
            assert raw.startswith(b"SIP/2.0 ")
            continue
        message = parse(raw)
        if not isinstance(message, Response):
            continue
        keys.append((message.vias[0].branch, message.method, message.call_id))
        assert message.status == 100 or message.to.tag
        if isinstance(asked, Request) and message.method == asked.method:
            assert message.cseq == asked.cseq
            assert message.call_id == asked.call_id
            assert message.from_ == asked.from_
            assert [hop.branch for hop in message.vias] == [hop.branch for hop in asked.vias]
    assert len(keys) == len(set(keys)), "two answers to one request"


def _check_form(raw: bytes) -> None:
    head, end, body = raw.partition(b"\r\n\r\n")
    assert end
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n", head)
    lengths = re.findall(rb"(?mi)^content-length: (\d+)\r?$", head)
    assert lengths == [str(len(body)).encode()]


def _check_events(bench: Bench) -> None:
    """Every leg had one beginning and one end."""
    for kind in (LegArrived, LegAnswered, LegFailed, LegEnded):
        legs = [event.leg for event in bench.events if isinstance(event, kind)]
        assert len(legs) == len(set(legs)), kind
    ended = [event.leg for event in bench.events if isinstance(event, LegEnded | LegFailed)]
    begun = {event.leg for event in bench.events if isinstance(event, LegArrived)} | {"dialling", "outgoing"}
    assert sorted(ended) == sorted(begun)


def _check_empty(bench: Bench) -> None:
    assert not bench.media.open
    assert not bench.agent.legs
    assert bench.agent.transactions.count == 0
    assert bench.timers.pending == 0


@given(st.lists(st.tuples(st.one_of(messages(), damaged()), st.integers(0, 3)), min_size=1, max_size=6))
def test_whatever_comes_is_answered_well_once_or_not_at_all_and_leaves_nothing(thrown: list[tuple[bytes, int]]) -> None:
    with structlog.testing.capture_logs() as logs:
        calls = Calls()
        for drawn, which in thrown:
            data = fill(drawn, calls.names[which])
            _check_answers(data, calls.throw(data))
        calls.end()
    _check_events(calls.bench)
    _check_empty(calls.bench)
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")]


@given(messages())
def test_what_is_read_is_written_and_read_back_the_same(drawn: bytes) -> None:
    data = fill(drawn, ("call", "ours", "theirs", "z9hG4bKbranch"))
    try:
        message = parse(data)
    except SipFault:
        return  # valid in its grammar, too much or too little in its sense
    again = parse(message.serialise())
    assert again == message
    assert again.serialise() == message.serialise()


@given(damaged())
def test_what_is_read_of_a_damaged_message_is_written_so_that_it_can_be_read(drawn: bytes) -> None:
    try:
        message = parse(drawn)
    except SipFault:
        return
    again = parse(message.serialise())
    assert (again.method, again.cseq, again.call_id, again.vias) == (
        message.method,
        message.cseq,
        message.call_id,
        message.vias,
    )
    assert (again.from_.tag, again.to.tag, again.body) == (message.from_.tag, message.to.tag, message.body)


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except SipFault:
        return
