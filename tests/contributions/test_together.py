"""Writing together: asked, accepted, left; one writes at a time and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import drafts, together
from contributions.models import CoAuthorInvitation, Contribution, Notification, Revision
from tests.contributions.test_editor import page_fields
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def url(revision: Revision, page: str) -> str:
    return f"/contributions/{revision.contribution.code}/{page}/"


def with_helper(revision: Revision, **person: str) -> User:
    helper = UserFactory(**({"function": "Trainer"} | person))
    revision.contribution.co_authors.add(helper)
    return helper


# Asking


def test_asking_answers_the_same_whether_or_not_the_address_is_known(
    as_user: AsUser, author: User, member: User
) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    pages = [
        browser.post(url(revision, "authors"), {"email": email}, follow=True)
        .content.decode()
        .replace(email, "X")
        for email in (member.email.upper(), "nobody@example.org")
    ]

    notes = [page[page.index("Asked. If") :].split("</p>")[0] for page in pages]
    assert notes[0].casefold().replace(member.email, "x") == notes[1].casefold()
    assert CoAuthorInvitation.objects.count() == 2
    assert not User.objects.filter(email="nobody@example.org").exists()
    assert [line.recipient for line in Notification.objects.filter(topic="invited")] == [member]


def test_asking_twice_asks_once(author: User, member: User) -> None:
    contribution = draft(by=author).contribution

    together.invite(contribution, member.email, by=author, title="T")
    together.invite(contribution, f" {member.email.upper()}", by=author, title="T")

    assert CoAuthorInvitation.objects.count() == 1
    assert Notification.objects.filter(topic="invited").count() == 1


@pytest.mark.parametrize("email", ["", "no address", "author@example.org"])
def test_a_wrong_address_gets_a_message_beside_the_field(
    as_user: AsUser, author: User, email: str
) -> None:
    revision = draft(by=author)

    page = as_user(author).post(url(revision, "authors"), {"email": email})

    assert page.status_code == 200
    assert 'class="err"' in page.content.decode()
    assert not CoAuthorInvitation.objects.exists()


def test_ten_open_invitations_are_enough(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    for number in range(10):
        together.invite(revision.contribution, f"a{number}@example.org", by=author, title="T")

    page = as_user(author).post(url(revision, "authors"), {"email": "one.more@example.org"})

    assert "Wait until some of those you asked" in page.content.decode()


def test_others_neither_see_nor_ask(
    as_user: AsUser, author: User, member: User, reviewer: User, coordinator: User
) -> None:
    revision = sent(by=author)

    asked = {
        name: as_user(person).post(url(revision, "authors"), {"email": "x@example.org"}).status_code
        for name, person in (("m", member), ("r", reviewer), ("c", coordinator))
    }

    assert asked == {"m": 404, "r": 403, "c": 403}


# Answering


def test_who_accepts_writes_with_them_and_is_shown(
    as_user: AsUser, author: User, member: User
) -> None:
    revision = draft(by=author)
    together.invite(revision.contribution, member.email, by=author, title="T")
    browser = as_user(member)
    page = browser.get("/mine/").content.decode()
    invitation = CoAuthorInvitation.objects.get()
    assert invitation.get_absolute_url() in page

    asked = browser.get(invitation.get_absolute_url()).content.decode()
    browser.post(invitation.get_absolute_url(), {"answer": "accept"})

    assert "Prosecutor, Morocco" in asked
    assert "A network of specialised prosecutors" in asked
    assert list(Contribution.objects.get().co_authors.all()) == [member]
    assert browser.get(url(revision, "edit")).status_code == 200
    assert "Trainer, Morocco" in as_user(author).get(url(revision, "authors")).content.decode()


def test_an_invitation_waits_for_somebody_who_becomes_a_member_later(
    as_user: AsUser, author: User
) -> None:
    together.invite(draft(by=author).contribution, "later@example.org", by=author, title="T")

    page = as_user(UserFactory(email="later@example.org")).get("/mine/").content.decode()

    assert "You are asked to write with others" in page


def test_who_declines_sees_nothing_more_of_it(as_user: AsUser, author: User, member: User) -> None:
    revision = draft(by=author)
    together.invite(revision.contribution, member.email, by=author, title="T")
    invitation = CoAuthorInvitation.objects.get()
    browser = as_user(member)

    browser.post(invitation.get_absolute_url(), {"answer": "decline"})

    assert browser.get(invitation.get_absolute_url()).status_code == 404
    assert browser.get(url(revision, "edit")).status_code == 404
    assert not Contribution.objects.get().co_authors.exists()


def test_an_invitation_is_for_who_was_asked_alone(
    as_user: AsUser, author: User, member: User, coordinator: User
) -> None:
    together.invite(draft(by=author).contribution, member.email, by=author, title="T")
    address = CoAuthorInvitation.objects.get().get_absolute_url()

    assert [as_user(p).post(address, {"answer": "accept"}).status_code for p in (author,)] == [404]
    assert as_user(coordinator).get(address).status_code == 404
    assert not Contribution.objects.get().co_authors.exists()


def test_what_was_taken_back_cannot_be_accepted(
    as_user: AsUser, author: User, member: User
) -> None:
    revision = draft(by=author)
    together.invite(revision.contribution, member.email, by=author, title="T")
    invitation = CoAuthorInvitation.objects.get()

    as_user(author).post(url(revision, f"authors/asked/{invitation.pk}/take-back"))

    assert as_user(member).post(invitation.get_absolute_url()).status_code == 404


def test_co_authors_leave_owners_take_away_and_nobody_else_does(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    one, two, three = (with_helper(revision) for _number in range(3))

    def away(by: User, whom: User) -> int:
        return as_user(by).post(url(revision, f"authors/{whom.pk}/remove")).status_code

    assert away(one, two) == 403
    assert away(one, author) == 404
    assert away(one, one) == 302
    assert away(author, two) == 302
    assert list(Contribution.objects.get().co_authors.all()) == [three]


def test_unanswered_invitations_and_their_addresses_are_deleted(author: User) -> None:
    together.invite(draft(by=author).contribution, "x@example.org", by=author, title="T")

    early = together.purge(timezone.now() + timedelta(days=59))
    late = together.purge(timezone.now() + timedelta(days=61))

    assert (early, late) == (0, 1)


# Named and withheld


def test_co_authors_stand_on_the_page(as_user: AsUser, member: User, author: User) -> None:
    contribution = published(by=author)
    contribution.co_authors.add(UserFactory(function="Social worker"))

    html = as_user(member).get(contribution.get_absolute_url()).content.decode()

    assert "Social worker, Morocco" in html


def test_a_lesson_withholds_co_authors_too(as_user: AsUser, member: User, author: User) -> None:
    lesson = published("lesson", by=author, anonymous_to_members=True)
    lesson.co_authors.add(UserFactory(function="Social worker"))

    html = as_user(member).get(lesson.get_absolute_url()).content.decode()

    assert "Social worker" not in html


def test_whoever_is_asked_to_an_unpublished_lesson_does_not_learn_by_whom(
    as_user: AsUser, member: User
) -> None:
    asker = UserFactory(function="Zfunction", name="Zname")
    together.invite(draft("lesson", by=asker).contribution, member.email, by=asker, title="T")

    html = as_user(member).get(CoAuthorInvitation.objects.get().get_absolute_url()).content.decode()

    assert "withheld until you accept" in html
    assert not [sign for sign in ("Zfunction", "Zname", asker.email) if sign in html]


# One writes at a time


def test_a_second_author_reads_who_writes_since_when_and_may_take_over(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    helper = with_helper(revision)
    drafts.save(revision, {"title": "Mine"}, by=author, lock=0)

    html = as_user(helper).get(url(revision, "edit")).content.decode()

    assert "Another author writes here now." in html
    assert "Prosecutor, Morocco" in html
    assert "<fieldset disabled>" in html
    assert "data-autosave" not in html
    assert url(revision, "take-over") in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "for less than a minute; last saved less than a minute ago."),
        ("fr", "moins d’une minute"),
        ("ar", "أقل من دقيقة"),
    ],
)
def test_a_time_shorter_than_a_minute_is_said_in_words(
    as_user: AsUser, author: User, language: str, words: str
) -> None:
    revision = draft(by=author)
    helper = with_helper(revision, language=language)
    drafts.save(revision, {"title": "Mine"}, by=author, lock=0)

    html = as_user(helper).get(url(revision, "edit")).content.decode()
    answer = as_user(helper).post(url(revision, "autosave"), page_fields(revision, title="Mine"))

    assert words in html
    assert words.split(";")[0] in answer.json()["message"]


def test_the_one_who_writes_sees_nothing_of_it(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    drafts.save(revision, {"title": "Mine"}, by=author, lock=0)

    html = as_user(author).get(url(revision, "edit")).content.decode()

    assert "Another author" not in html
    assert "data-autosave" in html


def test_after_taking_over_the_first_is_told_and_their_text_is_kept(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    helper = with_helper(revision)
    first, second = as_user(author), as_user(helper)
    first.post(url(revision, "autosave"), page_fields(revision, title="First"))
    revision.refresh_from_db()

    second.post(url(revision, "take-over"))
    answer = first.post(url(revision, "autosave"), page_fields(revision, title="First, more"))

    assert answer.status_code == 409
    assert "Trainer, Morocco writes in this draft now" in answer.json()["message"]
    revision.refresh_from_db()
    assert revision.content["title"] == "First"
    line = Notification.objects.get(topic="taken_over")
    assert (line.recipient, line.text) == (author, "Trainer, Morocco")
    page = first.get(answer.json()["url"]).content.decode()
    assert "First, more" in page
    assert "Take over and save this choice" in page


def test_the_kept_text_is_saved_by_taking_over_again(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    helper = with_helper(revision)
    first = as_user(author)
    drafts.take_over(revision, by=helper)
    first.post(url(revision, "autosave"), page_fields(revision, title="Kept"))
    page = first.get(url(revision, "unsaved"))
    typed, lock = page.context["typed"], page.context["revision"].lock

    without = first.post(url(revision, "unsaved"), {"typed": typed, "lock": lock})
    first.post(url(revision, "unsaved"), {"typed": typed, "lock": lock, "take_over": "1"})

    assert without.status_code == 200
    revision.refresh_from_db()
    assert (revision.content["title"], revision.held_by) == ("Kept", author)
    assert Notification.objects.get(topic="taken_over").recipient == helper


def test_saving_without_script_into_a_held_draft_shows_both_texts(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    helper = with_helper(revision)
    drafts.take_over(revision, by=author)

    page = as_user(helper).post(url(revision, "edit"), page_fields(revision, title="Theirs"))

    assert "Somebody else writes in this draft now" in page.content.decode()
    revision.refresh_from_db()
    assert revision.content["title"] == "A network of specialised prosecutors"


def test_ten_minutes_of_silence_free_the_draft(author: User) -> None:
    revision = draft(by=author)
    helper = with_helper(revision)
    held = drafts.take_over(revision, by=author)
    Revision.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    held.refresh_from_db()

    assert held.holder_but(helper) is None
    saved = drafts.save(revision, {"title": "Theirs"}, by=helper, lock=0)
    assert saved.held_by == helper
    assert not Notification.objects.filter(topic="taken_over").exists()


def test_sending_a_draft_and_leaving_it_free_it(author: User) -> None:
    one, two = draft(by=author), draft(by=author)
    helper = with_helper(two)
    drafts.take_over(two, by=helper)
    together.remove(two.contribution, helper, by=helper)
    drafts.take_over(one, by=author)

    from_workflow = sent(by=author)

    two.refresh_from_db()
    assert two.held_by is None
    assert from_workflow.held_by is None


def test_others_take_over_nothing(as_user: AsUser, author: User, member: User) -> None:
    revision = draft(by=author)

    assert as_user(member).post(url(revision, "take-over")).status_code == 404
    assert as_user(author).get(url(revision, "take-over")).status_code == 405
    assert as_user(author).post(url(sent(by=author), "take-over")).status_code == 302
