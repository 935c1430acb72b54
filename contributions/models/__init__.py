"""What a contribution is, whatever its kind; see ARCHITECTURE.md, "One idea"."""

from contributions.models.contribution import (
    Contribution,
    ContributionObjective,
    ContributionQuerySet,
    Link,
    Tagging,
)
from contributions.models.notification import Notification
from contributions.models.revision import Decision, Revision
from contributions.models.rows import ContributionRow, Stakeholder, StakeholderKind
from contributions.models.search_document import SearchDocument

__all__ = [
    "Contribution",
    "ContributionObjective",
    "ContributionQuerySet",
    "ContributionRow",
    "Decision",
    "Link",
    "Notification",
    "Revision",
    "SearchDocument",
    "Stakeholder",
    "StakeholderKind",
    "Tagging",
]
