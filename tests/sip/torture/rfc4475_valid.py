"""Messages that are valid though they do not look it: what RFC 4475, 3.1.1, describes, in our own words and names."""

from __future__ import annotations

from tests.sip.bench import SDP, request
from tests.sip.torture.case import Case, headers, invite, message, plain

_TORTUOUS = message(
    "INVITE sip:hotline@192.0.2.1;never-heard-of-it SIP/2.0",
    "TO :",
    " sip:hotline@192.0.2.1 ;   flag    = 1y2x",
    'from   : "Ann \\\\\\" Lee"       <sip:ann@192.0.2.9>',
    "  ;",
    "\ttag = 8a7",
    "MaX-fOrWaRdS: 0061",
    "Call-ID: tortuous@192.0.2.9",
    "Content-Length   : {length}",
    "cseq: 0009",
    "  INVITE",
    "Via  : SIP  /   2.0",
    " /UDP",
    "    192.0.2.9;branch=older-than-the-rules",
    "s :",
    "BrandNew:   a value",
    " that goes on",
    "Odd: ;;,,;;,;",
    "Content-Type: application/sdp",
    "Route:",
    " <sip:192.0.2.1;lr;with=value;without>",
    "v:  SIP  / 2.0  / TCP     spool.example   ;",
    "  branch  =   z9hG4bKspool  ,",
    " SIP  /    2.0   / UDP  192.0.2.77   ; branch=",
    " z9hG4bKfar",
    'm:"Quoted \\"\\"" <sip:ann@192.0.2.9:5062> ; new =',
    "      value ;",
    "  second ; q = 0.33",
    body=SDP,
)

VALID = (
    Case("3.1.1.1 an INVITE folded, spaced and spelt in every lawful way rings", _TORTUOUS, 180),
    Case(
        "3.1.1.2 a method of every character that a token may have is unknown, not malformed",
        message(
            "!funny-Verb0123456789_*+`.%beyond'~ sip:1_odd.USER~(may-be!fine)&it's+so$/?,/;;*:&a+b=1,"
            "odd!*pass$wo~d_too.(not-so)@192.0.2.1 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bK!%*-_+`'.~",
            "Max-Forwards: 255",
            'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_odd.USER~@192.0.2.1>',
            "From: tokens-1.%*!_`'~+ <sip:a-~%25%3f.@192.0.2.9:5062>;tag=_tok.%!e~n`*'+-",
            "Call-ID: verb.word%!*_+`'~-.:/?#{}[]()<>\"",
            "CSeq: 139122385 !funny-Verb0123456789_*+`.%beyond'~",
            "header-!.%*+_`'~: \ufeff\u5927\u505c\u96fb",
            "Content-Length: 0",
        ),
        501,
    ),
    Case(
        "3.1.1.3 escaped characters of a URI are taken for what they stand for",
        invite("escaped", start="INVITE sip:sips%3Ahotline%40example.com@192.0.2.1;other=it%20is SIP/2.0"),
        180,
    ),
    Case(
        "3.1.1.4 a REGISTER with escaped NULs is refused like any REGISTER",
        plain("REGISTER", "nulls", "Contact: <sip:%00@192.0.2.9>", "Contact: <sip:%00%00@192.0.2.9>"),
        405,
    ),
    Case(
        "3.1.1.5 a percent sign in a method escapes nothing",
        message("RE%47IST%45R sip:192.0.2.1 SIP/2.0", *headers("RE%47IST%45R", "percent", 'X: "%Z%45" <sip:%Z@x>')),
        501,
    ),
    Case(
        "3.1.1.6 no blank is needed between a display name and its bracket",
        plain("OPTIONS", "no-blank").replace(b"From: <", b"From: caller<"),
        200,
    ),
    Case(
        "3.1.1.7 long values everywhere are no reason to refuse",
        invite(
            "long",
            f"Unknown-{'Long' * 20}-Name: unknown-{'long' * 60}-value; param-{'long' * 40}-name = x",
            "".join(f"Via: SIP/2.0/TCP hop{n}.example;branch=z9hG4bK{'y' * 60}{n}\r\n" for n in range(30))
            + f"Subject: {'a long subject ' * 20}",
            start=f"INVITE sip:hotline@192.0.2.1;{'unknown-parameter-' * 20}=x SIP/2.0",
        )
        .replace(b"From: <sip:ann", b'From: "' + b"I have a long display name " * 25 + b'" <sip:ann' + b"n" * 200)
        .replace(b"Call-ID: long", b"Call-ID: " + b"long-" * 60),
        180,
    ),
    Case(
        "3.1.1.8 what follows the body in a datagram is not another request",
        plain("REGISTER", "double") + invite("second"),
        405,
    ),
    Case(
        "3.1.1.9 parameters in the user part belong to the user",
        plain("OPTIONS", "semicolons", uri="sip:ann;par=u%40example.net@192.0.2.1"),
        200,
    ),
    Case(
        "3.1.1.10 hops by transports that we never heard of are repeated",
        plain(
            "OPTIONS",
            "transports",
            *(
                f"Via: SIP/2.0/{kind} t{number}.example;branch=z9hG4bKt{number}"
                for number, kind in enumerate(("SCTP", "TLS", "CARRIER-PIGEON".replace("-", ""), "TCP", "WSS"))
            ),
        ),
        200,
    ),
    Case(
        "3.1.1.11 a MESSAGE of several parts is refused as a MESSAGE",
        request(
            "MESSAGE", body=b"--b\r\n\r\nhi\r\n--b\r\n\r\n\0\xff\r\n--b--", content_type="multipart/mixed;boundary=b"
        ),
        405,
    ),
    Case(
        "3.1.1.12 a stray response with a reason in Cyrillic is dropped",
        message("SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e", *headers("INVITE", "reason")),
        0,
    ),
    Case(
        "3.1.1.13 a stray response without a reason is dropped",
        message("SIP/2.0 100 ", *headers("INVITE", "no-reason")),
        0,
    ),
)
