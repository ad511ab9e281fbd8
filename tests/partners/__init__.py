"""Tests of the partner adapters, against the sandbox."""
