"""The demo: the whole story on one machine, over real SIP, with callers who speak."""
