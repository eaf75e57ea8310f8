"""Well-formed messages that make no sense: what RFC 4475, 3.2 to 3.4, describes, in our own words and names."""

from __future__ import annotations

from tests.sip.bench import SDP
from tests.sip.torture.case import Case, headers, invite, message, plain

LAYERS = (
    Case(
        "3.2.1 a branch of nothing but the magic cookie is as good as none",
        plain("OPTIONS", "cookie").replace(b"z9hG4bK-cookie", b"z9hG4bK"),
        200,
    ),
    Case(
        "3.3.1 without From, To and Call-ID there is nothing that an answer could repeat",
        message("INVITE sip:hotline@192.0.2.1 SIP/2.0", "CSeq: 193942 INVITE", "Via: SIP/2.0/UDP 192.0.2.9", body=SDP),
        0,
    ),
    Case(
        "3.3.2 a request URI of a scheme that nobody knows",
        invite("scheme", start="INVITE nobodyKnowsThis:totallyopaquecontent SIP/2.0"),
        416,
    ),
    Case(
        "3.3.3 a request URI of a scheme that others know",
        invite("beep", start="INVITE soap.beep://192.0.2.103:3002 SIP/2.0"),
        416,
    ),
    Case(
        "3.3.4 unknown schemes in To and From do not concern us",
        invite("schemes")
        .replace(b"From: <sip:ann@", b"From: <name:Ann_Lee@")
        .replace(b"To: <sip:", b"To: <isbn:29838"),
        180,
    ),
    Case(
        "3.3.4 an unknown scheme in Contact does: there is no way back",
        invite("no-way").replace(b"Contact: <sip:ann@192.0.2.9:5062>", b"Contact: <name:Ann_Lee>"),
        416,
    ),
    Case(
        "3.3.5 a required extension that we lack is refused, Proxy-Require is not our business",
        invite("require", "Require: nothingSupportsThis, norThis", "Proxy-Require: noProxiesSupportThis"),
        420,
    ),
    Case(
        "3.3.6 a body of an unknown type",
        invite("type").replace(b"application/sdp", b"application/unknownformat"),
        415,
    ),
    Case(
        "3.3.7 authorisation by an unknown scheme that nobody asked for is ignored",
        plain("OPTIONS", "authorised", "Authorization: NoOneKnowsThisScheme opaque-data=here"),
        200,
    ),
    Case(
        "3.3.8 two values of a header that has one",
        invite("twice", "CSeq: 5 INVITE", "Call-ID: another@192.0.2.9", "From: <sip:eve@192.0.2.66>;tag=e"),
        400,
    ),
    Case("3.3.8 two Max-Forwards", invite("hops-twice", "Max-Forwards: 5"), 400),
    Case("3.3.8 two Content-Types", invite("types", "Content-Type: text/plain"), 400),
    Case(
        "3.3.9 two Content-Lengths: nobody knows where the body ends",
        invite("lengths", "Content-Length: 5"),
        400,
    ),
    Case(
        "3.3.10 a response sent to the broadcast address of somebody else's hop",
        message("SIP/2.0 200 OK", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1", *headers("INVITE", "broadcast")),
        0,
    ),
    Case(
        "3.3.11 a Max-Forwards of 0 has just arrived where it should",
        plain("OPTIONS", "zero").replace(b"Max-Forwards: 70", b"Max-Forwards: 0"),
        200,
    ),
    Case(
        "3.3.12 a REGISTER with parameters of Contact",
        plain("REGISTER", "parameter", "Contact: <sip:ann@192.0.2.9>;unknownparam"),
        405,
    ),
    Case(
        "3.3.13 a REGISTER with parameters of the URI in Contact",
        plain("REGISTER", "uri-parameter", "Contact: <sip:ann@192.0.2.9;unknownparam>"),
        405,
    ),
    Case(
        "3.3.14 a REGISTER with an escaped header in Contact",
        plain("REGISTER", "escaped-header", "Contact: <sip:ann@192.0.2.9?Route=%3Csip:192.0.2.66%3E>"),
        405,
    ),
    Case("3.3.15 an answer that they could not accept", invite("accept", "Accept: text/nobodyKnowsThis"), 406),
    Case("3.3.15 an answer of any kind that they would accept", invite("any", "Accept: application/*;q=0.5, */*"), 180),
    Case(
        "3.4.1 an INVITE as RFC 2543 had it: no branch, no tag, no Max-Forwards, no Contact brackets",
        message(
            "INVITE sip:hotline@192.0.2.1 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.9:5062",
            "From: Ann Lee <sip:ann@192.0.2.9>",
            "To: sip:hotline@192.0.2.1",
            "Call-ID: 1999@192.0.2.9",
            "CSeq: 1 INVITE",
            "Contact: sip:ann@192.0.2.9:5062",
            "Content-Type: application/sdp",
            body=SDP,
        ),
        180,
    ),
)
