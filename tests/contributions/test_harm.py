"""The step before sending points at people, numbers and cases, in every language of the texts; the
answers are kept, seen by those who review, and keep sensitive texts from the public."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from contributions import drafts, findings, harm, workflow
from contributions.models import Contribution, Revision
from tests.factories.contributions import draft, sent

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
    found = {f"mark-{number}": answer for number, answer in enumerate(given)}
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
    assert "<mark>Mr Doe</mark>" in html
    assert "<mark>+212 600 00 00 00</mark>" in html
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
@pytest.mark.parametrize("more", [{"mark-0": "person"}, {"operational_detail": "yes"}])
def test_a_sensitive_answer_keeps_the_text_from_the_public(
    as_user: AsUser, author: User, naming: Revision, more: dict[str, str]
) -> None:
    page = as_user(author).post(
        url(naming, "check"), answers(naming, "office", "office", **more), follow=True
    )

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

    assert "<mark>Mrs Roe</mark>" in page.content.decode()


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
