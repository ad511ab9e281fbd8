"""
The sandbox partner: a student system to build, try and show against, run as its own process.

`python -m partners.sandbox --help` says how to start it.
"""
