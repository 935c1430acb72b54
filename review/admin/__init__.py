"""The admin of the review: the queue, the page of one submission, profiles of reviewers."""

from review.admin import profiles, queue  # noqa: F401  register themselves
