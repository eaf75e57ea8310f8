"""Measurements that a release is held to: each module gives rows of figures with their targets."""
