"""Tests of the records, on real databases."""
