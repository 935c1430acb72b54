"""The admin of contributions: the review queue, the page of one submission, what is published."""

from contributions.admin import concepts, contributions, queue  # noqa: F401  register themselves
