"""Banyan: a place where a community lives, sells and shares."""

__version__ = "0.1.0"
