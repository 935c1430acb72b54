"""Returned mails: which of ours came back, and for good or for now."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import Message

from django.db import transaction
from django.utils import timezone
from flufl.bounce import all_failures

from accounts import sending
from accounts.models import Delivery

# A returned mail that does not name its Message-ID is held to be the last one to the address.
RECENT = timedelta(days=14)
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{3,190}>)", re.IGNORECASE | re.MULTILINE)
# Enough for any report; the mail returned inside may be long.
_LOOKED_AT = 200_000


@transaction.atomic
def record(returned: Message) -> list[Delivery]:
    """Mark the mails that this message says came back; empty where it says nothing of the kind.

    Only a returned mail that carries the Message-ID of ours counts against an address: nobody
    else knows it, so nobody stops somebody's mail by writing to us.
    """
    temporary, permanent = all_failures(returned)
    addresses = {_address(raw): True for raw in permanent}
    addresses |= {a: False for a in map(_address, temporary) if a not in addresses}
    if not addresses:
        return []
    said = _reason(returned)
    ours = Delivery.objects.select_for_update(of=("self",))
    known = list(ours.filter(message_id__in=_message_ids(returned)))
    for delivery in known:
        # Forwarded mail comes back from another address than the one it was sent to.
        hard = addresses.get(delivery.address.lower(), any(addresses.values()))
        sending.came_back(delivery, error=said, hard=hard)
    return known or _last_to(addresses, said)


def _last_to(addresses: dict[str, bool], said: str) -> list[Delivery]:
    found = []
    for address, hard in addresses.items():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .filter(address__iexact=address, state__in=("sent", "bounced"))
            .filter(sent_at__gt=timezone.now() - RECENT)
            .order_by("-sent_at")
            .first()
        )
        if delivery is not None:
            sending.came_back(delivery, error=said, hard=hard, counts=False)
            found.append(delivery)
    return found


def _address(raw: bytes | str) -> str:
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw).strip().lower()


def _message_ids(returned: Message) -> set[str]:
    """Every Message-ID but the report's own: of the parts, the text, and what it answers."""
    text = returned.as_bytes().decode("utf-8", "replace")[:_LOOKED_AT]
    ids = set(_MESSAGE_ID.findall(text))
    for header in ("In-Reply-To", "References"):
        ids |= set(re.findall(r"<[^<>\s]{3,190}>", str(returned.get(header, ""))))
    return ids - {str(returned.get("Message-ID", "")).strip()}


def _reason(returned: Message) -> str:
    """What the other server says, in one line where the report has one."""
    for part in returned.walk():
        code = part.get("Diagnostic-Code") or part.get("Status")
        if code:
            return " ".join(str(code).split())
    return " ".join(str(returned.get("Subject", "")).split())
