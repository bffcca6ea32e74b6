"""Tests that a change can reach."""
