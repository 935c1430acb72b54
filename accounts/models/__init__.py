"""People, their sessions, the ways in, and the log of what was mailed to them."""

from accounts.models.mail import Beat, Delivery
from accounts.models.people import (
    INVITATION_DAYS,
    INVITATION_SALT,
    FocalPoint,
    Invitation,
    JoinRequest,
    User,
    invitation_end,
    tidy_email,
)
from accounts.models.session import Session, SessionStore

__all__ = [
    "INVITATION_DAYS",
    "INVITATION_SALT",
    "Beat",
    "Delivery",
    "FocalPoint",
    "Invitation",
    "JoinRequest",
    "Session",
    "SessionStore",
    "User",
    "invitation_end",
    "tidy_email",
]
