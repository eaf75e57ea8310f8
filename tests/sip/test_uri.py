from __future__ import annotations

import pytest

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.text import split_outside
from ivr.sip.uri import SipUri, escape_user, parse_uri, user_part
from ivr.sip.via import parse_via


@pytest.mark.parametrize(
    "text",
    [
        "sip:192.0.2.1",
        "sip:+8210@192.0.2.1:5070;transport=udp;lr",
        "sips:a%20b:secret@host.example?subject=x",
        "sip:x@[2001:db8::1]:5060",
    ],
)
def test_a_uri_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_uri(text)) == text


def test_a_uri_without_a_port_leaves_it_to_the_name_service() -> None:
    assert parse_uri("sip:a@host.example").hop == Hop("host.example", 0)
    assert parse_uri("SIP:a@host.example:5070").hop == Hop("host.example", 5070)
    assert parse_uri("sip:p.example;lr").is_loose_router


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tel:+8210", 416),
        ("nobodyKnowsThisScheme:opaque", 416),
        ("<sip:a@b>", 400),
        ("sip:", 400),
        ("sip:a@b:0", 400),
        ("sip:a@b:70000", 400),
        ("sip:a b@c", 400),
        ("sip:a\r\nb@c", 400),
        ("sip:a\x00b@c", 400),
        ("plain", 400),
    ],
)
def test_a_uri_that_we_cannot_call_says_why(text: str, code: int) -> None:
    with pytest.raises(SipFault) as caught:
        parse_uri(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:+82-10-5555-0123@host;user=phone", "+821055550123"),
        ("sip:%2B8210;phone-context=x@host", "+8210"),
        ("tel:+82(10)5555.0123;ext=2", "+821055550123"),
        ("sip:anonymous@anonymous.invalid", "anonymous"),
        ("sip:host.example", ""),
        ("rubbish", ""),
        ("sip:a%0d%0ab@host", "ab"),
    ],
)
def test_the_caller_is_read_out_of_any_uri(uri: str, number: str) -> None:
    assert user_part(uri) == number


def test_a_user_part_is_escaped() -> None:
    assert str(parse_uri(f"sip:{escape_user('a b@c>')}@h")) == str(SipUri("h", "a%20b%40c%3E"))


def test_an_address_keeps_name_uri_and_parameters_apart() -> None:
    address = parse_address('"A \\"B\\", <C>" <sip:a@b;lr>;tag=1;x')
    assert address == NameAddress("sip:a@b;lr", 'A \\"B\\", <C>', (("tag", "1"), ("x", None)))
    assert parse_address(str(address)) == address
    assert parse_address("sip:a@b;tag=2") == NameAddress("sip:a@b", "", (("tag", "2"),))
    assert address.with_tag("9").tag == "9"


def test_lists_are_split_outside_quotes_and_brackets() -> None:
    assert split_outside('"a,b" <x,y>, c ,, "d\\",e"', ",") == ['"a,b" <x,y>', "c", '"d\\",e"']


def test_the_reply_goes_where_the_request_truly_came_from() -> None:
    via = parse_via("SIP / 2.0 / UDP 10.0.0.1:5070 ;branch=z9hG4bK1;rport;received=6.6.6.6")
    noted = via.received_from(Hop("192.0.2.9", 1234))
    assert noted.reply_hop == Hop("192.0.2.9", 1234)
    assert "6.6.6.6" not in str(noted)
    without_rport = parse_via("SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1").received_from(Hop("192.0.2.9", 1234))
    assert without_rport.reply_hop == Hop("192.0.2.9", 5070)
