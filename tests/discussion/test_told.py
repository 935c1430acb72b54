"""Who is told of comments, answers and hiding, and what the inbox repeats of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from contributions.models import Notification
from discussion import workflow
from tests.factories.accounts import UserFactory, wants
from tests.factories.contributions import published
from tests.factories.discussion import said

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def told() -> set[tuple[str, str]]:
    topics = ("comment", "reply", "hidden")
    lines = Notification.objects.filter(topic__in=topics).select_related("recipient")
    return {(line.recipient.email, line.topic) for line in lines}


def test_all_authors_hear_of_a_comment_but_not_of_their_own(author: User, member: User) -> None:
    contribution = published(by=author)
    contribution.co_authors.add(member)

    said(contribution, "Since when?")
    said(contribution, "Since 2018.", by=author)

    lines = Notification.objects.filter(topic="comment").order_by("pk")
    assert [(line.recipient, line.text) for line in lines] == [
        (author, "Since when?"), (member, "Since when?"), (member, "Since 2018."),
    ]  # fmt: skip
    assert lines[0].get_absolute_url() == f"/practices/{contribution.code}/#{lines[0].anchor}"


def test_who_is_answered_hears_of_the_answer_once(author: User, member: User) -> None:
    contribution = published(by=author)
    question = said(contribution, by=member)
    Notification.objects.all().delete()

    said(contribution, by=author, to=question)
    assert told() == {(member.email, "reply")}

    own = said(contribution, by=author)
    Notification.objects.all().delete()
    said(contribution, by=member, to=own)
    assert told() == {(author.email, "reply")}

    Notification.objects.all().delete()
    said(contribution, by=member, to=question)  # to oneself
    assert told() == {(author.email, "comment")}


def test_mails_name_nobody(author: User) -> None:
    contribution = published(by=author)
    writer = UserFactory(name="Amina Unique", email="unique@example.org")
    wants("now", author)

    said(contribution, "Since when?", by=writer)

    sent = mail.outbox[-1]
    assert sent.to == [author.email]
    assert "Since when?" in sent.body
    assert "Amina" not in sent.body
    assert "unique@" not in sent.body


def test_long_comments_are_repeated_in_part(author: User) -> None:
    said(published(by=author), "word " * 400)

    line = Notification.objects.get(topic="comment")

    assert line.text.split() == ["word"] * 30 + ["…"]


def test_the_writer_hears_why_a_comment_was_hidden(member: User, coordinator: User) -> None:
    comment = said(published(), by=member)

    workflow.hide(comment, by=coordinator, reason="A case was named.")

    line = Notification.objects.get(recipient=member)
    assert (line.topic, line.text, line.anchor) == (
        "hidden", "A case was named.", comment.anchor,
    )  # fmt: skip


def test_the_inbox_repeats_nothing_that_was_hidden(
    as_user: AsUser, author: User, coordinator: User, member: User
) -> None:
    contribution = published(by=author)
    question = said(contribution, "Harmless", by=member)
    comment = said(contribution, "It names a case.", to=question)
    assert "It names a case." in as_user(author).get("/inbox/").content.decode()

    workflow.hide(comment, by=coordinator, reason="A case was named.")

    for user in (author, member):
        html = as_user(user).get("/inbox/").content.decode()
        assert "It names a case." not in html
        assert "Harmless" in html or user == member

    workflow.show(comment, by=coordinator)
    assert "It names a case." in as_user(author).get("/inbox/").content.decode()


def test_who_sees_a_contribution_no_more_is_told_nothing_of_it(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    contribution = published()
    question = said(contribution, by=member)
    contribution.visibility = "coordinators"
    contribution.save()
    wants("now", member, contribution.owner)
    mail.outbox.clear()

    said(contribution, "Between coordinators", by=coordinator, to=question)

    assert [message.to for message in mail.outbox] == [[contribution.owner.email]]
    assert "Between coordinators" not in as_user(member).get("/inbox/").content.decode()


def test_people_who_left_are_not_told(author: User) -> None:
    contribution = published(by=author)
    User.objects.filter(pk=author.pk).update(is_active=False)

    said(contribution)

    assert told() == set()
