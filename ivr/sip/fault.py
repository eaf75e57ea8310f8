"""What is wrong with a SIP message, as something that can be answered; and the phrases of the status codes."""

from __future__ import annotations

PHRASES = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    469: "Bad Info Package",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
}


def phrase(status: int) -> str:
    """The reason phrase of a status; of an unknown one, its class in words."""
    classes = {1: "Progress", 2: "OK", 3: "Redirected", 4: "Refused", 5: "Server Failure", 6: "Declined"}
    return PHRASES.get(status) or classes.get(status // 100, "Unknown")


class SipFault(Exception):
    """A message that breaks the rules. `code` is the status to answer with; 0 means that no answer is possible.
    `headers` go into that answer."""

    def __init__(self, code: int, why: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.headers = headers
