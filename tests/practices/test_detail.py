"""The page of a practice: all it records, what it does not, and who sees which part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions import drafts, names, workflow
from contributions.models import Contribution
from discussion.models import Comment
from discussion.workflow import post
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent
from tests.factories.vocabulary import concept
from tests.markup import headings, spoken_in, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

# What a full record holds beside the snapshot; every text says which field it stands in.
FULL: dict[str, Any] = {
    "context": "Text of the context",
    "legal_basis": "Text of the legal basis",
    "approach": "1. First step\n2. Second step",
    "building_blocks": [{"title": "Block one", "description": "Text of the block"}],
    "stakeholders": [
        {"name": "Body that leads", "kind": "ministry", "role": "Role of it", "lead": "on"}
    ],
    "resources_needed": "Text of the resources",
    "cost_band": "low",
    "maturity": "good",
    "implementation_status": "running",
    "start_date": "2018-05",
    "beneficiaries": "Text of the beneficiaries",
    "evidence_level": "monitoring",
    "success_factors": "Text of what helped",
    "constraints": "Text of what stood in the way",
    "how_overcome": "Text of how it was overcome",
    "what_did_not_work": "Text of what did not work",
    "sustainability": "Text of what keeps it alive",
    "marker_gender": "responsive",
    "marker_gender_reason": "Text of the gender marker",
    "source_text": "Report of the workshop, session 3",
    "links": [{"title": "Title of the link", "url": "https://example.org/network"}],
}
THIN: dict[str, Any] = {
    "form": "report",
    "challenge_addressed": "",
    "replicability": "",
    "results": [],
    "source_text": "Report of the workshop, session 3",
}


def page(client: Client, contribution: Contribution) -> str:
    response = client.get(contribution.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def thin(**changes: Any) -> Contribution:
    """A practice loaded from a report that says little."""
    importer = UserFactory(role="administrator")
    revision = draft("practice", by=importer, **(THIN | changes))
    workflow.perform("import", revision, by=importer)
    return Contribution.objects.get(pk=revision.contribution_id)


def test_a_full_record_is_told_in_order_with_every_field(visitor: Client) -> None:
    practice = published("practice", **FULL)
    published("lesson", source_contribution=practice.code)

    html = page(visitor, practice)

    assert headings(html)[: headings(html).index("Discussion") + 1] == [
        "At a glance", "The challenge", "Context", "How it was done", "Results",
        "What did not work", "What helped, what stood in the way", "If you copy it",
        "Rights, gender, age, society", "Lessons learned", "Sources", "Discussion",
    ]  # fmt: skip
    said = words(html)
    for text in (*(v for v in FULL.values() if str(v).startswith("Text of")), "Block one",
                 "Body that leads", "leads", "Second step", "May 2018", "step 3 of 4", "Running",
                 "Institutional", "Own monitoring", "Title of the link",
                 "Report of the workshop, session 3"):  # fmt: skip
        assert text in said, text
    assert "Not recorded yet:" not in said


def test_parts_without_content_are_named_in_one_box(visitor: Client) -> None:
    html = page(visitor, thin())

    assert headings(html)[:4] == ["At a glance", "What did not work", "Sources", "Discussion"]
    assert (
        "Not recorded yet: The challenge ; Context ; How it was done ; Results ;"
        " What helped, what stood in the way ; If you copy it ; Rights, gender, age, society ."
    ) in words(html).replace(";", " ;").replace("  ;", " ;").replace("society.", "society .")


def test_what_did_not_work_is_asked_for_where_nothing_is_told(visitor: Client) -> None:
    html = page(visitor, thin())

    assert "Nothing is recorded so far." in html
    assert 'href="/lessons/new/"' in html


def test_gaps_invite_each_reader_to_what_they_can_do(
    visitor: Client, as_user: Browser, member: User, coordinator: User
) -> None:
    practice = thin()

    assert "The focal point of Morocco or another member can add it." in page(visitor, practice)
    assert '<a href="#discussion">Tell what you know in the discussion</a>' in page(
        as_user(member), practice
    )
    assert "Add what you know in a new version" in page(as_user(coordinator), practice)


def test_every_text_of_the_author_carries_language_and_direction(visitor: Client) -> None:
    practice = published("practice", original_language="ar", **FULL)

    html = page(visitor, practice)

    content = practice.live.content  # type: ignore[union-attr]
    texts = [value for value in FULL.values() if str(value).startswith("Text of")]
    texts += ["Block one", "Text of the block", "Body that leads", "Role of it", "Second step"]
    texts += ["Every court is represented.", "Title of the link", content["organisation"]]
    texts += [content["title"], content["summary"], content["challenge_addressed"]]
    for text in texts:
        assert {language for language, _dir in spoken_in(html, text)} == {"ar"}, text
    # In the reference the title stands in the middle of a sentence: isolated, direction by itself.
    assert spoken_in(html, content["summary"]) == {("ar", "rtl")}
    # What the interface says is in the language of the interface.
    assert spoken_in(html, "How it was done") == {("en", "ltr")}


def test_markdown_makes_lists_and_never_scripts(visitor: Client) -> None:
    practice = published(
        "practice",
        **FULL
        | {
            "approach": "1. <script>alert(1)</script>\n2. [here](javascript:alert(1))",
            "context": "- one\n- two <img src=x onerror=alert(1)>",
        },
    )

    html = page(visitor, practice)

    assert "<script>alert" not in html
    assert "<img" not in html
    assert 'href="javascript:' not in html
    assert "<li>one</li>" in html


@pytest.mark.parametrize("reader", ["visitor", "member"])
def test_what_a_reader_may_not_see_looks_like_what_is_not_there(
    reader: str, request: pytest.FixtureRequest, as_user: Browser
) -> None:
    hidden = published("practice", visibility="coordinators", title="A secret title")
    found = request.getfixturevalue(reader)
    client = found if isinstance(found, Client) else as_user(found)

    there = client.get(hidden.get_absolute_url())
    not_there = client.get("/practices/PR-9999/")

    assert there.status_code == not_there.status_code == 404
    assert "A secret title" not in there.content.decode()
    assert _plain(there.content, hidden.code) == _plain(not_there.content, "PR-9999")


def _plain(content: bytes, code: str) -> str:
    """The page without its own address and without the token of its forms."""
    lines = content.decode().replace(code, "CODE").splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def test_a_visitor_is_told_that_members_may_see_more(visitor: Client) -> None:
    html = visitor.get(published("practice", visibility="members").get_absolute_url())

    assert "it is for members and you are not signed in" in html.content.decode()
    assert "/accounts/login/?next=/practices/" in html.content.decode()


def test_a_members_only_practice_is_there_for_members_and_says_so(
    as_user: Browser, member: User
) -> None:
    html = page(as_user(member), published("practice", visibility="members"))

    assert "Members" in words(html)


def test_a_draft_leads_its_author_to_its_status_and_others_nowhere(
    visitor: Client, as_user: Browser, author: User, member: User
) -> None:
    contribution = draft("practice", by=author).contribution
    address = contribution.get_absolute_url()

    assert as_user(author).get(address)["Location"] == f"/contributions/{contribution.code}/status/"
    assert as_user(member).get(address).status_code == 404
    assert visitor.get(address).status_code == 404


def test_an_archived_practice_is_left_to_authors_and_coordinators(
    visitor: Client, as_user: Browser, author: User, coordinator: User
) -> None:
    practice = archived("practice", by=author)

    assert visitor.get(practice.get_absolute_url()).status_code == 404
    assert "Archived:" in page(as_user(author), practice)
    assert "Archived:" in page(as_user(coordinator), practice)


@pytest.mark.parametrize("known", [True, False])
def test_codes_in_small_letters_lead_to_the_one_address(visitor: Client, known: bool) -> None:
    code = published("practice").code if known else "PR-4711"

    response = visitor.get(f"/practices/{code.lower()}/")

    assert (response.status_code, response["Location"]) == (301, f"/practices/{code}/")


@pytest.mark.parametrize(
    "code", ["PR-1", "PR-00000000001", "PR0001", "XX-0001", "P%00-0001", "PR-٠٠٠١", "..", "%ff"]
)
def test_other_codes_are_not_found(visitor: Client, code: str) -> None:
    assert visitor.get(f"/practices/{code}/").status_code in (400, 404)


def test_a_code_of_another_kind_is_not_found(visitor: Client) -> None:
    lesson = published("lesson")

    assert visitor.get(f"/practices/{lesson.code}/").status_code == 404


def test_the_page_is_read_only(visitor: Client) -> None:
    address = published("practice").get_absolute_url()

    head = visitor.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert visitor.post(address).status_code == 405


def test_lessons_drawn_from_it_are_those_the_reader_may_see(
    visitor: Client, as_user: Browser, member: User, coordinator: User
) -> None:
    practice = published("practice")
    for visibility in ("public", "members", "coordinators"):
        published(
            "lesson", statement=f"A {visibility} sentence.", visibility=visibility,
            source_contribution=practice.code,
        )  # fmt: skip
    sent("lesson", statement="A sentence in review.", source_contribution=practice.code)

    def sentences(client: Client) -> set[str]:
        said = words(page(client, practice))
        found = ("public", "members", "coordinators")
        assert "A sentence in review." not in said
        return {word for word in found if f"A {word} sentence." in said}

    assert sentences(visitor) == {"public"}
    assert sentences(as_user(member)) == {"public", "members"}
    assert sentences(as_user(coordinator)) == {"public", "members", "coordinators"}


def test_comments_for_members_are_kept_from_visitors(
    visitor: Client, as_user: Browser, member: User
) -> None:
    practice = published("practice")
    for visibility in Comment.Visibility.values:
        post(
            practice, by=member, text=f"Said to {visibility}", language="en", visibility=visibility
        )

    assert "Said to members" not in page(visitor, practice)
    assert "Said to public" in page(visitor, practice)
    assert "Said to members" in page(as_user(UserFactory()), practice)


def test_near_things_are_named_only_where_they_may_be_seen(visitor: Client) -> None:
    concept("Prosecutors’ networks")
    practice = published("practice", tags=["Prosecutors’ networks"])
    published("practice", tags=["Prosecutors’ networks"], title="Near and public")
    published(
        "practice", tags=["Prosecutors’ networks"], title="Near and hidden", visibility="members"
    )

    html = page(visitor, practice)

    assert "Near and public" in html
    assert "Same tag: Prosecutors’ networks" in words(html)
    assert "Near and hidden" not in html


def test_a_proposed_tag_is_shown_to_its_author_and_coordinators_only(
    visitor: Client, as_user: Browser, author: User, member: User, coordinator: User
) -> None:
    concept("Accepted words")
    practice = published("practice", by=author, tags=["Accepted words", "Words not yet accepted"])

    for client in (visitor, as_user(member)):
        html = page(client, practice)
        assert "Accepted words" in html
        assert "Words not yet accepted" not in html
    for user in (author, coordinator):
        assert "Words not yet accepted" in page(as_user(user), practice)


def test_doubt_is_told_with_what_is_to_be_confirmed(visitor: Client) -> None:
    practice = published("practice")
    assert "To be confirmed" not in page(visitor, practice)

    Contribution.objects.update(doubtful=True, doubt_note="The year of the law is unclear.")

    assert "To be confirmed by the focal point. The year of the law is unclear." in words(
        page(visitor, practice)
    )


def test_what_nobody_confirmed_for_two_years_says_so(visitor: Client) -> None:
    practice = published("practice")
    Contribution.objects.update(last_confirmed_on=date(2024, 3, 1))

    with time_machine.travel("2026-02-27", tick=False):
        assert "Ask the contact point" not in page(visitor, practice)
    with time_machine.travel("2026-03-10", tick=False):
        assert "Last confirmed on 1 March 2024. Ask the contact point" in page(visitor, practice)


def test_the_reference_names_country_code_version_and_address(visitor: Client) -> None:
    practice = published("practice", countries=["MA", "PK"])

    said = words(page(visitor, practice))

    assert "Morocco, Pakistan. “A network of specialised prosecutors”." in said.replace(" .", ".")
    assert f"{practice.code}, version 1." in said
    assert f"http://testserver/practices/{practice.code}/" in said


def test_actions_are_offered_to_those_who_may_do_them(
    visitor: Client, as_user: Browser, author: User, member: User, coordinator: User
) -> None:
    practice = published("practice", by=author)
    revise = f'action="/contributions/{practice.code}/revise/"'

    assert revise not in page(visitor, practice)
    assert revise not in page(as_user(member), practice)
    assert revise in page(as_user(author), practice)
    assert revise in page(as_user(coordinator), practice)


def test_a_version_in_review_stays_off_the_page_and_calls_the_coordinator(
    visitor: Client, as_user: Browser, author: User, reviewer: User
) -> None:
    practice = published("practice", by=author)
    revision = drafts.revise(practice, by=author)
    revision = drafts.save(revision, {"title": "A new title"}, by=author, lock=revision.lock)
    workflow.perform("submit", revision, by=author)
    moderate = f'href="/admin/contributions/revision/{revision.pk}/moderate/"'

    assert "A new title" not in page(visitor, practice)
    assert moderate not in page(visitor, practice)
    assert moderate not in page(as_user(author), practice)
    assert f'href="/contributions/{practice.code}/status/"' in page(as_user(author), practice)
    assert moderate in page(as_user(reviewer), practice)


@pytest.mark.parametrize("number", [1, 3])
def test_four_queries_for_a_visitor_whatever_hangs_on_it(
    number: int,
    visitor: Client,
    member: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for index in range(number):
        concept(f"Concept {index}")
    tags = [f"Concept {index}" for index in range(number)]
    rows = {
        "results": [{"statement": f"Result {index}"} for index in range(number)],
        "stakeholders": [{"name": f"Body {index}"} for index in range(number)],
        "building_blocks": [{"title": f"Block {index}"} for index in range(number)],
        "links": [{"title": "Link", "url": f"https://example.org/{n}"} for n in range(number)],
        "countries": ["MA", "PK", "EG"][:number],
        "objectives": ["1", "2", "4"][:number],
    }
    practice = published("practice", tags=tags, **(FULL | rows))
    for _index in range(number):
        published("lesson", source_contribution=practice.code)
        published("practice", tags=tags)
        post(practice, by=member, text="Said", language="en", visibility="public")

    with django_assert_num_queries(4):
        html = page(visitor, practice)

    assert html.count('class="unit"') == number
    assert "Near to this one" in html


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("who", ["member", "focal_point_morocco", "reviewer", "coordinator"])
def test_three_queries_for_the_signed_in_where_what_is_near_is_known(
    as_user: Any,
    who: str,
    number: int,
    request: pytest.FixtureRequest,
    django_assert_num_queries: Any,
) -> None:
    reader = request.getfixturevalue(who)
    practice = published("practice", **FULL)
    for _index in range(number):
        published("lesson", source_contribution=practice.code)
        post(practice, by=reader, text="Said", language="en", visibility="public")
    client = as_user(reader)
    page(client, practice)

    # The person; the practice with its comments and the unread lines; what stands beside it.
    with django_assert_num_queries(3):
        page(client, practice)


def test_what_is_near_is_told_as_soon_as_it_is_published_and_no_longer_once_it_is_gone(
    visitor: Client, coordinator: User
) -> None:
    tag = concept("Floating courts")
    one = published(title="One", tags=[tag.slug])
    address = one.get_absolute_url()
    before = visitor.get(address).content.decode()

    two = published(title="The other court", tags=[tag.slug])
    then = visitor.get(address).content.decode()
    workflow.perform(workflow.Action.ARCHIVE, two.live, by=coordinator, note="Out of date.")
    at_last = visitor.get(address).content.decode()

    assert ["The other court" in html for html in (before, then, at_last)] == [False, True, False]


def test_a_concept_is_called_by_its_new_name_in_what_is_near(
    visitor: Client, coordinator: User
) -> None:
    tag = concept("Floating courts")
    one = published(title="One", tags=[tag.slug])
    published(title="Two", tags=[tag.slug])
    visitor.get(one.get_absolute_url())

    tag.labels.filter(kind="preferred", language="en").update(text="Sailing courts")
    names.refresh()

    html = visitor.get(one.get_absolute_url()).content.decode()
    assert "Same tag: Sailing courts" in html
