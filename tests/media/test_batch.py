from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest

from ivr.media.batch import MOST, Batch
from ivr.media.rtp import pack


class Pair:
    """A phone's socket and ours, connected to each other."""

    def __init__(self) -> None:
        self.phone, self.ours = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for end in (self.phone, self.ours):
            end.bind(("127.0.0.1", 0))
        self.phone.connect(self.ours.getsockname())
        self.ours.connect(self.phone.getsockname())


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    with made.phone, made.ours:
        yield made


def test_a_batch_is_what_came_in_order_and_its_headers(pair: Pair) -> None:
    sent = [
        pack(8, number == 1, 65_534 + number, 160 * number, 0xFFFFFFF0, bytes([number]) * 160) for number in range(5)
    ]
    for datagram in sent:
        pair.phone.send(datagram)
    batch = Batch()
    fields = batch.read(pair.ours.fileno())
    assert fields[::3] == (0x8008, 0x8088, 0x8008, 0x8008, 0x8008)
    assert fields[1::3] == (65_534, 65_535, 0, 1, 2)
    assert fields[2::3] == (0xFFFFFFF0,) * 5
    assert batch.last_timestamp == 640
    assert batch.datagrams() == sent


def test_a_batch_is_bounded_and_the_rest_comes_next(pair: Pair) -> None:
    for number in range(MOST + 3):
        pair.phone.send(pack(0, False, number, 0, 1, b"x"))
    batch = Batch()
    assert batch.read(pair.ours.fileno())[1::3] == tuple(range(MOST))
    assert batch.read(pair.ours.fileno())[1::3] == tuple(range(MOST, MOST + 3))
    assert batch.read(pair.ours.fileno()) == ()
    assert batch.datagrams() == []


def test_datagrams_of_any_length_come_as_they_were_sent_up_to_2048_bytes(pair: Pair) -> None:
    noise = random.Random(1)
    batch = Batch()
    batch.read(pair.ours.fileno())
    for lengths in ((0, 1, 11, 12, 13), (2047, 2048, 5, 3000), (0,)):
        sent = [noise.randbytes(length) for length in lengths]
        for datagram in sent:
            pair.phone.send(datagram)
        assert len(batch.read(pair.ours.fileno())) == 3 * len(sent)
        assert batch.datagrams() == [datagram[:2048] for datagram in sent]


def test_a_peer_that_has_gone_gives_nothing(pair: Pair) -> None:
    pair.phone.close()
    pair.ours.send(b"anybody there?")
    assert Batch().read(pair.ours.fileno()) == ()
