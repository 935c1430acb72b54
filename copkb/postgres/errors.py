"""The one exception of the embedded PostgreSQL; its text is written for the person at the shell."""


class PostgresError(RuntimeError):
    """The local cluster cannot be used; the message says why and what to do about it."""
