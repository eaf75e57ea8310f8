from __future__ import annotations

import pytest

from ivr.sip.fault import SipFault
from ivr.sip.refer import Referral, read, refer_to
from ivr.sip.replaces import Replaces, parse_replaces
from tests.sip.test_body import message


def refer(*values: str, extra: str = "") -> Referral:
    text = "".join(f"Refer-To: {value}\r\n" for value in values)
    return read(message("", "", text + extra))


def code_of(*values: str) -> int:
    with pytest.raises(SipFault) as caught:
        refer(*values)
    return caught.value.code


def test_replaces_names_a_dialog() -> None:
    found = parse_replaces("425928@bobster.example.org;to-tag=7743;from-tag=6472")
    assert found == Replaces("425928@bobster.example.org", "7743", "6472")
    assert found.key == ("425928@bobster.example.org", "7743", "6472")
    assert parse_replaces("1 ;from-tag=a;to-tag=b;early-only") == Replaces("1", "b", "a", early_only=True)
    assert parse_replaces(str(found)) == found


def test_a_peer_without_tags_has_the_tag_0() -> None:
    assert parse_replaces("1;to-tag=b;from-tag=0").key == ("1", "b", "")


@pytest.mark.parametrize(
    "text", ["", "1", "1;to-tag=b", "1;from-tag=a", ";to-tag=b;from-tag=a", "a b;to-tag=1;from-tag=2"]
)
def test_a_replaces_that_names_nothing_is_a_bad_request(text: str) -> None:
    with pytest.raises(SipFault) as caught:
        parse_replaces(text)
    assert caught.value.code == 400


def test_a_blind_transfer_names_its_target() -> None:
    assert refer("<sip:other@192.0.2.50;transport=tcp?Subject=x>") == Referral("sip:other@192.0.2.50;transport=tcp")
    assert refer("sip:other@192.0.2.50;method=INVITE") == Referral("sip:other@192.0.2.50")
    assert refer("<sip:o@h;method=INVITE>") == Referral("sip:o@h")
    assert refer("<tel:+82-2-1234-5678>") == Referral("+82212345678")


def test_an_attended_transfer_names_the_call_to_be_taken_over() -> None:
    found = refer("<sip:us@192.0.2.1?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2>")
    assert found == Referral("sip:us@192.0.2.1", Replaces("abc@x", "1", "2"))
    assert refer("<sip:us@h?a=b&REPLACES=c%3Bto-tag%3D1%3Bfrom-tag%3D2>").replaces == Replaces("c", "1", "2")


def test_what_is_written_can_be_read() -> None:
    wanted = Replaces("a&b?c@host", "t=1", "f;2")
    name, value = refer_to("sip:agent@192.0.2.9:5062;ob?x=y", wanted)
    assert name == "refer-to"
    assert refer(value).target == "sip:agent@192.0.2.9:5062;ob"
    assert "?Replaces=a%26b%3Fc%40host%3Bto-tag%3Dt%3D1" in value
    assert refer_to("sip:a@b")[1] == "<sip:a@b>"


def test_who_wants_no_reports_says_so() -> None:
    assert refer("<sip:o@h>", extra="Refer-Sub: False\r\n").is_watched is False
    assert refer("<sip:o@h>", extra="Refer-Sub: true\r\n").is_watched is True


def test_a_transfer_to_nowhere_is_refused() -> None:
    assert code_of() == 400
    assert code_of("<sip:a@b>", "<sip:c@d>") == 400
    assert code_of("<sip:a@b>, <sip:c@d>") == 400
    assert code_of("<tel:>") == 400
    assert code_of("<sips:a@b>") == 416
    assert code_of("<mailto:a@b>") == 416
    assert code_of("<sip:a@b;method=BYE>") == 603
    assert code_of("<sip:a@b?Replaces=x>") == 400
