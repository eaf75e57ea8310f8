"""SIPp scenarios from short lists of steps: `scenario("what it shows", invite(), receive(180), ...)` is SIPp's XML.

Every scenario is one call of one side. What SIPp fills in stands in square brackets, as in its manual; `[audio_port]`,
`[audio_host]`, `[ip]` and `[blank]` are ours and come by `-key` (`tests.live.peers.sipp`). A check that is not met, a
message that does not come or one that was not expected ends SIPp with exit code 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

CALLER = "+821055501234"


def session(direction: str = "", *, version: int = 1, host: str = "[audio_host]", media: str = "") -> str:
    """A session description: G.711 and keys at `[audio_port]`, or what `media` says."""
    described = f"v=0\no=sipp 1 {version} IN [ip] {host}\ns=-\nc=IN [ip] {host}\nt=0 0\n"
    described += media or (
        "m=audio [audio_port] RTP/AVP 0 101\na=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n"
    )
    return described + (f"a={direction}\n" if direction else "")


OFFER = session()

_NAMED = re.compile(r'assign_to="(\w+)"')
_USED = re.compile(r"\[\$(\w+)\]")


@dataclass(frozen=True)
class Check:
    """A regular expression that a received message must match (or must not), and the variable that keeps the match."""

    regexp: str
    where: str = "msg"
    header: str = ""
    absent: bool = False
    name: str = ""

    def xml(self, number: int) -> str:
        place = f'search_in="{self.where}"' + (f' header="{self.header}:"' if self.header else "")
        how = "check_it_inverse" if self.absent else "check_it"
        return f'<ereg regexp={quoteattr(self.regexp)} {place} {how}="true" assign_to="{self.name or f"c{number}"}"/>'


def says(header: str, regexp: str = ".+") -> Check:
    """The header is there and matches (POSIX extended)."""
    return Check(regexp, "hdr", header)


def lacks(regexp: str) -> Check:
    """Nowhere in the message."""
    return Check(regexp, absent=True)


def holds(regexp: str) -> Check:
    """Somewhere in the message, body included."""
    return Check(regexp)


def keep(name: str, header: str, regexp: str = ".*") -> Check:
    """Keep what matches in `[$name]`."""
    return Check(regexp, "hdr", header, name=name)


#: The request came through a proxy.
TWO_VIAS = Check("Via: .*Via: |Via: [^,]+, *SIP")


@dataclass(frozen=True)
class Step:
    """A piece of the scenario; `checks` are numbered when the scenario is put together."""

    opening: str
    body: str = ""
    checks: tuple[Check, ...] = field(default=())
    actions: str = ""


def scenario(title: str, *steps: Step | tuple[Step, ...]) -> str:
    """The XML of one call."""
    parts: list[str] = []
    number = 0
    for step in (s for entry in steps for s in (entry if isinstance(entry, tuple) else (entry,))):
        tag = step.opening.partition(" ")[0]
        inside = step.body
        if step.checks or step.actions:
            checks = []
            for check in step.checks:
                number += 1
                checks.append(check.xml(number))
            inside = f"<action>{''.join(checks)}{step.actions}</action>"
        parts.append(f"<{step.opening}>{inside}</{tag}>")
    text = "\n".join(parts)
    # SIPp refuses variables that are assigned and never used.
    idle = sorted(set(_NAMED.findall(text)) - set(_USED.findall(text)))
    if idle:
        parts.append(f'<Reference variables="{",".join(idle)}"/>')
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name={quoteattr(title)}>\n'
        + "\n".join(parts)
        + ("\n</scenario>\n")
    )


# --- steps of both sides -------------------------------------------------------------------------------------------


def receive(
    what: int | str, *checks: Check, optional: bool = False, within: int | None = None, routes: bool = False
) -> Step:
    """Wait for a status or a request, `within` milliseconds; `routes`: its Record-Route is our route from now on."""
    kind = f'response="{what}"' if isinstance(what, int) else f'request="{what}"'
    more = (' optional="true"' if optional else "") + (f' timeout="{within}"' if within else "")
    return Step(f"recv {kind}{more}" + (' rrs="true"' if routes else ""), checks=checks)


def send(message: str, *, retransmitted: bool = False, lost: bool = False) -> Step:
    """Send a message: header lines, an empty line, the body. `lost`: it never leaves."""
    more = (' retrans="500"' if retransmitted else "") + (' lost="100"' if lost else "")
    return Step(f"send{more}", "<![CDATA[\n\n" + "\n".join(line.strip() for line in message.splitlines()) + "\n]]>")


def pause(milliseconds: int) -> Step:
    """Do nothing; a message that comes meanwhile and is not expected is a fault."""
    return Step(f'pause milliseconds="{milliseconds}"')


def _tail(headers: str, body: str, content: str) -> str:
    lines = headers.strip()
    kind = f"Content-Type: {content}\n" if body else ""
    return (f"{lines}\n" if lines else "") + f"{kind}Content-Length: [len]\n\n{body}"


# --- SIPp calls us -------------------------------------------------------------------------------------------------


def request(
    method: str,
    cseq: int,
    *,
    headers: str = "",
    body: str = "",
    content: str = "application/sdp",
    branch: str = "[branch]",
    retransmitted: bool = True,
    lost: bool = False,
    to: str = "[peer_tag_param]",
    routes: bool = False,
    uri: str = "sip:hotline@[remote_ip]:[remote_port]",
    number: int | None = None,
) -> Step:
    """A request of the calling side. `number`: the CSeq is that, where it is not to count on."""
    message = f"""{method} {uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch};rport
{"[routes]" if routes else "Max-Forwards: 70"}
From: <sip:{CALLER}@[local_ip]:[local_port]>;tag=[pid]caller[call_number]
To: <sip:hotline@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: {number or cseq} {method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
""" + _tail(headers, body, content)
    return send(message, retransmitted=retransmitted and method != "ACK", lost=lost)


def invite(cseq: int = 1, *, headers: str = "", body: str = OFFER, content: str = "application/sdp") -> Step:
    """The INVITE that begins a call."""
    return request("INVITE", cseq, headers=headers, body=body, content=content, to="")


def ack(cseq: int = 1, *, body: str = "", lost: bool = False, routes: bool = False, uri: str = "[next_url]") -> Step:
    """The ACK of a 2xx."""
    return request("ACK", cseq, body=body, lost=lost, routes=routes, uri=uri)


def refused_ack(cseq: int = 1) -> Step:
    """The ACK of a refusal: the branch of its INVITE."""
    return send(f"""ACK sip:hotline@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
Max-Forwards: 70
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: {cseq} ACK
Content-Length: 0

""")


def ringing(*checks: Check) -> tuple[Step, ...]:
    """100, if it likes, and 180."""
    return receive(100, optional=True), receive(180, *checks)


def answered(*checks: Check, routes: bool = True) -> tuple[Step, ...]:
    """Ringing, 200 and our ACK."""
    return *ringing(), receive(200, *checks, routes=routes), ack()


def hang_up(cseq: int) -> tuple[Step, ...]:
    """BYE and its 200."""
    return request("BYE", cseq, uri="[next_url]"), receive(200)


def respond(status: int, *, reason: str = "Whatever", headers: str = "", body: str = "") -> Step:
    """Answer the request that came last, inside the dialog."""
    return send(
        f"""SIP/2.0 {status} {reason}
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
"""
        + _tail(headers, body, "application/sdp")
    )


def hung_up_on() -> tuple[Step, ...]:
    """They end the call."""
    return receive("BYE"), respond(200)


def calls_by_proxy(user: str) -> Step:
    """The INVITE to a user of the proxy that it is sent to."""
    return request("INVITE", 1, body=OFFER, to="", uri=f"sip:{user}@[remote_ip]:[remote_port]")


def caller_by_proxy(user: str) -> str:
    """A telephone behind a proxy that calls a user of it, keeps to the recorded route, and is hung up on by it too."""
    return scenario(
        f"calls {user} through the proxy",
        calls_by_proxy(user),
        receive(100, optional=True),
        *ringing(),
        receive(200, says("Record-Route", "lr"), routes=True),
        request("ACK", 1, routes=True, uri="[next_url]"),
        receive("BYE", TWO_VIAS),
        respond(200),
    )


# --- we call SIPp --------------------------------------------------------------------------------------------------


def called(*checks: Check) -> Step:
    """Their INVITE; what its answers and our own requests need of it is kept."""
    return receive(
        "INVITE",
        keep("via", "Via"),
        keep("from", "From"),
        keep("to", "To"),
        keep("cseq", "CSeq"),
        Check("sip:[^>]*", "hdr", "Contact", name="contact"),
        *checks,
    )


def answer_invite(
    status: int,
    *,
    headers: str = "",
    body: str = "",
    tag: str = "callee",
    retransmitted: bool = False,
    is_proxied: bool = False,
) -> Step:
    """A response to the INVITE kept by `called`; `is_proxied`: it came last, and has more than one Via."""
    via = "[last_Via:]" if is_proxied else "Via:[$via]"
    to = "[$to]" if status == 100 else f"[$to];tag=[pid]{tag}[call_number]"
    contact = "" if 300 <= status < 400 else "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>\n"
    return send(
        f"""SIP/2.0 {status} Whatever
{via}
From:[$from]
To:{to}
[last_Call-ID:]
CSeq:[$cseq]
"""
        + contact
        + _tail(headers, body, "application/sdp"),
        retransmitted=retransmitted,
    )


def picks_up(*checks: Check, headers: str = "", body: str = OFFER) -> tuple[Step, ...]:
    """180, 200, and their ACK."""
    return (
        answer_invite(180),
        answer_invite(200, headers=headers, body=body, retransmitted=True),
        receive("ACK", *checks),
    )


def request_back(
    method: str, cseq: int, *, headers: str = "", body: str = "", content: str = "application/sdp"
) -> Step:
    """A request of the called side."""
    message = f"""{method} [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From:[$to];tag=[pid]callee[call_number]
To:[$from]
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
""" + _tail(headers, body, content)
    return send(message, retransmitted=method != "ACK")


def hang_up_back(cseq: int = 1) -> tuple[Step, ...]:
    """The called side's BYE and its 200."""
    return request_back("BYE", cseq), receive(200)
