"""What a contribution is, whatever its kind; see ARCHITECTURE.md, "One idea"."""

from contributions.models.attachment import Attachment, StoredFile
from contributions.models.co_author import CoAuthorInvitation
from contributions.models.contribution import (
    Contribution,
    ContributionObjective,
    ContributionQuerySet,
    Tagging,
)
from contributions.models.facet_bits import FacetBits
from contributions.models.facet_count import FacetCount
from contributions.models.link import Link
from contributions.models.notification import Notification
from contributions.models.preference import Pace, Preference
from contributions.models.review import Endorsement, Message, Point
from contributions.models.revision import Decision, Revision
from contributions.models.rows import ContributionRow, Stakeholder, StakeholderKind
from contributions.models.search_document import SearchDocument

__all__ = [
    "Attachment",
    "CoAuthorInvitation",
    "Contribution",
    "ContributionObjective",
    "ContributionQuerySet",
    "ContributionRow",
    "Decision",
    "Endorsement",
    "FacetBits",
    "FacetCount",
    "Link",
    "Message",
    "Notification",
    "Pace",
    "Point",
    "Preference",
    "Revision",
    "SearchDocument",
    "Stakeholder",
    "StakeholderKind",
    "StoredFile",
    "Tagging",
]
