"""Measurements of the parts against their aims and their peers: `python -m benchmarks.NAME`."""
