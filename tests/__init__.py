"""Tests, in the folders of what they test; `checks.py` runs them all."""
