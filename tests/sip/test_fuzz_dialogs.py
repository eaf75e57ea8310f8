"""A peer that does anything at any time: calls, answers, cancels, repeats itself, confuses tags and branches, falls
silent. Whatever it does, every leg has one life in lawful order, and nothing is left of it afterwards.
"""

from __future__ import annotations

import contextlib

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ivr.messages import (
    Dial,
    DigitPressed,
    EarlyMedia,
    EdgeEvent,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    LegHeld,
    LegRinging,
    ReferEnded,
    TransferAsked,
)
from ivr.sip.incoming import IncomingLeg
from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, THEM, Bench, request

_CALLS = st.sampled_from(["a", "b", "c"])
_WHICH = st.integers(0, 40)
_RIGHT = st.sampled_from([True, True, True, True, False])
_HELD = SDP + "a=sendonly\r\n"
_UNUSABLE = SDP.replace("0 8 101", "18")
_OFFERS = st.sampled_from([SDP, SDP, "", _HELD, _UNUSABLE, "nonsense"])
_STATUSES = st.sampled_from([100, 180, 183, 200, 200, 200, 202, 302, 401, 407, 408, 422, 481, 486, 487, 491, 500, 603])

#: What may be told of a leg, and where that leads; anything else is out of order.
_LAWFUL: dict[str, dict[type[EdgeEvent], str]] = {
    "": {LegArrived: "arrived"},
    "arrived": {LegAnswered: "up", LegEnded: "over", DigitPressed: "arrived", LegHeld: "arrived"},
    "dialled": {LegRinging: "dialled", EarlyMedia: "dialled", LegAnswered: "up", LegFailed: "over"},
    "up": {
        DigitPressed: "up",
        LegHeld: "up",
        ReferEnded: "up",
        TransferAsked: "up",
        LegEnded: "over",
    },
    "over": {},
}


class Peer(RuleBasedStateMachine):
    """The peer and the user agent it plays with."""

    @initialize()
    def begin(self) -> None:
        self.bench = Bench(ports=6)
        self.life: dict[str, str] = {}
        self.seen = 0
        self.said: list[bytes] = []
        self.count = 1
        self.dialled = 0
        self._logs = contextlib.ExitStack()
        self.logs = self._logs.enter_context(structlog.testing.capture_logs())

    # --- what the peer does ----------------------------------------------------------------------------------------

    @rule(call=_CALLS, offer=_OFFERS, extra=st.sampled_from(["", "", "Require: 100rel\r\n", "Supported: timer\r\n"]))
    def calls(self, call: str, offer: str, extra: str) -> None:
        self._say(request("INVITE", body=offer, call_id=call, branch=f"z9hG4bK-{call}", extra=extra))

    @rule(call=_CALLS, right=_RIGHT)
    def cancels(self, call: str, right: bool) -> None:
        self._say(request("CANCEL", call_id=call, branch=f"z9hG4bK-{call}" if right else "z9hG4bK-other"))

    @rule(call=_CALLS, right=_RIGHT, body=st.sampled_from(["", "", SDP, _UNUSABLE]))
    def acknowledges(self, call: str, right: bool, body: str) -> None:
        branch = f"z9hG4bK-{call}" if right and not body else "z9hG4bK-ack"
        for cseq in (1, self.count):
            self._say(request("ACK", call_id=call, to=self._to(call, right), branch=branch, cseq=cseq, body=body))

    @rule(call=_CALLS, right=_RIGHT, offer=_OFFERS, method=st.sampled_from(["INVITE", "UPDATE"]))
    def offers_anew(self, call: str, right: bool, offer: str, method: str) -> None:
        self._inside(method, call, right, body=offer)

    @rule(
        call=_CALLS,
        right=_RIGHT,
        method=st.sampled_from(["BYE", "INFO", "OPTIONS", "NOTIFY", "REFER", "PRACK", "MESSAGE"]),
        extra=st.sampled_from(
            [
                "",
                "Event: refer\r\nSubscription-State: terminated\r\nContent-Type: message/sipfrag\r\n",
                "Refer-To: <sip:x@192.0.2.9>\r\n",
                "RAck: 1 1 INVITE\r\n",
            ]
        ),
        body=st.sampled_from(["", "SIP/2.0 200 OK", "Signal=5\r\n"]),
    )
    def asks_inside(self, call: str, right: bool, method: str, extra: str, body: str) -> None:
        self._inside(method, call, right, body=body, extra=extra, content_type="application/dtmf-relay")

    @rule(which=_WHICH)
    @precondition(lambda self: self.said)
    def repeats_itself(self, which: int) -> None:
        self.bench.agent.receive(self.said[which % len(self.said)], THEM)

    @rule(
        which=_WHICH,
        status=_STATUSES,
        tag=st.sampled_from(["phone", "phone", "other", ""]),
        body=st.sampled_from([SDP, SDP, "", _UNUSABLE]),
        extra=st.sampled_from(
            [
                (),
                (("www-authenticate", 'Digest realm="a", nonce="b"'),),
                (("contact", "<sip:elsewhere@192.0.2.10>"),),
                (("require", "100rel"), ("rseq", "1")),
                (("session-expires", "90;refresher=uac"),),
            ]
        ),
    )
    @precondition(lambda self: self._asked())
    def replies(self, which: int, status: int, tag: str, body: str, extra: tuple[tuple[str, str], ...]) -> None:
        asked = self._asked()[-1 - which % min(8, len(self._asked()))]
        body = body if asked.method == "INVITE" else ""
        headers = (("contact", "<sip:agent@192.0.2.9:5062>"), *extra)
        headers = (*headers, ("content-type", "application/sdp")) if body else headers
        self._say(asked.respond(status, tag=tag, headers=headers, body=body.encode()).serialise())

    # --- what we do ------------------------------------------------------------------------------------------------

    @rule(ring=st.sampled_from([5.0, 30.0]))
    @precondition(lambda self: self.dialled < 4)
    def we_dial(self, ring: float) -> None:
        self.dialled += 1
        leg = f"out-{self.dialled}"
        self.life[leg] = "dialled"
        self.bench.agent.dial(Dial(leg, "sip:agent@192.0.2.9:5062", "+8215880000", ring))

    @rule(which=_WHICH, what=st.sampled_from(["answer", "answer", "reject", "hang up", "refer"]))
    @precondition(lambda self: self.bench.agent.legs)
    def we_decide(self, which: int, what: str) -> None:
        legs = list(self.bench.agent.legs.values())  # not by their names, which are random
        leg = legs[which % len(legs)]
        if what == "hang up":
            leg.hang_up()
        elif what == "refer":
            if self.life.get(leg.id) == "up":
                leg.refer("sip:third@192.0.2.9")
        elif isinstance(leg, IncomingLeg):
            leg.answer() if what == "answer" else leg.reject(486)

    @rule(seconds=st.sampled_from([0.3, 0.6, 6.0, 40.0, 2000.0]))
    def time_passes(self, seconds: float) -> None:
        self.bench.during(seconds)

    # --- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def every_leg_lives_in_lawful_order_and_has_its_port_as_long(self) -> None:
        self._follow()
        alive = {leg for leg, state in self.life.items() if state != "over"}
        assert set(self.bench.media.open) == set(self.bench.agent.legs) == alive

    @invariant()
    def nothing_was_logged_that_should_wake_anybody(self) -> None:
        assert not [entry for entry in self.logs if entry["log_level"] in ("error", "critical")]

    def teardown(self) -> None:
        if not hasattr(self, "bench"):
            return
        self.bench.agent.hang_up_all()
        self.bench.during(100_000)
        self._follow()
        self.nothing_was_logged_that_should_wake_anybody()
        self._logs.close()
        assert not self.bench.media.open
        assert not self.bench.agent.legs
        assert self.bench.agent.transactions.count == 0
        assert self.bench.timers.pending == 0

    def _follow(self) -> None:
        for event in self.bench.events[self.seen :]:
            before = self.life.get(event.leg, "")
            assert type(event) in _LAWFUL[before], f"{event} of a leg that is {before or 'unheard of'}"
            self.life[event.leg] = _LAWFUL[before][type(event)]
        self.seen = len(self.bench.events)

    # --- how -------------------------------------------------------------------------------------------------------

    def _say(self, data: bytes) -> None:
        self.said.append(data)
        self.bench.agent.receive(data, THEM)

    def _inside(self, method: str, call: str, right: bool, **more: str) -> None:
        self.count += 1
        to = self._to(call, right)
        branch = f"z9hG4bK-{self.count}"
        self._say(request(method, call_id=call, to=to, cseq=self.count, branch=branch, **more))

    def _to(self, call: str, right: bool) -> str:
        """Our address with the tag that we gave to this call last."""
        tags = [
            sent.to.tag
            for sent, _ in self.bench.wire.sent
            if isinstance(sent, Response) and sent.call_id == call and sent.to.tag
        ]
        return f"<sip:hotline@192.0.2.1>;tag={tags[-1]}" if tags and right else "<sip:hotline@192.0.2.1>;tag=nobody"

    def _asked(self) -> list[Request]:
        return [sent for sent, _ in self.bench.wire.sent if isinstance(sent, Request) and sent.method != "ACK"]


TestPeer = Peer.TestCase
TestPeer.settings = settings(stateful_step_count=40, max_examples=max(200, settings().max_examples))
