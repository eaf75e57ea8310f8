"""Keys, sealed texts and sealed files: what was sealed comes back whole, or there is a fault, and never noise."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.encryption import EncryptionFault, Key, Keyring, new_key, read_keys, seal
from config.sealed_stream import CHUNK, SealedReader, SealedWriter, key_of_file
from config.sealed_text import key_of_text, open_text, seal_text

HEADER, TAG = 32, 16
KEY, OTHER = Key(bytes(range(32))), Key(bytes(32))
RING = Keyring((KEY,))


def sealed_file(plain: bytes, *, end: bool = True) -> io.BytesIO:
    file = io.BytesIO()
    writer = SealedWriter(file, KEY)
    writer.write(plain)
    if end:
        writer.close()
    return file


def whole(file: io.BytesIO) -> bytes:
    reader = SealedReader(file, RING)
    return reader.read(0, reader.size)


def test_a_new_key_can_be_read_and_is_never_the_same() -> None:
    first, second = new_key(), new_key()
    assert first != second
    ring = read_keys(f"{first}\n{second},\n")
    assert ring.current is not None
    assert ring.current.id.hex() in ring.ids
    assert len(ring.ids) == 2


@pytest.mark.parametrize("text", ["", "opensesame", "b3BlbnNlc2FtZQ==", f"{'A' * 43}=,opensesame"])
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="hotline keys new") as fault:
        read_keys(text)
    assert not text or text not in str(fault.value)


def test_a_key_is_not_shown() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


@given(st.text())
def test_a_sealed_text_comes_back_and_hides_what_it_says(text: str) -> None:
    stored = seal_text(RING, text, "calls.text")
    assert open_text(RING, stored, "calls.text") == text
    assert len(text) < 4 or text not in stored


@given(st.one_of(st.text(), st.text().map("sealed:".__add__), st.text().map("sealed:1:".__add__)))
def test_nobody_can_say_something_that_is_taken_for_encrypted(text: str) -> None:
    stored = seal_text(Keyring(), text, "calls.text")
    assert open_text(Keyring(), stored, "calls.text") == text
    assert open_text(RING, stored, "calls.text") == text
    assert key_of_text(stored) is None


def test_the_same_text_is_never_stored_in_the_same_way() -> None:
    assert seal_text(RING, "smoke", "a") != seal_text(RING, "smoke", "a")


def test_every_key_of_the_ring_opens_and_the_first_seals() -> None:
    old = seal_text(Keyring((OTHER,)), "smoke", "a")
    both = Keyring((KEY, OTHER))
    assert open_text(both, old, "a") == "smoke"
    assert key_of_text(seal_text(both, "smoke", "a")) == KEY.id.hex()


def test_a_text_of_a_key_that_is_not_given_names_that_key() -> None:
    stored = seal_text(Keyring((OTHER,)), "smoke", "a")
    for ring in (RING, Keyring()):
        with pytest.raises(EncryptionFault, match=OTHER.id.hex()) as fault:
            open_text(ring, stored, "a")
        assert "HOTLINE_ENCRYPTION_KEY" in fault.value.remedy


def test_a_text_that_was_moved_to_another_column_or_changed_is_refused() -> None:
    stored = seal_text(RING, "smoke", "calls.text")
    changed = seal(KEY, b"smoke", b"calls.text")
    for attempt in (
        lambda: open_text(RING, stored, "cases.summary"),
        lambda: RING.open(changed[:-1] + bytes((changed[-1] ^ 1,)), b"calls.text"),
        lambda: RING.open(changed[:20], b"calls.text"),
        lambda: open_text(RING, stored[:-3], "calls.text"),
    ):
        with pytest.raises(EncryptionFault, match="not as it was written"):
            attempt()


@settings(max_examples=30)
@given(
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]),
    st.integers(0, 4 * CHUNK),
    st.integers(0, 4 * CHUNK),
    st.integers(1, 2 * CHUNK),
)
def test_any_part_of_a_sealed_file_can_be_read(size: int, start: int, end: int, step: int) -> None:
    plain = bytes(range(251)) * (size // 251 + 1)
    file = io.BytesIO()
    writer = SealedWriter(file, KEY)
    for at in range(0, size, step):
        writer.write(plain[at : min(at + step, size)])
    writer.close()
    reader = SealedReader(file, RING)
    assert (reader.size, reader.complete) == (size, True)
    assert reader.read(start, end) == plain[:size][start:end]
    assert key_of_file(file) == KEY.id.hex()


@pytest.mark.parametrize("torn", [0, 1, TAG + 5])
def test_what_a_killed_process_wrote_can_be_read_to_its_last_chunk(torn: int) -> None:
    plain = bytes(range(256)) * (3 * CHUNK // 256)
    file = sealed_file(plain, end=False)  # the third chunk waits: it may be the last
    file.seek(0, io.SEEK_END)
    file.write(bytes(torn))
    reader = SealedReader(file, RING)
    assert (reader.size, reader.complete) == (2 * CHUNK, False)
    assert reader.read(0, reader.size) == plain[: 2 * CHUNK]


def test_a_file_that_was_cut_is_told_from_a_whole_one() -> None:
    file = sealed_file(bytes(3 * CHUNK))
    file.truncate(HEADER + 2 * (CHUNK + TAG))
    assert not SealedReader(file, RING).complete


def test_chunks_cannot_be_changed_or_change_places() -> None:
    chunk = CHUNK + TAG
    data = sealed_file(bytes(3 * CHUNK + 5)).getvalue()
    first, second, rest = (
        data[HEADER : HEADER + chunk],
        data[HEADER + chunk : HEADER + 2 * chunk],
        data[HEADER + 2 * chunk :],
    )
    for forged in (
        data[:HEADER] + second + first + rest,
        data[:HEADER] + first + first + rest,
        data[: HEADER + 9] + bytes((data[HEADER + 9] ^ 1,)) + data[HEADER + 10 :],
        data[: HEADER - 1] + bytes((data[HEADER - 1] ^ 1,)) + data[HEADER:],  # the salt, and so the key
    ):
        with pytest.raises(EncryptionFault):
            whole(io.BytesIO(forged))


def test_a_chunk_of_another_file_is_refused() -> None:
    one, other = (sealed_file(bytes(2 * CHUNK)).getvalue() for _ in range(2))
    at = HEADER + CHUNK + TAG
    with pytest.raises(EncryptionFault):
        whole(io.BytesIO(one[:HEADER] + other[HEADER:at] + one[at:]))


def test_a_sealed_file_needs_its_key_and_another_kind_of_file_is_none() -> None:
    with pytest.raises(EncryptionFault, match=KEY.id.hex()):
        SealedReader(sealed_file(b"x"), Keyring((OTHER,)))
    assert key_of_file(io.BytesIO(b"RIFF" * 20)) is None
    with pytest.raises(EncryptionFault):
        SealedReader(io.BytesIO(b"RIFF" * 20), RING)
