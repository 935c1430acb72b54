"""The page on which a draft is written: begin, save, autosave, parts, rows, sending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import content as contents
from contributions import drafts, kinds, merging, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import content, draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def url(revision: Revision, page: str = "edit") -> str:
    return f"/contributions/{revision.contribution.code}/{page}/"


def page_fields(revision: Revision, **changes: Any) -> dict[str, Any]:
    """What the short form's page sends for the draft, with changes (plain fields)."""
    fields: dict[str, Any] = {"lock": revision.lock, "shown": "snapshot", "part": ""}
    for name, value in (revision.content | changes).items():
        if isinstance(value, bool):
            fields |= {name: "on"} if value else {}
        elif name in kinds.get(revision.contribution.kind).form.rows:
            fields[f"{name}-TOTAL_FORMS"] = len(value)
            for i, row in enumerate(value):
                fields |= {f"{name}-{i}-{column}": text for column, text in row.items()}
        else:
            fields[name] = value
    fields.pop("form", None)
    return fields


# Beginning


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_looking_at_new_writes_nothing_and_its_button_begins_a_draft(
    as_user: AsUser, member: User, kind: str
) -> None:
    browser = as_user(member)

    assert browser.get(f"/{kind}s/new/").status_code == 200
    assert Contribution.objects.count() == 0
    answer = browser.post(f"/{kind}s/new/", {"level": "snapshot"})

    contribution = Contribution.objects.get()
    assert answer.url == f"/contributions/{contribution.code}/edit/"
    assert (contribution.kind, contribution.owner, contribution.status) == (kind, member, "draft")


def test_the_full_form_can_be_chosen_at_the_start(as_user: AsUser, member: User) -> None:
    as_user(member).post("/practices/new/", {"level": "full"})

    assert Revision.objects.get().content["form"] == "full"


def test_begin_pressed_twice_makes_one_draft(as_user: AsUser, member: User) -> None:
    browser = as_user(member)

    first = browser.post("/practices/new/", {"level": "snapshot"})
    second = browser.post("/practices/new/", {"level": "snapshot"})

    assert first.url == second.url
    assert Contribution.objects.count() == 1


def test_a_draft_that_was_begun_with_a_text_is_left_alone(as_user: AsUser, member: User) -> None:
    """Copies and imports begin with content and are not saved again."""
    revision = draft(by=member, title="Brought along")

    as_user(member).post("/practices/new/", {"level": "snapshot"})

    revision.refresh_from_db()
    assert revision.title == "Brought along"
    assert Contribution.objects.count() == 2


def test_a_draft_that_was_written_in_is_not_taken_for_a_new_one(
    as_user: AsUser, member: User
) -> None:
    revision = drafts.begin("practice", by=member)
    drafts.save(revision, {"title": "Mine"}, by=member, lock=0)

    as_user(member).post("/practices/new/", {"level": "snapshot"})

    assert Contribution.objects.count() == 2


def test_visitors_sign_in_first(visitor: Client) -> None:
    answer = visitor.get("/practices/new/")

    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/practices/new/")


def test_a_lesson_remembers_what_it_was_learned_from(as_user: AsUser, member: User) -> None:
    html = as_user(member).get("/lessons/new/", {"source": "PR-0007"}).content.decode()
    assert 'name="source" value="PR-0007"' in html

    as_user(member).post("/lessons/new/", {"level": "snapshot", "source": "PR-0007"})

    assert Revision.objects.get().content["source_contribution"] == "PR-0007"


def test_an_effort_begins_with_the_country_one_speaks_for(as_user: AsUser) -> None:
    focal = UserFactory(speaks_for="NE")  # works from Morocco

    as_user(focal).post("/efforts/new/", {"level": "snapshot"})

    assert Revision.objects.get().content["countries"] == ["NE"]


# Who may open it


def test_only_authors_open_the_editor_of_a_draft(
    as_user: AsUser, author: User, member: User, reviewer: User, coordinator: User, visitor: Client
) -> None:
    revision = draft(by=author)
    revision.contribution.co_authors.add(helper := UserFactory())

    found = {
        who: as_user(user).get(url(revision)).status_code
        for who, user in {
            "author": author, "co-author": helper, "member": member, "reviewer": reviewer,
            "coordinator": coordinator,
        }.items()
    }  # fmt: skip

    assert found == {
        "author": 200, "co-author": 200, "member": 404, "reviewer": 404, "coordinator": 403,
    }  # fmt: skip
    assert visitor.get(url(revision)).url == f"/accounts/login/?next={url(revision)}"


@pytest.mark.parametrize("place", ["edit", "autosave", "submit", "withdraw", "resume", "revise"])
def test_nobody_else_writes_in_a_published_text(
    as_user: AsUser, author: User, member: User, place: str
) -> None:
    contribution = published(by=author)
    path = f"/contributions/{contribution.code}/{place}/"

    answer = as_user(member).post(path, {"shown": "snapshot", "title": "Taken over", "lock": 0})

    contribution.refresh_from_db()
    assert answer.status_code == 403
    assert contribution.revisions.count() == 1
    assert contribution.title == "A network of specialised prosecutors"


@pytest.mark.parametrize("place", ["edit", "status", "preview", "withdraw", "versions", "diff"])
def test_unknown_codes_are_not_found(as_user: AsUser, member: User, place: str) -> None:
    for code in ("PR-9999", "nothing", "PR-", "PR-99999999999999999999", "é%F0%9F%98%80"):
        assert as_user(member).get(f"/contributions/{code}/{place}/").status_code == 404


# The page


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_the_short_form_shows_all_its_questions_with_what_was_typed(
    as_user: AsUser, author: User, kind: str
) -> None:
    revision = draft(kind, by=author)

    html = as_user(author).get(url(revision)).content.decode()

    for text in ("A network of specialised prosecutors", "Swap roles", "Law on trafficking"):
        assert (text in html) == (text in revision.content["title"])
    assert f'data-autosave="/contributions/{revision.contribution.code}/autosave/"' in html
    assert 'name="lock" value="0"' in html
    assert 'id="errors"' not in html
    assert "Do no harm" in html


def test_the_full_form_shows_one_part_and_keeps_the_others(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, form="full", context="There is a law.")
    browser = as_user(author)

    html = browser.get(url(revision), {"part": "how"}).content.decode()
    browser.post(
        url(revision),
        {"lock": 0, "shown": "full", "part": "how", "context": "There are two laws."},
    )

    assert 'name="context"' in html
    assert 'name="title"' not in html
    revision.refresh_from_db()
    assert revision.content["context"] == "There are two laws."
    assert revision.content["title"] == "A network of specialised prosecutors"
    assert revision.content["results"] == content()["results"]


def test_an_unknown_part_shows_the_first(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, form="full")

    html = as_user(author).get(url(revision), {"part": "nothing", "row": "no", "check": "?"})

    assert 'name="title"' in html.content.decode()


def test_counts_say_how_far_each_part_is_answered(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, title="", summary=" ", results=[])

    html = as_user(author).get(url(revision)).content.decode()

    assert "3 of 5 answered" in html  # what it is: language, type, crime
    assert "0 of 1 answered" not in html


def test_countries_begin_with_ones_own(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, countries=["NE"])

    html = as_user(author).get(url(revision)).content.decode()
    own, folded = html.split("Other countries", 1)

    assert 'value="NE" checked' in own
    assert 'value="MA"' in own
    assert 'value="PK"' in folded
    assert "Taking part in the community" in folded
    assert 'value="FJ"' not in html


def test_all_countries_are_shown_when_asked_for_and_typed_text_stays(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    answer = browser.post(
        url(revision), page_fields(revision, title="Just typed") | {"all_countries": "1"}
    )
    html = browser.get(answer.url.partition("#")[0]).content.decode()

    assert answer.url == f"{url(revision)}?countries=1#id_countries"
    assert "Just typed" in html
    assert 'value="FJ"' in html
    assert html.index('value="PK"') < html.index('value="FJ"')


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_the_page_stays_light(as_user: AsUser, author: User, kind: str) -> None:
    """40 KB, also where everything is answered wrongly."""
    revision = draft(kind, by=author)
    bad = dict.fromkeys(revision.content, "") | {"form": "snapshot"}
    Revision.objects.filter(pk=revision.pk).update(content=bad)

    answer = as_user(author).get(url(revision), {"check": "1"})

    assert len(answer.content) < 40_000


def test_an_effort_asks_for_one_country(as_user: AsUser, author: User) -> None:
    html = as_user(author).get(url(draft("effort", by=author))).content.decode()

    assert '<input type="radio" name="countries" value="MA" checked>' in html
    assert '<input type="checkbox" name="countries"' not in html


def test_what_people_write_carries_its_language_and_direction(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    drafts.save(revision, {"original_language": "ar"}, by=author, lock=0)

    html = as_user(author).get(url(revision)).content.decode()

    assert '<div class="top-s" lang="ar" dir="rtl"><input type="text" name="title"' in html


def test_head_works_and_other_methods_do_not(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    assert browser.head(url(revision)).status_code == 200
    assert browser.delete(url(revision)).status_code == 405
    assert browser.get(url(revision, "autosave")).status_code == 405
    assert browser.get(url(revision, "submit")).status_code == 405
    assert browser.get(url(revision, "revise")).status_code == 405
    assert browser.get(url(revision, "resume")).status_code == 405
    assert browser.post(url(revision, "preview")).status_code == 405


# Saving


def test_save_draft_keeps_everything_unjudged(as_user: AsUser, author: User) -> None:
    revision = drafts.begin("practice", by=author)
    typed = page_fields(revision, title="", summary="word " * 300, end_date="some day")

    answer = as_user(author).post(url(revision), typed)

    revision.refresh_from_db()
    assert answer.url == url(revision)
    assert revision.content["summary"] == "word " * 300
    assert revision.lock == 1


def test_the_same_form_sent_twice_is_saved_once(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, title="Changed")
    browser = as_user(author)

    first, second = browser.post(url(revision), typed), browser.post(url(revision), typed)

    revision.refresh_from_db()
    assert first.url == second.url == url(revision)
    assert (revision.content["title"], revision.lock) == ("Changed", 1)


def test_a_bare_post_empties_nothing(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    before = revision.content

    as_user(author).post(url(revision), {"lock": 0})
    as_user(author).post(url(revision), {"lock": 0, "shown": "nonsense"})

    revision.refresh_from_db()
    assert (revision.content, revision.lock) == (before, 0)


def test_fields_that_no_form_has_are_not_kept(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    strange = {"owner": "1", "status_": "x", "maturity": "good", "form": "report"}
    typed = page_fields(revision) | strange

    as_user(author).post(url(revision), typed)

    revision.refresh_from_db()
    assert revision.content["form"] == "snapshot"
    assert {"owner", "status_", "maturity"} & set(revision.content) == set()  # full form only


def test_changing_to_the_full_form_keeps_all_answers(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)

    answer = as_user(author).post(
        url(revision), page_fields(revision, title="Other") | {"level": "full"}
    )

    revision.refresh_from_db()
    assert answer.url == url(revision)
    assert (revision.content["form"], revision.content["title"]) == ("full", "Other")
    assert merging.different(revision.content, content(title="Other", form="full")) == []


def test_no_other_level_can_be_chosen(as_user: AsUser, author: User) -> None:
    """`report` asks almost nothing; it is for what comes from a report."""
    revision = draft(by=author)

    as_user(author).post(url(revision), page_fields(revision) | {"level": "report"})

    revision.refresh_from_db()
    assert revision.content["form"] == "snapshot"


def test_preview_and_the_next_part_save_first(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    to_preview = browser.post(url(revision), page_fields(revision, title="A") | {"preview": "1"})
    revision.refresh_from_db()
    to_part = browser.post(url(revision), page_fields(revision, title="B") | {"go": "where"})

    revision.refresh_from_db()
    assert to_preview.url == url(revision, "preview")
    assert to_part.url == f"{url(revision)}?part=where"
    assert revision.content["title"] == "B"


def test_next_pages_never_lead_elsewhere(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    bad = "https://example.com/\r\nX: y"

    for button in ("go", "add_row", "part"):
        answer = as_user(author).post(url(revision), {"lock": 0, button: bad})
        assert answer.url.startswith(url(revision))
        assert "\n" not in answer.url


# Rows


def test_a_row_is_added_without_script_and_typed_text_stays(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    browser = as_user(author)
    typed = page_fields(revision, results=[{"statement": "Just typed"}]) | {"add_row": "results"}

    answer = browser.post(url(revision), typed)
    html = browser.get(answer.url.partition("#")[0]).content.decode()

    assert answer.url == f"{url(revision)}?row=results#id_results"
    assert "Just typed" in html
    assert 'name="results-1-statement"' in html
    assert 'name="results-TOTAL_FORMS" value="2"' in html


def test_rows_are_removed_and_ordered_without_script(as_user: AsUser, author: User) -> None:
    rows = [{"statement": text, "impact_level": "personal"} for text in ("one", "two", "three")]
    revision = draft(by=author, results=rows)
    typed = page_fields(revision) | {
        "results-0-ORDER": "3", "results-1-DELETE": "on", "results-2-ORDER": "1",
    }  # fmt: skip

    as_user(author).post(url(revision), typed)

    revision.refresh_from_db()
    assert [row["statement"] for row in revision.content["results"]] == ["three", "one"]


def test_the_first_row_waits_where_one_is_asked_for(as_user: AsUser, author: User) -> None:
    html = as_user(author).get(url(draft(by=author, results=[]))).content.decode()

    assert 'name="results-TOTAL_FORMS" value="1"' in html
    assert 'name="results-0-statement"' in html


# Autosave


def test_autosave_answers_with_the_number_of_the_next_save(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)

    answer = as_user(author).post(url(revision, "autosave"), page_fields(revision, title="Half a"))

    revision.refresh_from_db()
    assert (answer.status_code, answer.json()["lock"]) == (200, 1)
    assert answer.json()["saved_at"] == revision.updated_at.isoformat()
    assert revision.content["title"] == "Half a"


def test_autosave_says_what_is_wrong_in_json(
    as_user: AsUser, author: User, member: User, visitor: Client
) -> None:
    revision, waiting = draft(by=author), sent(by=author)
    own, other = as_user(author), as_user(member)

    signed_out = visitor.post(url(revision, "autosave"), page_fields(revision))
    unknown = own.post("/contributions/PR-9999/autosave/")
    stranger = other.post(url(revision, "autosave"), page_fields(revision))
    too_late = own.post(url(waiting, "autosave"), page_fields(waiting, title="Late"))

    answers = (signed_out, unknown, stranger, too_late)
    assert [answer.status_code for answer in answers] == [401, 404, 404, 409]
    assert too_late.json()["url"] == url(waiting, "status")
    assert all(answer.json()["message"] for answer in answers)


# Sending


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_a_complete_text_is_saved_and_sent(as_user: AsUser, author: User, kind: str) -> None:
    revision = draft(kind, by=author)
    typed = page_fields(revision, title="The title typed last") | {"action": "submit"}

    answer = as_user(author).post(url(revision, "submit"), typed)

    revision.refresh_from_db()
    assert answer.url == url(revision, "status")
    assert (revision.state, revision.title) == ("submitted", "The title typed last")


def test_an_incomplete_text_comes_back_with_all_it_lacks(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, title="", summary="word " * 79, crime_scope="", results=[])
    typed.pop("no_identifying_details")

    answer = as_user(author).post(url(revision, "submit"), typed)
    html = answer.content.decode()

    assert answer.status_code == 200
    assert "5 answers need another look" in html
    assert f'href="{url(revision)}?check=1#id_summary"' in html
    assert "Shorten this: it has 79 words, 60 are allowed." in html
    assert "Add at least one row." in html
    assert ("word " * 79).strip() in html
    revision.refresh_from_db()
    assert revision.state == "draft"
    assert revision.content["summary"] == "word " * 79


def test_errors_of_other_parts_lead_to_their_page(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, form="full")
    browser = as_user(author)

    html = browser.post(url(revision, "submit"), {"action": "submit"}).content.decode()
    there = browser.get(url(revision), {"part": "how", "check": "1"}).content.decode()

    assert f'href="{url(revision)}?part=how&amp;check=1#id_context"' in html
    assert 'id="id_context_error"' in there


def test_send_pressed_twice_sends_once(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision) | {"action": "submit"}
    browser = as_user(author)

    first = browser.post(url(revision, "submit"), typed)
    second = browser.post(url(revision, "submit"), typed)

    assert first.url == second.url == url(revision, "status")
    assert list(revision.decisions.values_list("action", flat=True)) == ["submit"]


def test_a_focal_point_publishes_an_effort_of_the_own_country(
    as_user: AsUser, focal_point_morocco: User
) -> None:
    revision = draft("effort", by=focal_point_morocco)
    browser = as_user(focal_point_morocco)
    assert 'value="publish"' in browser.get(url(revision)).content.decode()

    answer = browser.post(url(revision, "submit"), page_fields(revision) | {"action": "publish"})

    contribution = Contribution.objects.get()
    assert answer.url == contribution.get_absolute_url()
    assert contribution.is_published


def test_for_another_country_it_goes_to_review(as_user: AsUser, focal_point_morocco: User) -> None:
    """Also where the page still said "Publish" and the country was changed on it."""
    revision = draft("effort", by=focal_point_morocco)

    as_user(focal_point_morocco).post(
        url(revision, "submit"), page_fields(revision, countries=["NE"]) | {"action": "publish"}
    )

    revision.refresh_from_db()
    assert revision.state == "submitted"
    assert not Contribution.objects.get().is_published


def test_where_the_button_said_review_nothing_is_published(
    as_user: AsUser, focal_point_morocco: User
) -> None:
    revision = draft("effort", by=focal_point_morocco, countries=["NE"])

    as_user(focal_point_morocco).post(
        url(revision, "submit"), page_fields(revision, countries=["MA"]) | {"action": "submit"}
    )

    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_returned_text_shows_the_reason_and_is_sent_again(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    revision = sent(by=author)
    workflow.perform("request_changes", revision, by=coordinator, note="Say since when.")
    browser = as_user(author)
    assert "Say since when." in browser.get(url(revision)).content.decode()

    browser.post(url(revision, "submit"), page_fields(revision, title="Since 2016"))

    revision.refresh_from_db()
    assert (revision.state, revision.title) == ("submitted", "Since 2016")


def test_new_version_begins_from_the_published_one_which_stays(
    as_user: AsUser, author: User
) -> None:
    contribution = published(by=author)
    browser = as_user(author)

    answer = browser.post(f"/contributions/{contribution.code}/revise/")
    again = browser.post(f"/contributions/{contribution.code}/revise/")
    revision = contribution.open_revision()
    assert revision is not None
    browser.post(url(revision), page_fields(revision, title="Version two"))

    contribution.refresh_from_db()
    assert answer.url == again.url == url(revision)
    assert contribution.revisions.count() == 2
    assert contribution.title == contents_title()
    assert contribution.is_published


def contents_title() -> str:
    return str(content()["title"])


def test_a_list_of_countries_survives_the_page(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)

    as_user(author).post(url(revision), page_fields(revision, countries=["MA", "NE"]))

    revision.refresh_from_db()
    assert revision.content["countries"] == ["MA", "NE"]
    assert contents.to_data(revision.content).getlist("countries") == ["MA", "NE"]
