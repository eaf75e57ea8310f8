"""What a line of contacts says, and what is wrong with it."""

from __future__ import annotations

import pytest

from callbacks.contacts.contact_csv import RowFault, read_contacts_csv
from callbacks.model import Channel, Contact
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.flow.catalogue import STEPS

FILE, _ = read_hotline_file(default_hotline_file(), STEPS)


def faults_of(text: str) -> list[RowFault]:
    return read_contacts_csv(text, FILE)[1]


def test_columns_come_in_any_order_and_empty_cells_say_nothing() -> None:
    text = (
        "\ufeffName;NUMBER;tier;do_not_call;channel;other_numbers\r\n"
        '"Kim; Minseo";010-1234-5678;vip;Yes;MAIL;02-312-3456 1005\r\n'
        ";+44 20 7946 0958;;;;\r\n"
        "\r\n"
    )
    rows, faults = read_contacts_csv(text, FILE)
    assert faults == []
    kim, other = rows
    assert (kim.line, kim.numbers) == (2, ("+821012345678", "+8223123456", "1005"))
    assert kim.changes == {"name": "Kim; Minseo", "tier": "vip", "do_not_call": True, "channel": Channel.MAIL}
    assert (other.numbers, other.changes) == (("+442079460958",), {})


def test_a_line_changes_only_what_it_says_and_adds_numbers_after_those_known() -> None:
    ((row,), _) = read_contacts_csv("number,other_numbers,name\n1002,1001,Lee\n", FILE)
    known = Contact(id="c", number="1001", tier="vip", notes="kind", other_numbers=("1000",))
    changed = row.applied(known)
    assert changed == Contact("c", "1001", "vip", name="Lee", notes="kind", other_numbers=("1000", "1002"))
    assert row.applied(changed) == changed


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("12345678,,,,,", "this is no telephone number"),
        (",Kim,,,,", "there is no number"),
        ("1001,,gold,,,", "no tier is called `gold`"),
        ("1001,,,de,,", "no language is called `de`"),
        ("1001,,,,maybe,", "no do_not_call is called `maybe`"),
        ("1001,,,,,kim.example.org", "this is no mail address"),
        ("1001,,,,,,7", "there are more cells than columns"),
        (f"1001,{'x' * 201},,,,", "`name` is longer than 200 characters"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_a_remedy(line: str, what: str) -> None:
    rows, faults = read_contacts_csv(f"number,name,tier,language,do_not_call,mail\n1009,,,,,\n{line}\n", FILE)
    assert [row.line for row in rows] == [2]
    assert [(fault.line, fault.what) for fault in faults] == [(3, what)]
    assert faults[0].remedy


def test_a_number_in_two_lines_is_a_fault_that_names_the_first() -> None:
    (fault,) = faults_of("number,other_numbers\n010-1234-5678,\n1001,+821012345678\n")
    assert (fault.line, fault.what) == (3, "the number is in line 2 already")


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("", "no column is called `number`"),
        ("phone,number", "the column `phone` is not known"),
        ("number,name,name", "the column `name` is there twice"),
    ],
)
def test_a_wrong_header_is_a_fault_of_the_first_line(header: str, what: str) -> None:
    rows, faults = read_contacts_csv(f"{header}\n1001,x,y\n", FILE)
    assert rows == []
    assert (faults[0].line, faults[0].what) == (1, what)
