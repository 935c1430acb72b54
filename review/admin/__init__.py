"""The admin of the review: the queue and the page of one submission."""

from review.admin import queue  # noqa: F401  registers itself
