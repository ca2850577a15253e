"""Quote Monitor: where a quote appears, in whatever words, the moment it does."""

__version__ = "0.1.0"
