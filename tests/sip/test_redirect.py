from __future__ import annotations

from ivr.sip.message import Response
from ivr.sip.redirect import MOST_TARGETS, Redirection
from tests.sip.test_body import message


def moved(*contacts: str, status: int = 302) -> Response:
    headers = tuple(("contact", contact) for contact in contacts)
    return message("", "").respond(status, headers=headers)


def followed(redirection: Redirection) -> list[str]:
    found = []
    while (target := redirection.next()) is not None:
        found.append(target)
    return found


def test_contacts_are_tried_by_their_q_and_then_their_order() -> None:
    redirection = Redirection("sip:a@h")
    redirection.take(moved("<sip:b@h>;q=0.5, <sip:c@h>;q=0.9", "<sip:d@h>", "<sip:e@h>;q=x"))
    assert followed(redirection) == ["sip:d@h", "sip:e@h", "sip:c@h", "sip:b@h"]


def test_no_target_is_tried_twice() -> None:
    redirection = Redirection("sip:a@h:5060")
    redirection.take(moved("<sip:a@H>", "<sip:b@h>", "<sip:b@h;user=phone>", "<sip:b@h;transport=tcp>"))
    assert followed(redirection) == ["sip:b@h", "sip:b@h;transport=tcp"]
    redirection.take(moved("<sip:b@h>"))
    assert followed(redirection) == []


def test_at_most_five_targets_are_tried_in_all() -> None:
    redirection = Redirection("sip:0@h")
    tried = ["sip:0@h"]
    for number in range(1, 20):
        redirection.take(moved(f"<sip:{number}@h>"))
        tried += [target for target in [redirection.next()] if target]
    assert len(tried) == MOST_TARGETS


def test_what_cannot_be_called_is_left_out() -> None:
    redirection = Redirection("sip:a@h")
    redirection.take(moved("<sips:b@h>", "<mailto:c@h>", '"', "<tel:+82-2-123-4567>", "<sip:d@h?Replaces=x>"))
    assert followed(redirection) == ["+8221234567", "sip:d@h"]


def test_a_proxy_to_be_used_or_another_service_is_not_followed() -> None:
    redirection = Redirection("sip:a@h")
    for status in (305, 380, 486):
        redirection.take(moved("<sip:b@h>", status=status))
    assert followed(redirection) == []
