"""Tags: what is offered, what members add and propose, what decisions change, the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from contributions import curating, drafts, tagging, workflow
from contributions.models import Contribution, Notification, SearchDocument, Tagging
from tests.factories.accounts import UserFactory, wants
from tests.factories.contributions import archived, draft, published
from vocabulary.models import Concept

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def url(contribution: Contribution) -> str:
    return f"/contributions/{contribution.code}/tags/"


def page(client: Client, contribution: Contribution) -> str:
    answer = client.get(contribution.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def concept(name: str) -> Concept:
    found = Concept.objects.named(name, "en")
    assert found is not None, name
    return found


def slugs(contribution: Contribution) -> list[str]:
    return sorted(
        Tagging.objects.filter(content_object=contribution).values_list("tag__slug", flat=True)
    )


def propose(contribution: Contribution, name: str, by: User) -> Concept:
    outcome = tagging.add(contribution, [name], by=by, language="en")
    return outcome.proposed[0]


# What is offered while typing


def offered(client: Client, **query: str) -> list[str]:
    answer = client.get("/tags/suggest/", query)
    assert answer.status_code == 200
    return re.findall(r'data-offer="([^"]*)"', answer.content.decode())


def test_what_fits_is_offered_with_the_name_that_fitted(as_user: AsUser, member: User) -> None:
    html = as_user(member).get("/tags/suggest/?q=ToT").content.decode()

    assert 'data-offer="Training of trainers"' in html
    assert ">ToT</span>" in html


def test_names_of_other_languages_find_the_concept(as_user: AsUser, member: User) -> None:
    french = concept("Training of trainers").label("fr")

    assert "Training of trainers" in offered(as_user(member), q=french[:12])


def test_of_a_whole_line_the_last_word_counts(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    assert offered(client, tags="Prosecutors, training of tr") == ["Training of trainers"]
    assert offered(client, tags="شيء، training of tr") == ["Training of trainers"]
    assert offered(client, tags="training of trainers, ") == []


@pytest.mark.parametrize("typed", ["", "  ", "x" * 81, "%", "_", "zzzzzz", "'\"<>"])
def test_nothing_fits_nonsense(as_user: AsUser, member: User, typed: str) -> None:
    assert offered(as_user(member), q=typed) == []


def test_proposals_and_rejected_ones_are_not_offered(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    contribution = published()
    propose(contribution, "Zebra crossings", member)
    refused = propose(contribution, "Zebra stripes", member)
    curating.reject(refused, by=coordinator, note="Too narrow.")

    for user in (member, coordinator):
        assert offered(as_user(user), q="zebra") == []


def test_offers_are_for_members(visitor: Client, as_user: AsUser, member: User) -> None:
    assert visitor.get("/tags/suggest/?q=train").status_code == 401
    assert as_user(member).post("/tags/suggest/").status_code == 405


@pytest.mark.parametrize("typed", ["training of tr", "train"])
def test_offers_cost_two_queries_more_than_the_person(
    as_user: AsUser, member: User, typed: str, django_assert_num_queries: Any
) -> None:
    client = as_user(member)

    with django_assert_num_queries(3):
        assert offered(client, q=typed)


# Members add tags


def test_a_member_adds_known_concepts_at_once(
    as_user: AsUser, member: User, visitor: Client
) -> None:
    contribution = published()

    answer = as_user(member).post(
        url(contribution), {"tags": "training of trainers، ToT; Prosecutors"}, follow=True
    )

    assert "Added: Training of trainers, Prosecutors." in answer.content.decode()
    taggings = Tagging.objects.filter(content_object=contribution)
    assert {(item.tag.slug, item.tagged_by) for item in taggings} == {
        ("training-of-trainers", member), ("prosecutors", member),
    }  # fmt: skip
    html = page(visitor, contribution)
    assert "/tags/training-of-trainers/" in html
    assert 'title="Added by Trainer, Morocco"' in html


def test_what_is_found_changes_with_the_tags(
    as_user: AsUser, member: User, visitor: Client
) -> None:
    contribution = published(title="Something else", summary="Something else.")

    def is_found() -> bool:
        facets = SearchDocument.objects.get(contribution=contribution).facets
        return "tag:training-of-trainers" in facets

    assert not is_found()

    as_user(member).post(url(contribution), {"tags": "training of trainers"})
    assert is_found()
    assert contribution.code in visitor.get("/search/?tag=training-of-trainers").content.decode()

    as_user(member).post(f"{url(contribution)}remove/", {"tag": "training-of-trainers"})
    assert not is_found()


def test_what_is_there_already_is_not_added_again(as_user: AsUser, member: User) -> None:
    contribution = published(tags=["prosecutors"])

    answer = as_user(member).post(url(contribution), {"tags": "Prosecutors"}, follow=True)

    assert "All of them are there already." in answer.content.decode()
    assert Tagging.objects.get(content_object=contribution).tagged_by is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Write at least one tag."),
        (" , ،;", "Write at least one tag."),
        ("\x00", "Write at least one tag."),
        ("!!!", "A tag needs a letter or a digit."),
        ("x" * 81, "A tag is a word or two"),
        (",".join(f"tag {n}" for n in range(13)), "Keep the 12 most fitting tags."),
        ("y" * 100_000, "A tag is a word or two"),
    ],
)
def test_bad_names_are_refused_and_kept(
    as_user: AsUser, member: User, typed: str, message: str
) -> None:
    contribution = published()

    html = as_user(member).post(url(contribution), {"tags": typed}).content.decode()

    assert message in html
    assert typed.replace("\x00", "").split(",")[0].strip() in html
    assert slugs(contribution) == []


def test_markup_in_a_name_is_shown_as_typed(as_user: AsUser, member: User) -> None:
    contribution = published()
    client = as_user(member)

    client.post(url(contribution), {"tags": "<script>alert(1)</script>"})

    html = page(client, contribution)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_there_is_an_end_to_tags(member: User) -> None:
    contribution = published()
    names = list(Concept.objects.accepted().values_list("name", flat=True)[: tagging.MOST + 2])

    outcome = tagging.add(contribution, names, by=member, language="en")

    assert len(outcome.added) == tagging.MOST
    assert outcome.too_many == names[-2:]


def test_who_may_tag(
    as_user: AsUser, visitor: Client, member: User, author: User, reviewer: User
) -> None:
    open_one = published(by=author)
    secret = published(visibility="coordinators")
    begun = draft(by=author).contribution
    old = archived(by=author)
    data = {"tags": "prosecutors"}

    assert visitor.post(url(open_one), data).url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert as_user(member).post(url(secret), data).status_code == 404
    assert as_user(reviewer).get(url(secret)).status_code == 404
    assert as_user(member).post(url(begun), data).status_code == 404
    assert as_user(author).post(url(begun), data).status_code == 403
    assert as_user(author).get(url(old)).status_code == 403
    assert as_user(member).delete(url(open_one)).status_code == 405
    assert as_user(member).get(f"{url(open_one)}remove/").status_code == 405
    assert not Tagging.objects.exists()
    assert "Add or take away tags" not in page(visitor, open_one)
    assert "Add or take away tags" in page(as_user(member), open_one)


def test_who_takes_a_members_tag_away(
    as_user: AsUser, member: User, author: User, coordinator: User, reviewer: User
) -> None:
    contribution = published(by=author)

    for user, status, left in (
        (UserFactory(), 403, ["prosecutors"]),
        (reviewer, 403, ["prosecutors"]),
        (member, 302, []),
        (author, 302, []),
        (coordinator, 302, []),
    ):
        tagging.add(contribution, ["prosecutors"], by=member, language="en")
        client = as_user(user)
        offers = 'value="prosecutors"' in client.get(url(contribution)).content.decode()
        answer = client.post(f"{url(contribution)}remove/", {"tag": "prosecutors"})
        assert (answer.status_code, slugs(contribution), offers) == (status, left, status == 302)


def test_tags_of_the_text_change_with_its_versions_only(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    contribution = published(by=author, tags=["prosecutors"])

    for user in (author, coordinator):
        answer = as_user(user).post(f"{url(contribution)}remove/", {"tag": "prosecutors"})
        assert answer.status_code == 403
    assert slugs(contribution) == ["prosecutors"]


@pytest.mark.parametrize("slug", ["", "unknown", "\x00", "x" * 101, "a b"])
def test_taking_away_what_is_not_there_does_nothing(
    as_user: AsUser, member: User, slug: str
) -> None:
    contribution = published(tags=["prosecutors"])

    answer = as_user(member).post(f"{url(contribution)}remove/", {"tag": slug})

    assert answer.status_code == 302
    assert slugs(contribution) == ["prosecutors"]


def test_a_new_version_replaces_its_own_tags_and_keeps_those_of_members(
    author: User, member: User, coordinator: User
) -> None:
    contribution = published(by=author, tags=["prosecutors", "awareness-raising"])
    tagging.add(contribution, ["training of trainers", "legislation"], by=member, language="en")
    revision = drafts.revise(contribution, by=author)
    tags = ["Prosecutors", "legislation"]
    revision = drafts.save(revision, {"tags": tags}, by=author, lock=revision.lock)

    workflow.perform("submit", revision, by=author)
    workflow.perform("approve", revision, by=coordinator)

    found = Tagging.objects.filter(content_object=contribution)
    assert {(item.tag.slug, item.tagged_by) for item in found} == {
        ("prosecutors", None), ("legislation", None), ("training-of-trainers", member),
    }  # fmt: skip


def test_nothing_says_who_added_a_tag_where_the_author_is_withheld(
    as_user: AsUser, author: User, member: User, coordinator: User
) -> None:
    lesson = published("lesson", by=author, anonymous_to_members=True)
    tagging.add(lesson, ["prosecutors"], by=author, language="en")
    tagging.add(lesson, ["legislation"], by=member, language="en")

    for user in (member, coordinator):
        client = as_user(user)
        for html in (page(client, lesson), client.get(url(lesson)).content.decode()):
            assert "/tags/prosecutors/" in html
            assert "Added by" not in html


# Proposals


def test_a_proposal_is_seen_by_its_proposer_and_coordinators_only(
    as_user: AsUser, visitor: Client, member: User, author: User, reviewer: User, coordinator: User
) -> None:
    contribution = published(by=author)

    answer = as_user(member).post(url(contribution), {"tags": "Zebra crossings"}, follow=True)

    assert "Proposed: Zebra crossings." in answer.content.decode()
    new = Concept.objects.get(name="Zebra crossings")
    assert (new.status, new.proposed_by) == ("proposed", member)
    for user, sees in (
        (member, True), (coordinator, True), (author, False), (reviewer, False),
        (UserFactory(), False),
    ):  # fmt: skip
        client = as_user(user)
        assert ("Zebra crossings" in page(client, contribution)) == sees
        assert ("Zebra crossings" in client.get(url(contribution)).content.decode()) == sees
        assert (client.get(f"/tags/{new.slug}/").status_code == 200) == sees
        assert "Zebra crossings" not in client.get("/tags/").content.decode()
    assert "Zebra" not in page(visitor, contribution)
    assert visitor.get(f"/tags/{new.slug}/").status_code == 404
    assert contribution.code not in visitor.get("/search/?q=zebra").content.decode()


def test_who_adds_the_proposal_of_somebody_else_sees_it_as_own(
    as_user: AsUser, member: User
) -> None:
    contribution, other = published(), published()
    propose(contribution, "Zebra crossings", UserFactory())

    propose(other, "zebra  CROSSINGS", member)

    assert Concept.objects.proposed().count() == 1
    assert "Zebra crossings" in page(as_user(member), other)
    assert "Zebra crossings" not in page(as_user(member), contribution)


def test_what_was_rejected_is_not_added_again(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    contribution = published()
    curating.reject(
        propose(contribution, "Zebra crossings", member), by=coordinator, note="Too narrow."
    )

    answer = as_user(member).post(
        url(published()), {"tags": "zebra crossings, prosecutors"}, follow=True
    )

    html = answer.content.decode()
    assert "Not added: zebra crossings." in html
    assert "Added: Prosecutors." in html
    assert "Zebra crossings" not in page(as_user(member), contribution)


def test_an_accepted_proposal_is_seen_and_found_by_everybody(
    as_user: AsUser, visitor: Client, member: User, coordinator: User
) -> None:
    contribution = published()
    new = propose(contribution, "Zebra crossings", member)
    member.language = "fr"
    member.save()
    wants("now", member)
    mail.outbox.clear()

    answer = as_user(coordinator).post(
        "/admin/vocabulary/concept/",
        {"action": "accept_selected", "_selected_action": [new.pk]},
    )

    assert answer.status_code == 302
    assert "Zebra crossings" in page(visitor, contribution)
    assert contribution.code in visitor.get("/search/?q=zebra").content.decode()
    told = Notification.objects.get(topic="tag")
    assert (told.recipient, told.contribution) == (member, contribution)
    assert "Zebra crossings" in told.text
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_a_rejected_proposal_is_told_and_unseen(member: User, coordinator: User) -> None:
    contribution = published()
    new = propose(contribution, "Zebra crossings", member)

    curating.reject(new, by=coordinator, note="Too narrow.")

    told = Notification.objects.get(topic="tag")
    assert told.text == "“Zebra crossings” does not become a tag. The reason: Too narrow."
    assert told.recipient == member


def test_decisions_that_change_nothing_for_the_proposer_are_not_told(
    member: User, coordinator: User
) -> None:
    own = propose(published(), "Of a coordinator", coordinator)
    curating.accept(own, by=coordinator)
    curating.reject(concept("legislation"), by=coordinator, note="Too narrow.")

    assert not Notification.objects.filter(topic="tag").exists()


# Merging


def test_merging_moves_taggings_tells_and_leads_on(
    as_user: AsUser, visitor: Client, author: User, member: User, coordinator: User
) -> None:
    one, both, of_text = published(), published(), published(by=author)
    new = propose(one, "Teaching of teachers", member)
    tagging.add(both, ["Teaching of teachers", "training of trainers"], by=member, language="en")
    tagging.set_own(of_text, ["Teaching of teachers"], by=author)
    tagging.add(of_text, ["training of trainers"], by=member, language="en")

    answer = as_user(coordinator).post(
        f"/admin/vocabulary/concept/{new.pk}/merge/", {"into": "formation de formateurs"}
    )

    assert answer.status_code == 302, answer.content.decode()
    for contribution, by in ((one, member), (both, member), (of_text, None)):
        left = Tagging.objects.get(content_object=contribution)
        assert (left.tag.slug, left.tagged_by) == ("training-of-trainers", by)
        facets = SearchDocument.objects.get(contribution=contribution).facets
        assert "tag:training-of-trainers" in facets
    told = Notification.objects.get(topic="tag")
    assert told.contribution == one
    assert told.text == (
        "“Teaching of teachers” is known already, as “Training of trainers”. It leads there now."
    )
    moved = visitor.get(f"/tags/{new.slug}/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/tags/training-of-trainers/")


def test_a_text_that_still_names_a_merged_or_rejected_concept_is_published_without_it(
    author: User, member: User, coordinator: User
) -> None:
    contribution = published(by=author, tags=["Teaching of teachers", "Zebra crossings"])
    curating.merge(
        concept("Teaching of teachers"), into=concept("training of trainers"), by=coordinator
    )
    curating.reject(concept("Zebra crossings"), by=coordinator, note="Too narrow.")
    revision = drafts.revise(contribution, by=author)

    workflow.perform("submit", revision, by=author)
    workflow.perform("approve", revision, by=coordinator)

    assert slugs(contribution) == ["training-of-trainers"]


@pytest.mark.parametrize("name", ["", "\x00", "no such concept", "Zebra crossings"])
def test_merging_needs_another_accepted_concept(
    as_user: AsUser, member: User, coordinator: User, name: str
) -> None:
    new = propose(published(), "Zebra crossings", member)

    answer = as_user(coordinator).post(f"/admin/vocabulary/concept/{new.pk}/merge/", {"into": name})

    assert answer.status_code == 200
    new.refresh_from_db()
    assert new.status == "proposed"


def test_only_coordinators_decide_and_see_who_proposed(
    as_user: AsUser, reviewer: User, coordinator: User, member: User
) -> None:
    proposer = UserFactory(name="Amina Unique")
    new = propose(published(), "Zebra crossings", proposer)
    decision = {"action": "accept_selected", "_selected_action": [new.pk]}
    queue = "/admin/vocabulary/concept/?status__exact=proposed"
    places = [queue, f"/admin/vocabulary/concept/{new.pk}/change/"]

    for place in places:
        assert "Amina Unique" in as_user(coordinator).get(place).content.decode()
        html = as_user(reviewer).get(place).content.decode()
        assert "Zebra crossings" in html
        assert "Amina Unique" not in html
    as_user(reviewer).post(places[0], decision)
    as_user(member).post(places[0], decision)
    merge = f"/admin/vocabulary/concept/{new.pk}/merge/"
    assert as_user(reviewer).post(merge, {"into": "legislation"}).status_code == 403
    assert as_user(member).post(merge, {"into": "legislation"}).status_code == 302
    new.refresh_from_db()
    assert new.status == "proposed"


# Pages


def test_the_page_of_a_concept_says_what_it_is_and_what_carries_it(visitor: Client) -> None:
    practice = published(tags=["training-of-trainers"], title="A practice that trains trainers")
    effort = published("effort", tags=["training-of-trainers"], title="An effort that does")
    published(tags=["prosecutors"], title="Something else")
    shown = concept("training of trainers")

    html = visitor.get("/tags/training-of-trainers/").content.decode()

    assert shown.scope_note in html
    assert practice.title in html
    assert effort.title in html
    assert "Something else" not in html
    assert "/practices/?tag=training-of-trainers" in html
    assert "/efforts/?tag=training-of-trainers" in html
    assert "/lessons/?tag=training-of-trainers" not in html
    assert f'lang="ar" dir="rtl">{shown.label("ar")}<' in html
    for near in (shown.broader, *shown.related.all()):
        assert near is None or f"/tags/{near.slug}/" in html


def test_the_page_of_a_concept_counts_by_country_what_the_reader_sees(
    visitor: Client, as_user: AsUser, member: User
) -> None:
    for visibility in ("public", "members"):
        published(tags=["legislation"], countries=["MA"], visibility=visibility)
    published(tags=["legislation"], countries=["EG", "MA"], visibility="public")
    published(tags=["prosecutors"], countries=["PK"], visibility="public")

    def by_country(client: Client) -> list[tuple[str, int]]:
        rows = client.get("/tags/legislation/").context["countries"]
        return [(row.code, row.count) for row in rows]

    assert by_country(visitor) == [("ma", 2), ("eg", 1)]
    assert by_country(as_user(member)) == [("ma", 3), ("eg", 1)]
    assert (
        "/search/?tag=legislation&amp;country=ma"
        in visitor.get("/tags/legislation/").content.decode()
    )


def test_the_page_of_a_concept_shows_only_what_the_reader_sees(
    as_user: AsUser, visitor: Client, member: User, coordinator: User
) -> None:
    for visibility in ("public", "members", "coordinators"):
        published(tags=["legislation"], visibility=visibility, title=f"For {visibility}")
    archived(tags=["legislation"], title="For nobody")

    def seen(client: Client) -> list[str]:
        html = client.get("/tags/legislation/").content.decode()
        return re.findall(r"For (\w+)</a>", html)

    assert seen(visitor) == ["public"]
    assert sorted(seen(as_user(member))) == ["members", "public"]
    assert sorted(seen(as_user(coordinator))) == ["coordinators", "members", "public"]


def test_the_numbers_of_the_index_count_what_the_reader_sees(
    as_user: AsUser, visitor: Client, member: User
) -> None:
    published(tags=["legislation"])
    published(tags=["legislation"], visibility="members")
    number = re.compile(r'/tags/legislation/">[^<]+</a> (\d+)')

    assert number.findall(visitor.get("/tags/").content.decode()) == ["1"]
    assert number.findall(as_user(member).get("/tags/").content.decode()) == ["2"]


def test_only_the_newest_stand_on_the_page_and_the_list_has_all(visitor: Client) -> None:
    for number in range(7):
        published(tags=["legislation"], title=f"Law {number}")

    html = visitor.get("/tags/legislation/").content.decode()

    assert re.findall(r"Law (\d)</a>", html) == ["6", "5", "4", "3", "2"]
    assert "All 7 in the list" in html


@pytest.mark.parametrize("slug", ["no-such-tag", "x" * 200, "%00", "..%2f", "حقوق"])
def test_unknown_tags_are_not_found(visitor: Client, slug: str) -> None:
    assert visitor.get(f"/tags/{slug}/").status_code in (400, 404)


@pytest.mark.parametrize("path", ["/tags/", "/tags/legislation/"])
def test_pages_of_tags_answer_head_and_nothing_else(visitor: Client, path: str) -> None:
    assert visitor.head(path).status_code == 200
    assert visitor.post(path).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/tags/", 2), ("/tags/legislation/", 4)])
def test_pages_of_tags_ask_the_same_number_of_queries(
    visitor: Client, rows: int, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    for kind in ("practice", "lesson", "effort"):
        for _number in range(rows):
            published(kind, tags=["legislation"])

    with django_assert_num_queries(queries):
        visitor.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_that_changes_tags_asks_the_same_number_of_queries(
    as_user: AsUser, member: User, rows: int, django_assert_num_queries: Any
) -> None:
    contribution = published()
    names = list(Concept.objects.accepted().values_list("name", flat=True)[:rows])
    tagging.add(contribution, names, by=member, language="en")
    client = as_user(member)

    with django_assert_num_queries(6):
        client.get(url(contribution))
