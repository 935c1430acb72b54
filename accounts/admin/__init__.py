"""The back office for people, the ways in, the mails, and (focal points keep them) countries."""

from accounts.admin import countries, join_requests, mails, people

__all__ = ["countries", "join_requests", "mails", "people"]
