"""The admin of contributions: the review queue, the page of one submission, what is published."""

from contributions.admin import contributions, queue  # noqa: F401  register themselves
