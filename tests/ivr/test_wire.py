"""Messages between processes: what goes in comes out, and nothing else does."""

from __future__ import annotations

import dataclasses
import itertools
import types
import typing
from collections.abc import Iterator
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.messages import Dial, EndedBy, HangUp, Heard, LegArrived, LegEnded, MediaReport, Play, Utterance
from ivr.wire import FROM_EARS, FROM_EDGE, MAXIMUM_BYTES, TO_EARS, TO_EDGE, Hello, Message, Reader, WireFault, encode

KINDS: tuple[type[Message], ...] = (*TO_EDGE, *FROM_EDGE, *TO_EARS, *FROM_EARS)


def values(hint: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Any value of a message's field."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=4).map(tuple)
    if origin is types.UnionType:
        return st.one_of(*(values(one) for one in inner))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return messages(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    return {
        str: st.text(st.characters(codec="utf-8"), max_size=20),
        int: st.integers(-(2**53), 2**53),
        float: st.floats(allow_nan=False),
        bool: st.booleans(),
        type(None): st.none(),
    }[hint]


def messages(kind: type[typing.Any]) -> st.SearchStrategy[typing.Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in dataclasses.fields(kind)})


ANY_MESSAGE: st.SearchStrategy[Message] = st.sampled_from(KINDS).flatmap(messages)


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(places):
        yield data[start:end]


@given(st.lists(ANY_MESSAGE, max_size=5), st.lists(st.integers(0, 10_000), max_size=6))
def test_every_message_arrives_as_it_was_sent_however_it_is_cut(sent: list[Message], cuts: list[int]) -> None:
    reader: Reader[Message] = Reader(KINDS)
    arrived = [message for piece in pieces(b"".join(map(encode, sent)), cuts) for message in reader.feed(piece)]
    assert arrived == sent


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len({kind.__name__ for kind in KINDS}) == len(set(KINDS))


def test_a_level_of_silence_and_a_telephones_broken_text_can_be_sent() -> None:
    said = Utterance("네", "ko", (), 1.0, 1.0, 0.0, float("-inf"), 0.0, 0.0, "vosk")
    assert Reader(FROM_EARS).feed(encode(Heard("a", 1, said))) == [Heard("a", 1, said)]
    assert Reader(FROM_EDGE).feed(encode(LegArrived("a", "\udcff12", "1"))) == [LegArrived("a", "?12", "1")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"LegEnded",
        b'LegFinished {"leg": "a"}',
        b'Answer {"leg": "a"}',  # asked of the edge, not told by it
        b'LegEnded {"leg": "a"}',
        b'LegEnded {"leg": 7, "by": "them"}',
        b'LegEnded {"leg": "a", "by": "nobody"}',
        b'LegEnded {"leg": "a", "by": "them", "more": 1}',
        b'LegEnded {"leg": "a", "by": "them"',
        b'LegEnded "a"',
        b"\xff\xfe \x00",
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(WireFault):
        Reader(FROM_EDGE).feed(framed(body))


def test_a_frame_beyond_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireFault):
        Reader(TO_EDGE).feed((MAXIMUM_BYTES + 1).to_bytes(4, "big"))


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_otherwise(data: bytes) -> None:
    reader = Reader(TO_EDGE)
    try:
        reader.feed(data)
        reader.feed(framed(data))
    except WireFault:
        return


def test_defaults_may_be_left_out_as_an_older_process_would() -> None:
    assert Reader(TO_EDGE).feed(framed(b'Play {"leg": "a", "turn": 1, "clips": ["x"]}')) == [Play("a", 1, ("x",))]
    assert Reader(TO_EDGE).feed(encode(Dial("a", "b", "c", 20)) + encode(HangUp("a"))) == [
        Dial("a", "b", "c", 20.0),
        HangUp("a"),
    ]
    assert Reader(FROM_EDGE).feed(encode(LegEnded("a", EndedBy.US)) + encode(Hello())) == [
        LegEnded("a", EndedBy.US, MediaReport()),
        Hello(),
    ]
