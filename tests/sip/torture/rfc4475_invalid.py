"""Messages that break the grammar: what RFC 4475, 3.1.2, describes, in our own words and names.

Where the RFC leaves the choice between refusing and reading on, we read on: no telephone was ever helped by a 400.
"""

from __future__ import annotations

from tests.sip.torture.case import Case, headers, invite, message, plain

_OVERLARGE = "36893488147419103232"

INVALID = (
    Case(
        "3.1.2.1 separators without anything between them: the hop that cannot be read is a bad request",
        invite("separators").replace(b"Via: SIP/2.0/UDP 192.0.2.9:5062;", b"Via: SIP/2.0/UDP 192.0.2.9:5062;;,;,,;"),
        400,
    ),
    Case(
        "3.1.2.1 surplus semicolons after an address hurt nobody",
        invite("semicolons").replace(b"5062>\r\n", b"5062>;;;;\r\n"),
        180,
    ),
    Case(
        "3.1.2.2 a Content-Length beyond the end is a bad request",
        message(
            "INVITE sip:hotline@192.0.2.1 SIP/2.0", *headers("INVITE", "short"), "Content-Length: 9999", body="v=0"
        ),
        400,
    ),
    Case(
        "3.1.2.3 a negative Content-Length is a bad request",
        message("INVITE sip:hotline@192.0.2.1 SIP/2.0", *headers("INVITE", "less"), "Content-Length: -999"),
        400,
    ),
    Case(
        "3.1.2.4 a CSeq beyond 31 bits is a bad request",
        plain("OPTIONS", "cseq").replace(b"CSeq: 1", f"CSeq: {_OVERLARGE}".encode()),
        400,
    ),
    Case(
        "3.1.2.4 an Expires or a Max-Forwards beyond all bounds harms nobody who does not count them",
        plain("OPTIONS", "expires", "Expires: 1000000000000000000000").replace(b"Forwards: 70", b"Forwards: 300"),
        200,
    ),
    Case(
        "3.1.2.5 a response with numbers beyond all bounds is dropped",
        message(
            "SIP/2.0 503 Service Unavailable",
            *headers("INVITE", "numbers", "Retry-After: 949302838503028349304023988", "Warning: 1812 over 'In Space'"),
        ).replace(b"CSeq: 1", b"CSeq: 9292394834772304023312"),
        0,
    ),
    Case(
        "3.1.2.6 a quoted name without its end is a bad request",
        invite("quote").replace(b"To: <", b'To: "Mr. J. User <'),
        400,
    ),
    Case(
        "3.1.2.7 brackets round the request URI are a bad request",
        invite("brackets", start="INVITE <sip:hotline@192.0.2.1> SIP/2.0"),
        400,
    ),
    Case(
        "3.1.2.8 a blank inside the request URI is a bad request",
        invite("blank", start="INVITE sip:hotline@192.0.2.1; lr SIP/2.0"),
        400,
    ),
    Case(
        "3.1.2.9 more than one blank between the parts of the request line is read over",
        invite("blanks", start="INVITE   sip:hotline@192.0.2.1    SIP/2.0"),
        180,
    ),
    Case(
        "3.1.2.10 blanks after the request line are read over",
        plain("OPTIONS", "after").replace(b"SIP/2.0\r\nVia", b"SIP/2.0  \r\nVia"),
        200,
    ),
    Case(
        "3.1.2.11 headers inside the request URI are a bad request",
        invite("in-uri", start="INVITE sip:hotline@192.0.2.1?Route=%3Csip:192.0.2.66%3E SIP/2.0"),
        400,
    ),
    Case(
        "3.1.2.12 a Date in a zone that is none is not our concern",
        invite("date", "Date: Fri, 01 Jan 2010 16:00:00 EST"),
        180,
    ),
    Case(
        "3.1.2.13 a REGISTER whose Contact needs brackets is refused like any REGISTER",
        plain("REGISTER", "contact", "Contact: sip:ann@192.0.2.9?Route=%3Csip:192.0.2.66%3E"),
        405,
    ),
    Case(
        "3.1.2.14 blanks round a bracketed address are read over",
        plain("OPTIONS", "spaced").replace(b"To: <sip:hotline@192.0.2.1>", b'To: "W, T" < sip:hotline@192.0.2.1 >'),
        200,
    ),
    Case(
        "3.1.2.15 a display name that should have been quoted is read",
        plain("OPTIONS", "unquoted").replace(b"From: <", b"From: Bell, Alexander <"),
        200,
    ),
    Case(
        "3.1.2.16 another version of the protocol is refused as such",
        plain("OPTIONS", "version").replace(b"SIP/2.0\r\nVia: SIP/2.0", b"SIP/7.0\r\nVia: SIP/2.0"),
        505,
    ),
    Case(
        "3.1.2.17 a CSeq of another method is a bad request",
        plain("OPTIONS", "mismatch").replace(b"CSeq: 1 OPTIONS", b"CSeq: 8 INVITE"),
        400,
    ),
    Case(
        "3.1.2.18 an unknown method with a CSeq of another is a bad request",
        plain("NEWMETHOD", "mismatch-new").replace(b"CSeq: 1 NEWMETHOD", b"CSeq: 8 INVITE"),
        400,
    ),
    Case(
        "3.1.2.19 a response code beyond all bounds is dropped",
        message("SIP/2.0 4294967301 better not break the receiver", *headers("INVITE", "code")),
        0,
    ),
)
