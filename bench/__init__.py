"""Measures whole learners' ways against what the engine itself costs."""
