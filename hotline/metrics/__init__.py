"""Metrics for Prometheus: what there is to count, what counts it, and how it is told. docs/operating.md lists them."""
