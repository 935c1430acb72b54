"""Inbox and own contributions: what waits, drafts, news; and the mails that repeat the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from contributions import drafts, notifications, tasks, workflow
from contributions.models import Contribution, Notification
from tests.factories.accounts import UserFactory, wants
from tests.factories.contributions import archived, draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def inbox(browser: Client) -> str:
    answer = browser.get("/inbox/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def part(html: str, name: str) -> str:
    """One of the inbox's sections."""
    return html.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


# What waits


def test_returned_texts_wait_with_their_reason(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    revision = sent(by=author, title="Returned text")
    workflow.perform("request_changes", revision, by=coordinator, note="Say since when.")

    waits = part(inbox(as_user(author)), "waits")

    assert "Returned text" in waits
    assert "Say since when." in waits
    assert f"/contributions/{revision.contribution.code}/edit/" in waits


def test_reviewers_are_told_how_many_texts_of_others_wait(
    as_user: AsUser, reviewer: User, coordinator: User, member: User
) -> None:
    sent()
    sent(by=reviewer)

    assert "1 text waits for review" in part(inbox(as_user(reviewer)), "waits")
    assert "2 texts wait for review" in part(inbox(as_user(coordinator)), "waits")
    assert "review" not in part(inbox(as_user(member)), "waits")


def test_nothing_waits_is_said(as_user: AsUser, member: User) -> None:
    assert "Nothing waits for you." in inbox(as_user(member))


# Drafts


def test_drafts_say_how_far_they_are_and_sent_texts_stand_apart(
    as_user: AsUser, author: User
) -> None:
    draft(by=author, title="Half written", summary="")
    drafts.begin("lesson", by=author)
    sent(by=author, title="On its way")
    draft(title="Of somebody else")

    drafts_part = part(inbox(as_user(author)), "drafts")

    assert "Half written" in drafts_part
    assert "15 of 16 answered" in drafts_part
    assert "Untitled" in drafts_part
    assert "On its way" in drafts_part.split("Sent for review")[1]
    assert "Of somebody else" not in drafts_part


def test_co_authors_find_the_draft_in_their_inbox(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, title="Written by two")
    helper = UserFactory()
    revision.contribution.co_authors.add(helper)

    assert "Written by two" in part(inbox(as_user(helper)), "drafts")


# News


def tell(user: User, contribution: Contribution | None = None, text: str = "") -> Notification:
    notifications.send([user], Notification.Topic.COMMENT, contribution, text=text)
    return Notification.objects.latest("pk")


def test_news_are_marked_as_read_one_by_one_and_all_at_once(as_user: AsUser, author: User) -> None:
    contribution = published(by=author)
    Notification.objects.all().delete()
    first, second = tell(author, contribution), tell(author, contribution)
    browser = as_user(author)
    assert "News (2)" in inbox(browser)

    answer = browser.post(f"/inbox/{first.pk}/read/")
    first.refresh_from_db()
    was_read = first.read_at
    browser.post(f"/inbox/{first.pk}/read/")
    first.refresh_from_db()

    assert answer.url == "/inbox/"
    assert was_read == first.read_at
    assert "News (1)" in inbox(browser)
    browser.post("/inbox/read/")
    second.refresh_from_db()
    assert second.read_at
    assert "Mark all as read" not in inbox(browser)


def test_looking_marks_nothing_and_a_get_is_refused(as_user: AsUser, author: User) -> None:
    line = tell(author, published(by=author))
    browser = as_user(author)
    inbox(browser)

    assert browser.get(f"/inbox/{line.pk}/read/").status_code == 405
    assert browser.get("/inbox/read/").status_code == 405
    assert browser.post("/inbox/").status_code == 405
    line.refresh_from_db()
    assert line.read_at is None


def test_nobody_reads_or_marks_the_news_of_others(
    as_user: AsUser, author: User, member: User
) -> None:
    line = tell(author, published(by=author), text="Between us")
    browser = as_user(member)

    assert "Between us" not in inbox(browser)
    assert browser.post(f"/inbox/{line.pk}/read/").status_code == 404
    browser.post("/inbox/read/")
    line.refresh_from_db()
    assert line.read_at is None


def test_news_about_what_one_may_not_see_any_more_are_gone(as_user: AsUser, member: User) -> None:
    tell(member, archived(), text="Secret words")
    tell(member, published(visibility="coordinators"), text="Closed words")

    html = inbox(as_user(member))

    assert "Secret words" not in html
    assert "Closed words" not in html
    assert "News (" not in html


@pytest.mark.parametrize("place", ["2", "99", "x", "-1", "", "%00"])
def test_news_come_in_pages(as_user: AsUser, author: User, place: str) -> None:
    contribution = published(by=author)
    for number in range(21):
        tell(author, contribution, text=f"Comment number {number}.")

    answer = as_user(author).get(f"/inbox/?page={place}")

    assert answer.status_code == (400 if place == "%00" else 200)
    if place in ("2", "99"):
        assert "Comment number 0." in answer.content.decode()


def test_visitors_sign_in_first(visitor: Client) -> None:
    assert visitor.get("/inbox/").url == "/accounts/login/?next=/inbox/"
    assert visitor.get("/mine/").url == "/accounts/login/?next=/mine/"
    assert visitor.post("/inbox/read/").status_code == 302


# Own contributions


def test_mine_lists_own_and_shared_texts_with_their_state(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    published(by=author, title="Published text")
    draft(by=author, title="Draft text")
    returned = sent(by=author, title="Returned text")
    workflow.perform("request_changes", returned, by=coordinator, note="Why?")
    shared = published(title="Shared text")
    shared.co_authors.add(author)
    published(title="Of somebody else")

    html = as_user(author).get("/mine/").content.decode()

    for title in ("Published text", "Draft text", "Returned text", "Shared text"):
        assert title in html
    assert "changes requested" in html
    assert "Of somebody else" not in html


def test_the_newest_version_gives_title_and_state(as_user: AsUser, author: User) -> None:
    contribution = published(by=author, title="Old title")
    drafts.save(drafts.revise(contribution, by=author), {"title": "New title"}, by=author, lock=0)

    html = as_user(author).get("/mine/").content.decode()

    assert "New title" in html
    assert "Old title" not in html


def test_every_page_counts_the_unread_lines_that_may_be_seen(as_user: AsUser, author: User) -> None:
    record, hidden = published(countries=["MA"]), published(visibility="coordinators")
    tell(author, record)
    tell(author, record)
    tell(author, hidden)
    browser = as_user(author)

    for place in ("/inbox/", "/practices/", "/search/?q=zebra", "/countries/ma/", "/objectives/1/",
                  record.get_absolute_url(), "/components/"):  # fmt: skip
        assert 'Inbox <span class="count">2</span>' in browser.get(place).content.decode(), place

    Notification.objects.filter(recipient=author, contribution=record).update(
        read_at=timezone.now()
    )
    for place in ("/practices/", record.get_absolute_url(), "/components/"):
        assert 'Inbox <span class="count">' not in browser.get(place).content.decode(), place


@pytest.mark.parametrize(
    ("place", "queries"),
    # Of every page: the person, unread count. Here: drafts, news, their number, the saved searches;
    # or the texts and their number.
    [("/inbox/", 6), ("/mine/", 6)],
)
def test_lists_cost_the_same_however_long(
    as_user: AsUser, author: User, django_assert_num_queries: Any, place: str, queries: int
) -> None:
    browser = as_user(author)

    def add() -> None:
        draft(by=author)
        tell(author, published(by=author))
        returned = sent(by=author)
        workflow.perform("request_changes", returned, by=UserFactory(role="coordinator"),
                         note="Why?")  # fmt: skip

    add()
    with django_assert_num_queries(queries):
        browser.get(place)
    add()
    add()
    with django_assert_num_queries(queries):
        browser.get(place)


# Sentences and mails


@pytest.mark.parametrize("action", ["review", "request_changes", "approve", "decline"])
def test_each_decision_has_a_sentence_of_its_own_with_the_title(
    action: str, author: User, coordinator: User
) -> None:
    revision = sent(by=author, title="A fine text")
    workflow.perform(action, revision, by=coordinator, note="Because.")

    line = Notification.objects.get(recipient=author)

    assert "A fine text" in line.sentence()
    assert "There is news" not in line.sentence()
    assert line.get_absolute_url() == f"/contributions/{revision.contribution.code}/status/"


@pytest.mark.parametrize("topic", [t for t in Notification.Topic if t != "decision"])
def test_every_topic_has_a_sentence_and_an_address(topic: str, author: User) -> None:
    untitled = topic in ("tag", "call", "alert")
    contribution = None if untitled else published(by=author, title="100 % true")
    line = Notification(
        recipient=author, topic=topic, contribution=contribution, anchor="comment-7"
    )

    assert "There is news" not in line.sentence()
    assert contribution is None or "100 % true" in line.sentence()
    assert line.get_absolute_url().startswith("/")


@pytest.mark.parametrize("variant", ["draft", "review_due", "unconfirmed"])
def test_each_reminder_has_a_sentence_of_its_own(variant: str, author: User) -> None:
    line = Notification(
        recipient=author, topic="reminder", variant=variant, contribution=published(by=author)
    )

    assert "A reminder" not in line.sentence()
    assert "news" not in line.sentence()


def test_a_link_of_its_own_goes_before_the_page_of_the_contribution(author: User) -> None:
    notifications.send([author], Notification.Topic.CALL, None, link="/calls/7/")

    line = Notification.objects.get(recipient=author)

    assert line.get_absolute_url() == "/calls/7/"


def test_a_comment_leads_to_its_place_on_the_page(author: User) -> None:
    contribution = published(by=author)
    line = Notification(
        recipient=author, topic="comment", contribution=contribution, anchor="comment-7"
    )

    assert line.get_absolute_url() == f"/practices/{contribution.code}/#comment-7"


def test_reviewers_are_led_to_the_page_of_decision(reviewer: User) -> None:
    revision = sent()

    line = Notification.objects.get(recipient=reviewer)

    assert line.get_absolute_url() == f"/admin/contributions/revision/{revision.pk}/moderate/"


def test_the_mail_says_the_same_with_the_reason_and_a_full_address(
    author: User, coordinator: User, settings: Any
) -> None:
    settings.SITE_URL = "https://community.example"
    revision = sent(by=author, title="Tom & <Jerry>")
    mail.outbox.clear()

    workflow.perform("decline", revision, by=coordinator, note="It names <a victim> & more.")

    (letter,) = [m for m in mail.outbox if m.to == [author.email]]
    html = str(letter.alternatives[0][0])
    assert letter.subject == "“Tom & <Jerry>” was declined."
    assert "It names <a victim> & more." in str(letter.body)
    address = f"https://community.example/contributions/{revision.contribution.code}/status/"
    assert address in str(letter.body)
    assert address in html
    assert "It names &lt;a victim&gt; &amp; more." in html


def test_a_title_with_line_ends_makes_no_mail_headers(author: User, coordinator: User) -> None:
    revision = sent(by=author, title="A\nBcc: everybody@example.org")
    mail.outbox.clear()

    workflow.perform("review", revision, by=coordinator)

    (letter,) = mail.outbox
    assert "\n" not in letter.subject
    assert letter.recipients() == [author.email]


def test_mails_are_in_the_language_of_their_reader(author: User, coordinator: User) -> None:
    author.language = "ar"
    author.save()
    revision = sent(by=author)
    mail.outbox.clear()

    with translation.override("fr"):
        workflow.perform("approve", revision, by=coordinator)

    assert '<html lang="ar" dir="rtl">' in str(mail.outbox[0].alternatives[0][0])


def test_a_task_that_runs_twice_mails_once(author: User) -> None:
    contribution = published(by=author)
    wants("now", author)
    mail.outbox.clear()

    line = tell(author, contribution)
    tasks.mail_notification.call(line.pk)
    Notification.objects.filter(pk=line.pk).update(mailed_at=None)
    tasks.mail_notification.call(line.pk)
    tasks.mail_notification.call(line.pk)

    assert len(mail.outbox) == 1


def test_what_the_reader_may_not_see_when_the_mail_leaves_is_not_mailed(member: User) -> None:
    wants("now", member)
    mail.outbox.clear()

    tell(member, published(visibility="coordinators"), text="Closed words")
    tasks.mail_notification.call(Notification.objects.latest("pk").pk)

    assert [m for m in mail.outbox if m.to == [member.email]] == []


def test_people_who_left_get_no_mail(member: User) -> None:
    wants("now", member)
    member.is_active = False
    member.save()
    contribution = published()
    mail.outbox.clear()

    tell(member, contribution)

    assert mail.outbox == []


def test_what_was_answered_waits_for_nobody_any_more(author: User, coordinator: User) -> None:
    """A digest that leaves after the decision must not ask for it."""
    contribution = published(by=author)
    revision = drafts.revise(contribution, by=author)
    workflow.perform("submit", revision, by=author)
    waiting = Notification.objects.filter(recipient=coordinator, topic="waiting").unread()
    assert waiting.count() == 1

    workflow.perform("confirm", contribution.live, by=author)  # of the version that is shown
    assert waiting.count() == 1
    workflow.perform("request_changes", revision, by=coordinator, note="Which year?")
    assert waiting.count() == 0
