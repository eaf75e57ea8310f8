"""The demo's telephone network: calls reach the phone with the number, answers find their way back."""

from __future__ import annotations

import pytest

from hotline.demo.carrier import Carrier
from hotline.demo.house import ADDRESS
from hotline.demo.peer import CallFailed, SpeakingPhone
from tests.ports import free_port

NUMBER = "+821012340099"


async def test_a_dialled_number_rings_its_phone_and_is_on_the_bill() -> None:
    carrier = Carrier(ADDRESS)
    await carrier.start()
    caller, called = SpeakingPhone("caller", ADDRESS), SpeakingPhone(NUMBER, ADDRESS, auto_answer_after=0.1)
    for phone in (caller, called):
        await phone.start()
    carrier.phones[NUMBER] = (ADDRESS, called.port)
    await caller.call(f"sip:{NUMBER}@{ADDRESS}:{carrier.port}")
    assert caller.in_call
    assert carrier.bill == [NUMBER]
    await caller.hang_up()
    await called.wait_for_end(5)
    for phone in (caller, called):
        await phone.stop()
    carrier.stop()


async def test_a_number_that_nobody_has_is_not_found() -> None:
    carrier = Carrier(ADDRESS)
    await carrier.start()
    caller = SpeakingPhone("caller", ADDRESS, port=free_port())
    await caller.start()
    with pytest.raises(CallFailed) as failed:
        await caller.call(f"sip:{NUMBER}@{ADDRESS}:{carrier.port}")
    assert failed.value.status == 404
    assert carrier.bill == []
    await caller.stop()
    carrier.stop()
