"""IPv6 where parsers stumble: what RFC 5118, 4, describes, in our own words and names."""

from __future__ import annotations

from tests.sip.bench import SDP
from tests.sip.torture.case import Case, headers, invite, message, plain

_SDP6 = SDP.replace("IP4 192.0.2.9", "IP6 2001:db8::9")
_NEAR6 = "Via: SIP/2.0/UDP [2001:db8::9]:5062;branch=z9hG4bK-six;rport;received=[2001:db8::9]"

IPV6 = (
    Case("4.1 an IPv6 reference as the request URI", plain("OPTIONS", "six", uri="sip:[2001:db8::1]"), 200),
    Case(
        "4.2 an IPv6 address without its brackets",
        invite("bare", start="INVITE sip:2001:db8::1 SIP/2.0"),
        400,
    ),
    Case(
        "4.3 a port inside the brackets is a part of the address",
        invite("inside", start="INVITE sip:hotline@[2001:db8::1:5070] SIP/2.0"),
        180,
    ),
    Case(
        "4.4 a port after the brackets is a port",
        invite("after", start="INVITE sip:hotline@[2001:db8::1]:5070 SIP/2.0"),
        180,
    ),
    Case(
        "4.5 a received parameter may have brackets",
        message("OPTIONS sip:[2001:db8::1] SIP/2.0", _NEAR6, *headers("OPTIONS", "delimiters")),
        200,
    ),
    Case(
        "4.5 and may have none",
        message(
            "OPTIONS sip:[2001:db8::1] SIP/2.0",
            _NEAR6.replace("received=[2001:db8::9]", "received=2001:db8::9:255"),
            *headers("OPTIONS", "no-delimiters"),
        ),
        200,
    ),
    Case(
        "4.7 hops of both kinds on one way",
        plain(
            "OPTIONS",
            "both",
            "Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKa, SIP/2.0/TCP [2001:db8::77]:6050;branch=z9hG4bKb",
        ),
        200,
    ),
    Case(
        "4.9 an IPv4 address in the clothes of IPv6",
        invite("mapped", start="INVITE sip:hotline@[::ffff:192.0.2.1] SIP/2.0"),
        180,
    ),
    Case(
        "4.10 a colon too many, as the grammar of RFC 3261 had it",
        invite("grammar", start="INVITE sip:hotline@[2001:db8:::192.0.2.1] SIP/2.0"),
        400,
    ),
)
#: With an offer of IPv6, which a leg reached by IPv6 can meet.
IPV6_OFFERS = (
    Case("4.6 IPv6 addresses in the offer", invite("offer", body=_SDP6), 180),
    Case(
        "4.8 streams of both kinds in one offer",
        invite("offers", body=_SDP6 + "m=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.9\r\n"),
        180,
    ),
)
