"""The back office for people, the ways in, and (because focal points keep them) countries."""

from accounts.admin import countries, join_requests, people

__all__ = ["countries", "join_requests", "people"]
