"""The admin of contributions and tags: what is published, what things are called."""

from contributions.admin import concepts, contributions, queries  # noqa: F401  register themselves
