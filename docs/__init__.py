"""The documentation, and what generates its reference pages from the code."""
