"""Commenting and answering: who may, what is kept, what is refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from contributions.models import Contribution
from discussion.models import Comment
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.contributions import archived, draft, published
from tests.factories.discussion import hidden, said

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def url(contribution: Contribution) -> str:
    return f"/contributions/{contribution.code}/comments/"


def typed(**changes: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"text": "We do the same.", "language": "en", "visibility": "members"} | changes


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_a_member_comments_on_any_kind_and_is_led_to_the_comment(
    as_user: AsUser, member: User, kind: str
) -> None:
    contribution = published(kind)
    client = as_user(member)

    answer = client.post(url(contribution), typed(text="  Since 2018 too.  ", language="fr"))

    comment = Comment.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"/{kind}s/{contribution.code}/#comment-{comment.pk}"  # type: ignore[attr-defined]
    assert (comment.author, comment.contribution, comment.parent) == (member, contribution, None)
    assert (comment.text, comment.language, comment.visibility) == (
        "Since 2018 too.", "fr", "members",
    )  # fmt: skip
    html = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert 'lang="fr" dir="ltr"><p>Since 2018 too.</p>' in html
    assert "Your comment is there." in html


def test_the_form_offers_members_only_and_the_language_of_the_interface(
    as_user: AsUser, member: User
) -> None:
    member.language = "ar"
    member.save()
    contribution = published()

    html = as_user(member).get(f"/practices/{contribution.code}/").content.decode()

    assert '<option value="members" selected>' in html
    assert '<option value="ar" selected>' in html


def test_a_member_answers_on_a_page_of_its_own(as_user: AsUser, member: User) -> None:
    contribution = published()
    first = said(contribution, "How many courts?")
    client = as_user(member)

    page = client.get(f"/comments/{first.pk}/answer/").content.decode()
    answer = client.post(url(contribution), typed(text="All 22.", parent=first.pk))

    assert "How many courts?" in page
    assert f'name="parent" value="{first.pk}"' in page
    written = Comment.objects.get(text="All 22.")
    assert written.parent == first
    assert answer.url.endswith(f"#comment-{written.pk}")  # type: ignore[attr-defined]


# Who may


def test_visitors_are_sent_to_sign_in_and_write_nothing(visitor: Client) -> None:
    contribution = published()

    page = visitor.get(url(contribution))
    answer = visitor.post(url(contribution), typed())

    assert page.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert answer.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert not Comment.objects.exists()


def test_what_one_may_not_see_cannot_be_commented(
    as_user: AsUser, member: User, reviewer: User, coordinator: User
) -> None:
    secret = published(visibility="coordinators")
    question = said(secret, by=coordinator)

    for user in (member, reviewer):
        client = as_user(user)
        assert client.get(url(secret)).status_code == 404
        assert client.post(url(secret), typed()).status_code == 404
        assert client.get(f"/comments/{question.pk}/answer/").status_code == 404
    assert Comment.objects.count() == 1
    assert as_user(coordinator).post(url(secret), typed()).status_code == 302


def test_only_published_contributions_are_discussed(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    begun = draft(by=author).contribution
    old = archived(by=author)

    for contribution in (begun, old):
        for user in (author, coordinator):
            client = as_user(user)
            assert client.get(url(contribution)).status_code == 403
            assert client.post(url(contribution), typed()).status_code == 403
    assert not Comment.objects.exists()


def test_a_deactivated_member_does_not_comment(as_user: AsUser, member: User) -> None:
    contribution = published()
    client = as_user(member)
    User.objects.filter(pk=member.pk).update(is_active=False)

    answer = client.post(url(contribution), typed())

    assert answer.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert not Comment.objects.exists()


# Sent twice


def test_the_same_form_sent_twice_makes_one_comment(as_user: AsUser, member: User) -> None:
    contribution = published()
    client = as_user(member)
    form = typed(token=str(uuid.uuid4()))

    first = client.post(url(contribution), form)
    second = client.post(url(contribution), form)

    assert Comment.objects.count() == 1
    assert first.url == second.url  # type: ignore[attr-defined]
    assert contribution.owner.notifications.filter(topic="comment").count() == 1


def test_a_form_changed_after_it_was_sent_loses_nothing(as_user: AsUser, member: User) -> None:
    contribution, other = published(), published()
    client = as_user(member)
    token = str(uuid.uuid4())

    client.post(url(contribution), typed(token=token, text="One"))
    client.post(url(contribution), typed(token=token, text="Two"))
    client.post(url(other), typed(token=token, text="One"))

    assert sorted(Comment.objects.values_list("contribution__code", "text")) == sorted(
        [(contribution.code, "One"), (contribution.code, "Two"), (other.code, "One")]
    )


def test_a_token_of_somebody_else_swallows_nothing(as_user: AsUser, member: User) -> None:
    contribution = published()
    taken = said(contribution, "Mine")

    as_user(member).post(url(contribution), typed(token=str(taken.token), text="Mine"))

    assert Comment.objects.filter(author=member, text="Mine").count() == 1


# Bad input


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write your comment."),
        (" \n\t ", "Write your comment."),
        ("\x00\x00", "Write your comment."),
        ("word " * 501, "it has 501 words, 500 are allowed"),
        ("字" * 1002, "it has 501 words, 500 are allowed"),
    ],
)
def test_empty_and_long_texts_are_refused_and_shown_again(
    as_user: AsUser, member: User, text: str, message: str
) -> None:
    contribution = published()

    answer = as_user(member).post(url(contribution), typed(text=text, visibility="public"))
    html = answer.content.decode()

    assert answer.status_code == 200
    assert message in html
    assert escape(contribution.title) in html
    assert text.replace("\x00", "").strip()[:40] in html
    assert '<option value="public" selected>' in html
    assert not Comment.objects.exists()


def test_a_hundred_thousand_characters_are_refused_and_kept_on_the_page(
    as_user: AsUser, member: User
) -> None:
    contribution = published()
    text = "x" * 100_000

    answer = as_user(member).post(url(contribution), typed(text=text))

    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert 'id="errors"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_five_hundred_words_are_allowed_and_counted_on_the_page(
    as_user: AsUser, member: User
) -> None:
    contribution = published()
    client = as_user(member)

    assert 'data-most="500"' in client.get(url(contribution)).content.decode()
    assert client.post(url(contribution), typed(text="word " * 500)).status_code == 302


def test_markup_is_shown_as_it_was_typed(as_user: AsUser, member: User) -> None:
    contribution = published()
    client = as_user(member)

    client.post(url(contribution), typed(text="<script>alert(1)</script> <b>x</b>\x00"))

    html = client.get(f"/practices/{contribution.code}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;x&lt;/b&gt;" in html
    assert "<script>alert" not in html
    assert Comment.objects.get().text == "<script>alert(1)</script> <b>x</b>"


@pytest.mark.parametrize(
    ("parent", "message"),
    [(parent, "It is not here any more.") for parent in ("999999", "-1", "x", "9" * 40)]
    + [("\x00", "Null characters are not allowed.")],
)
def test_an_unknown_parent_is_refused_with_the_text_kept(
    as_user: AsUser, member: User, parent: str, message: str
) -> None:
    contribution = published()

    answer = as_user(member).post(url(contribution), typed(text="All 22.", parent=parent))
    html = answer.content.decode()

    assert answer.status_code == 200
    assert message in html
    assert "All 22.</textarea>" in html
    assert 'name="parent"' not in html  # sent again, it stands alone
    assert not Comment.objects.exists()


def test_a_comment_on_something_else_is_no_parent(as_user: AsUser, member: User) -> None:
    contribution, elsewhere = published(), said(published(), "Elsewhere")

    html = as_user(member).post(url(contribution), typed(parent=elsewhere.pk)).content.decode()

    assert "It is not here any more." in html
    assert "Elsewhere" not in html
    assert Comment.objects.count() == 1


def test_a_hidden_comment_is_not_answered(as_user: AsUser, member: User) -> None:
    contribution = published()
    gone = hidden(contribution, "It names a case.")
    client = as_user(member)

    page = client.get(f"/comments/{gone.pk}/answer/", follow=True).content.decode()
    html = client.post(url(contribution), typed(parent=gone.pk)).content.decode()

    assert "This comment was hidden meanwhile." in page
    assert "It names a case." not in page
    assert "It names a case." not in html
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"visibility": "coordinators"}, {"visibility": ""}, {"language": "xx"}]
)
def test_unknown_choices_are_refused(as_user: AsUser, member: User, wrong: dict[str, str]) -> None:
    answer = as_user(member).post(url(published()), typed(**wrong))

    assert 'id="errors"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_an_unreadable_token_does_no_harm(as_user: AsUser, member: User) -> None:
    answer = as_user(member).post(url(published()), typed(token="not a token"))

    assert answer.status_code == 302
    assert Comment.objects.count() == 1


def test_an_answer_to_members_stays_among_members(as_user: AsUser, member: User) -> None:
    contribution = published()
    inside = said(contribution, public=False)
    outside = said(contribution, public=True)
    client = as_user(member)

    page = client.get(f"/comments/{inside.pk}/answer/").content.decode()
    refused = client.post(url(contribution), typed(parent=inside.pk, visibility="public"))
    allowed = client.post(url(contribution), typed(parent=outside.pk, visibility="public"))

    assert '<option value="public"' not in page
    assert "You answer a comment for members" in refused.content.decode()
    assert allowed.status_code == 302


@pytest.mark.parametrize("code", ["PR-9999", "XX-0001", "pr-0001"])
def test_unknown_codes_are_not_found(as_user: AsUser, member: User, code: str) -> None:
    answer = as_user(member).post(f"/contributions/{code}/comments/", typed())

    assert answer.status_code == 404


def test_wrong_methods_are_refused(as_user: AsUser, coordinator: User) -> None:
    contribution = published()
    comment = said(contribution)
    client = as_user(coordinator)

    assert client.put(url(contribution)).status_code == 405
    assert client.post(f"/comments/{comment.pk}/answer/").status_code == 405
    assert client.delete(f"/comments/{comment.pk}/hide/").status_code == 405
    assert client.get(f"/comments/{comment.pk}/show/").status_code == 405
    assert client.head(f"/comments/{comment.pk}/answer/").status_code == 200


# The session ran out


def sign_in(browser: Client, user: User, follow_to: str) -> str:
    answer = browser.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD, "next": follow_to}
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)  # type: ignore[attr-defined]


@pytest.mark.parametrize("answers", [True, False])
def test_a_text_sent_after_the_session_ran_out_is_there_after_signing_in(
    visitor: Client, member: User, answers: bool
) -> None:
    contribution = published()
    parent = said(contribution, "How many courts?")
    page = f"/comments/{parent.pk}/answer/" if answers else url(contribution)
    form = typed(text="All <22>.", parent=parent.pk if answers else "")

    refused = visitor.post(url(contribution), form)
    led_to = sign_in(visitor, member, page)
    html = visitor.get(led_to).content.decode()

    assert refused.url == f"/accounts/login/?next={page}"  # type: ignore[attr-defined]
    assert not Comment.objects.filter(author=member).exists()
    assert "All &lt;22&gt;.</textarea>" in html
    assert "What you wrote is kept" in html
    visitor.post(url(contribution), form)
    assert "All &lt;22&gt;." not in visitor.get(page).content.decode().split("<form", 4)[-1]


def test_a_text_kept_for_one_page_stands_on_no_other(visitor: Client, member: User) -> None:
    here, there = published(), published()

    visitor.post(url(here), typed(text="Only for here"))
    sign_in(visitor, member, "/")

    assert "Only for here" not in visitor.get(url(there)).content.decode()


def test_a_text_too_long_to_be_kept_is_given_back(visitor: Client) -> None:
    text = "y" * 450_000

    answer = visitor.post(url(published()), typed(text=text))

    assert answer.status_code == 200
    assert text in answer.content.decode()


def test_an_old_page_gives_the_text_back(member: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(url(published()), typed(text="Kept for you"))

    assert answer.status_code == 403
    assert "Kept for you" in answer.content.decode()
    assert not Comment.objects.exists()


def test_the_author_of_a_lesson_without_name_is_warned(as_user: AsUser, author: User) -> None:
    lesson = published("lesson", by=author, anonymous_to_members=True)
    warning = "This lesson does not name you."

    assert warning in as_user(author).get(url(lesson)).content.decode()
    assert warning not in as_user(UserFactory()).get(url(lesson)).content.decode()
