"""Recorded matches as files for other programs."""
