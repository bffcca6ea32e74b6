"""Snapshot to findings: judgements with evidence and locations."""
