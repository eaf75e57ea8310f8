"""The audio of calls: RTP, codecs, prompts, bridges, taps and recordings."""
