"""The mouth and ear of a SIPp, which has none of its own: its session description names this port."""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray

from hotline.demo.peer_audio import PhoneAudio


class Audio(PhoneAudio):
    """Speaks to wherever audio comes from, as telephones behind a NAT are spoken to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_reached = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.is_reached.set()
        self.remote = self.remote or addr[:2]
        super().datagram_received(data, addr)

    @property
    def address(self) -> tuple[str, int]:
        """What SIPp is told."""
        return "127.0.0.1", self.port

    def heard_pcm(self) -> NDArray[np.int16]:
        """Everything heard, at 16,000 samples a second."""
        frames = [frame.samples for frame in self.heard]
        return np.concatenate(frames) if frames else np.zeros(0, dtype=np.int16)
