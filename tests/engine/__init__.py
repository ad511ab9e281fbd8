"""Tests of the engine adapter."""
