"""The step before sending points at people, numbers and cases, in every language of the texts; the
answers are kept, seen by those who review, and keep sensitive texts from the public."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions import drafts, findings, harm, workflow
from contributions.files import attaching, checking
from contributions.models import Contribution, Revision
from tests.factories.contributions import draft, published, sent

AsUser = Callable[[User], Client]

FOUND = [
    # English, French, Spanish, Portuguese, Russian, Arabic, Chinese; then Persian and Urdu.
    ("name", "It was led by Mr Doe of the court.", "Mr Doe"),
    ("name", "The girl, named Janina, was found.", "named Janina"),
    ("name", "Maria Exemplar was heard twice.", "Maria Exemplar"),
    ("name", "L’audition de Mme Untel a duré.", "Mme Untel"),
    ("name", "La víctima, llamada Fulana, habló.", "llamada Fulana"),
    ("name", "A vítima, chamada Fulana, falou.", "chamada Fulana"),
    ("name", "Допросили г-на Иванова и г-н Иванов ушёл.", "г-н Иванов"),
    ("name", "Свидетель Иван Иванов дал показания.", "Иван Иванов"),
    ("name", "استمعت المحكمة إلى المدعو فلان بن فلان أمس.", "المدعو فلان بن فلان"),
    ("name", "张三先生在法庭作证。", "张三先生"),
    ("name", "被告人王某被判刑。", "王某"),
    ("name", "با آقای فلانی گفتگو شد.", "آقای فلانی"),
    ("email", "Write to someone.else@mail.example.org now.", "someone.else@mail.example.org"),
    ("phone", "Call +212 600 00 00 00 at night.", "+212 600 00 00 00"),
    ("phone", "Appelez le 06 00 00 00 00.", "06 00 00 00 00"),
    ("phone", "هاتف: ٠٦٠٠٠٠٠٠٠٠ ليلا", "هاتف: ٠٦٠٠٠٠٠٠٠٠"),
    ("phone", "电话：13800000000。", "电话：13800000000"),
    ("case", "See case no. 123/2019 of the court.", "case no. 123/2019"),
    ("case", "Dossier n° 45-2018 du parquet.", "Dossier n° 45-2018"),
    ("case", "Expediente 77/2020.", "Expediente 77/2020"),
    ("case", "По делу № 12/345 решено.", "делу № 12/345"),
    ("case", "ملف عدد ١٢٣/٢٠١٩ بالمحكمة", "ملف عدد ١٢٣/٢٠١٩"),
    ("case", "（2019）京01刑终123号判决。", "（2019）京01刑终123号"),
    ("birth", "A girl born on 3 May 2004.", "born on 3 May 2004."),
    ("birth", "Une fille née le 3 mai 2004.", "née le 3 mai 2004."),
    ("birth", "Una niña nacida el 3 de mayo.", "nacida el 3 de mayo."),
    ("birth", "Она родилась 3 мая 2004.", "родилась 3 мая 2004."),
    ("birth", "فتاة من مواليد ٢٠٠٤", "من مواليد ٢٠٠٤"),
    ("birth", "被害人出生于2004年。", "出生于2004年。"),
]
NOTHING = [
    "The law of 2016 and the plan 2018-2022 were adopted on 2018-05-21.",
    "Law no. 27-14 on trafficking; loi n° 27.14; القانون رقم 27.14.",
    "It cost 1 200 000 dirham; 12 000 people took part in 2019, 2020 and 2021.",
    "The Ministry of Justice and the National Commission met in Rabat.",
    "See https://example.org/case/123/2019?tel=+212600000000 for the report.",
    "السيد وزير العدل والسيدة الرئيسة حضرا الاجتماع.",
    "Mutual legal assistance under Article 18 of the Convention, 15 November 2000.",
]


@pytest.mark.parametrize(("sign", "text", "words"), FOUND)
def test_signs_are_found_in_every_language(sign: str, text: str, words: str) -> None:
    found = [(str(kind), text[start:end].strip()) for kind, start, end in harm.signs(text)]

    assert (sign, words) in found


@pytest.mark.parametrize("text", NOTHING)
def test_dates_laws_sums_and_offices_are_left_alone(text: str) -> None:
    assert [text[start:end] for _sign, start, end in harm.signs(text)] == []


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = harm.signs(text)

    assert all(0 <= start < end <= len(text) for _sign, start, end in found)


@pytest.mark.parametrize("text", ["+" + "1 " * 20_000, "a" * 40_000 + "@", "case " * 9_000])
def test_long_odd_texts_are_read_fast(text: str) -> None:
    harm.signs(text)


NAMING = {"what_happened": "Mr Doe called +212 600 00 00 00 for help."}


def url(revision: Revision, page: str) -> str:
    return f"/contributions/{revision.contribution.code}/{page}/"


def answers(revision: Revision, *given: str, **more: str) -> dict[str, str]:
    """`given` to what is asked one by one, in its order."""
    asked = harm.sightings(harm.marks(revision))
    found = {item.name: answer for item, answer in zip(asked, given, strict=False)}
    common = {"operational_detail": "no", "consent_to_publish": "on", "lock": str(revision.lock)}
    return common | found | more


@pytest.fixture
def naming(author: User) -> Revision:
    """A complete draft of a lesson that holds a name and a number."""
    return draft("lesson", by=author, **NAMING)


@pytest.mark.django_db
def test_a_text_without_signs_goes_straight_to_review(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)

    as_user(author).post(url(revision, "submit"), {"action": "submit"})

    revision.refresh_from_db()
    assert revision.state == "submitted"


@pytest.mark.django_db
def test_sending_leads_to_the_marked_words(as_user: AsUser, author: User, naming: Revision) -> None:
    page = as_user(author).post(url(naming, "submit"), {"action": "submit"}, follow=True)

    html = page.content.decode()
    assert page.redirect_chain[-1][0] == url(naming, "check")
    assert "<mark><bdi>Mr Doe</bdi></mark>" in html
    assert "<mark><bdi>+212 600 00 00 00</bdi></mark>" in html
    assert "What happened" in html
    naming.refresh_from_db()
    assert naming.state == "draft"


@pytest.mark.django_db
def test_what_is_missing_comes_first(as_user: AsUser, author: User, naming: Revision) -> None:
    drafts.save(naming, {"title": ""}, by=author, lock=0)

    page = as_user(author).post(url(naming, "submit"), {"action": "submit"})

    assert "needs another look" in page.content.decode()


@pytest.mark.django_db
def test_the_answers_are_kept_with_the_version_and_it_is_sent(
    as_user: AsUser, author: User, coordinator: User, naming: Revision
) -> None:
    as_user(author).post(url(naming, "check"), answers(naming, "office", rest="nothing"))

    naming.refresh_from_db()
    assert naming.state == "submitted"
    assert set(naming.answers["harm"].values()) == {"office", "nothing"}
    assert naming.content["visibility"] == "public"
    page = as_user(coordinator).get(f"/admin/contributions/revision/{naming.pk}/moderate/")
    html = page.content.decode()
    assert "“\u2068Mr Doe\u2069”. The author says: a public office" in html


@pytest.mark.django_db
@pytest.mark.parametrize("sent_answers", [(), ("office",), ("x", "y")])
def test_every_mark_wants_an_answer(
    as_user: AsUser, author: User, naming: Revision, sent_answers: tuple[str, ...]
) -> None:
    page = as_user(author).post(url(naming, "check"), answers(naming, *sent_answers))

    assert page.status_code == 200
    assert 'class="err"' in page.content.decode()
    naming.refresh_from_db()
    assert (naming.state, naming.answers) == ("draft", {})


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "detail"), [("person", "no"), ("office", "yes")])
def test_a_sensitive_answer_keeps_the_text_from_the_public(
    as_user: AsUser, author: User, naming: Revision, first: str, detail: str
) -> None:
    given = answers(naming, first, "office", operational_detail=detail)
    page = as_user(author).post(url(naming, "check"), given, follow=True)

    assert "members read it, not the public" in page.content.decode()
    naming.refresh_from_db()
    assert (naming.state, naming.content["visibility"]) == ("submitted", "members")


@pytest.mark.django_db
def test_nobody_makes_a_text_public_that_names_a_person(
    as_user: AsUser, author: User, coordinator: User, naming: Revision
) -> None:
    as_user(author).post(url(naming, "check"), answers(naming, rest="person"))

    with pytest.raises(ValidationError) as refused:
        workflow.perform("approve", naming, by=coordinator, changes={"visibility": "public"})

    assert "visibility" in refused.value.message_dict
    assert Contribution.objects.get().status == "draft"


@pytest.mark.django_db
def test_answered_words_are_not_asked_again_and_new_ones_are(
    as_user: AsUser, author: User, coordinator: User, naming: Revision
) -> None:
    browser = as_user(author)
    browser.post(url(naming, "check"), answers(naming, rest="office"))
    workflow.perform("request_changes", naming, by=coordinator, note="Say more.")
    browser.post(url(naming, "submit"), {"action": "submit"})
    naming.refresh_from_db()
    assert naming.state == "submitted"

    workflow.perform("request_changes", naming, by=coordinator, note="Say more.")
    naming.refresh_from_db()
    drafts.save(naming, {"cause": "Mrs Roe asked."}, by=author, lock=naming.lock)
    page = browser.post(url(naming, "submit"), {"action": "submit"}, follow=True)

    assert "<mark><bdi>Mrs Roe</bdi></mark>" in page.content.decode()


def numbers(count: int) -> str:
    return "\n".join(f"+212600000{number:03}" for number in range(count))


@pytest.mark.django_db
def test_however_many_signs_there_are_all_are_asked_about(
    as_user: AsUser, author: User, naming: Revision
) -> None:
    revision = drafts.save(
        naming, {"recommendation": "Tell Mr Doe", "cause": numbers(120)}, by=author, lock=0
    )
    browser = as_user(author)

    html = browser.get(url(revision, "check")).content.decode()
    one_by_one = answers(revision, *["nothing"] * 200)
    page = browser.post(url(revision, "check"), one_by_one)

    assert html.count("<mark") == 123  # “Mr Doe” stands in two fields and is one question
    assert html.count('name="mark-') == 20
    assert html.count('name="more-phone"') == 1
    assert "+212600000119" in html
    assert page.status_code == 200  # those asked about together want an answer, too
    browser.post(url(revision, "check"), one_by_one | {"more-phone": "office"})
    revision.refresh_from_db()
    assert revision.state == "submitted"
    assert len(revision.answers["harm"]) == 123
    assert sorted(set(revision.answers["harm"].values())) == ["nothing", "office"]


@pytest.mark.django_db
def test_a_person_among_the_many_keeps_the_text_from_the_public_too(
    as_user: AsUser, author: User, naming: Revision
) -> None:
    revision = drafts.save(naming, {"cause": numbers(60)}, by=author, lock=0)
    given = answers(revision, rest="nothing", **{"more-phone": "person"})

    as_user(author).post(url(revision, "check"), given)

    revision.refresh_from_db()
    assert (revision.state, revision.content["visibility"]) == ("submitted", "members")


@pytest.mark.django_db
def test_the_page_leads_to_the_question_of_the_full_form(
    as_user: AsUser, author: User, naming: Revision
) -> None:
    drafts.save(naming, {"form": "full", "cause": "Mrs Roe asked."}, by=author, lock=0)

    html = as_user(author).get(url(naming, "check")).content.decode()

    assert f'href="{url(naming, "edit")}?part=what#id_cause"' in html


@pytest.mark.django_db
def test_the_note_of_what_changed_is_looked_at(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    contribution = published("lesson", by=author, approver=coordinator)
    revision = drafts.revise(contribution, by=author)
    drafts.say_what_changed(revision, "Mr Doe asked for it.")
    browser = as_user(author)

    page = browser.post(url(revision, "submit"), {"action": "submit"}, follow=True)

    html = page.content.decode()
    assert page.redirect_chain[-1][0] == url(revision, "check")
    assert "<mark><bdi>Mr Doe</bdi></mark>" in html
    assert f'href="{url(revision, "edit")}#id_change_note"' in html
    browser.post(url(revision, "check"), answers(revision, rest="person"))
    with pytest.raises(ValidationError):
        workflow.perform("approve", revision, by=coordinator, changes={"visibility": "public"})


FILE = {"title": "Interview with Mr Doe", "language": "en", "credit": "+212 600 00 00 00"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("maria_exemplar.pdf", "Maria Exemplar"),
        ("Maria-Exemplar-2019.pdf", "Maria Exemplar"),
        ("case-123-2019.pdf", "Case 123-2019"),
        ("someone.else@example.org.pdf", "someone.else@example.org"),
        ("law-27-14_of-2016.pdf", ""),
    ],
)
def test_names_titles_and_credits_of_files_are_looked_at(
    as_user: AsUser, author: User, name: str, words: str
) -> None:
    revision = draft("lesson", by=author)
    kept = checking.check("a.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF")
    attaching.attach(revision, kept, by=author, name=name, row=FILE)
    revision.refresh_from_db()

    found = [mark.words for mark in harm.marks(revision)]
    page = as_user(author).post(url(revision, "submit"), {"action": "submit"}, follow=True)

    assert found == ["Mr Doe", "+212 600 00 00 00", *([words] if words else [])]
    assert page.redirect_chain[-1][0] == url(revision, "check")


@pytest.mark.django_db
def test_files_that_no_version_names_are_not_looked_at(author: User) -> None:
    revision = draft("lesson", by=author)
    kept = checking.check("a.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF")
    attaching.attach(revision, kept, by=author, name="mr_doe.pdf", row=FILE)
    revision.refresh_from_db()

    revision = drafts.save(revision, {"attachments": []}, by=author, lock=revision.lock)

    assert harm.marks(revision) == []


@pytest.mark.django_db
def test_a_link_is_named_after_its_authors_and_leads_to_no_case(author: User) -> None:
    links = [{"title": "Mr Doe, Trafficking; case no. 123/2019", "url": "https://e.org/case/1/2"}]
    revision = draft("lesson", by=author, links=links)

    assert [mark.words for mark in harm.marks(revision)] == ["case no. 123/2019"]


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 3])
def test_files_are_looked_at_with_one_query(
    author: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    revision = draft("lesson", by=author)
    for number in range(many):
        kept = checking.check("a.pdf", b"%PDF-1.7\n%%EOF" + bytes(number))
        attaching.attach(revision, kept, by=author, name="a.pdf", row=FILE)
    revision.refresh_from_db()

    with django_assert_num_queries(1):
        harm.marks(revision, [])


@pytest.mark.django_db
def test_a_stale_page_sends_nothing(as_user: AsUser, author: User, naming: Revision) -> None:
    given = answers(naming, rest="office", operational_detail="yes")
    drafts.save(naming, {"cause": "Something new."}, by=author, lock=0)

    as_user(author).post(url(naming, "check"), given)

    naming.refresh_from_db()
    assert naming.state == "draft"


@pytest.mark.django_db
def test_the_page_is_for_authors_of_drafts(
    as_user: AsUser, author: User, member: User, naming: Revision
) -> None:
    assert as_user(member).get(url(naming, "check")).status_code == 404
    assert as_user(author).get(url(sent(by=author), "check")).status_code == 302


@pytest.mark.django_db
def test_the_checks_of_a_review_name_what_was_found(naming: Revision, coordinator: User) -> None:
    named = findings.of(naming, coordinator)
    found = [finding.text for finding in named if finding.field == "what_happened"]

    assert any("Mr Doe" in text for text in found)
