"""The processes of a running hotline: edge (SIP and media), ears (recognition) and main (everything else)."""
