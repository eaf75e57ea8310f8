"""Signalling: SIP over UDP, the half of the `Edge` port that makes and takes calls."""
