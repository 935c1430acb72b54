"""Models of the review; import them from here."""

from review.models.assessment import Assessment, Score
from review.models.assignment import Assignment, Look, ReviewPlan
from review.models.link_check import LinkCheck
from review.models.note import Note
from review.models.profile import ReviewerProfile

__all__ = [
    "Assessment",
    "Assignment",
    "LinkCheck",
    "Look",
    "Note",
    "ReviewPlan",
    "ReviewerProfile",
    "Score",
]
