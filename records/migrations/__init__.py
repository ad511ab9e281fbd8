"""Versions of the tables; released ones are never changed, a change is a new one."""

HEAD = "0005"
"""The newest version; four digits, so that versions sort in their order."""
