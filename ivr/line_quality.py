"""What a leg's line was like, as the call's record keeps it."""

from __future__ import annotations

from callbacks.calls.records import CallChanges
from ivr.messages import MediaReport


def line_quality(codec: str, media: MediaReport) -> CallChanges:
    """The fields of the record; nothing where the leg never had audio."""
    if not codec:
        return CallChanges()
    return CallChanges(
        codec=codec,
        packets_sent=media.packets_sent,
        packets_received=media.packets_received,
        packets_lost=media.packets_lost,
        lost_there=media.lost_there,
        jitter=media.jitter,
        jitter_there=media.jitter_there,
        round_trip=media.round_trip,
    )
