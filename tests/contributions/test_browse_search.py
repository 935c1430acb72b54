"""Search by words: what is found, in which order, corrected how, shown how."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from contributions import correcting, indexing, names
from contributions.models import Contribution
from search import analysis, query
from tests.contributions.test_browse import page, titles
from tests.factories.accounts import UserFactory
from tests.factories.contributions import published
from tests.factories.vocabulary import concept, label
from vocabulary.models import ConceptLabel

pytestmark = pytest.mark.django_db

PLAIN = {
    "summary": "Something was done.",
    "challenge_addressed": "A need.",
    "replicability": "Do it.",
    "results": [{"statement": "It is there."}],
    "countries": [],
    "international": True,
}


@pytest.fixture
def publish(coordinator: User) -> Callable[..., Contribution]:
    """publish(title=…): a public practice about nothing but its title."""
    author = UserFactory()

    def make(**changes: Any) -> Contribution:
        return published(by=author, approver=coordinator, **(PLAIN | changes))

    return make


def found(client: Client, words: str, more: str = "") -> list[str]:
    return titles(page(client, f"/search/?q={quote(words)}{more}"))


def test_title_weighs_more_than_summary_and_summary_more_than_body(
    visitor: Client, publish: Any
) -> None:
    publish(title="In the body", replicability="Keep the gazebo.")
    publish(title="In the summary", summary="A gazebo was opened.")
    publish(title="A gazebo")
    publish(title="Elsewhere")

    assert found(visitor, "gazebo") == ["A gazebo", "In the summary", "In the body"]


def test_texts_with_all_words_come_before_texts_with_some(visitor: Client, publish: Any) -> None:
    publish(title="Hotline hotline hotline")
    publish(title="One of many things said here", summary="The hotline of a port.")
    publish(title="Port")

    html = page(visitor, "/search/?q=hotline+port")

    assert titles(html)[0] == "One of many things said here"
    above, below = html.split('<li class="cut s">')
    assert len(titles(above)) == 1
    assert below.startswith("The results above have all the words.")


def test_words_side_by_side_come_before_the_same_words_apart(visitor: Client, publish: Any) -> None:
    publish(title="The team is a joint one")
    publish(title="One is the joint team", countries=["MA"], international=False)
    publish(title="Joint is one of the team")

    assert found(visitor, "joint teams")[0] == "One is the joint team"
    # Later is more, where nothing else is.
    assert found(visitor, "team joint")[0] == "Joint is one of the team"
    newest = found(visitor, "joint teams", "&sort=newest")
    assert newest[0] == "Joint is one of the team"
    assert found(visitor, "joint teams", "&country=ma") == ["One is the joint team"]


@pytest.mark.parametrize("sort", ["newest", "title"])
def test_whole_matches_come_first_in_any_order(visitor: Client, publish: Any, sort: str) -> None:
    publish(title="Z hotline and port")
    publish(title="A hotline")

    assert found(visitor, "hotline port", f"&sort={sort}")[0] == "Z hotline and port"


def test_the_page_says_when_nothing_has_all_words(visitor: Client, publish: Any) -> None:
    publish(title="A hotline")
    publish(title="A port")

    html = page(visitor, "/search/?q=hotline+port")

    assert "No text has all the words." in html
    assert sorted(titles(html)) == ["A hotline", "A port"]


def test_words_that_say_nothing_are_not_required(visitor: Client, publish: Any) -> None:
    publish(title="Protection of victims")

    html = page(visitor, "/search/?q=how+do+we+protect+the+victim")

    assert titles(html) == ["Protection of victims"]
    assert "cut s" not in html


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("en", "Training prosecutors", "trained prosecutor"),
        ("en", "Trafficking for organ removal", "traffic organs"),
        ("fr", "Règle de non-incrimination", "regles INCRIMINATION"),
        ("fr", "L’école des juges", "ecole juge"),
        ("es", "Protección de las víctimas", "proteccion victima"),
        ("pt", "Atenção às vítimas", "atencao vitima"),
        ("ru", "Защита жертв торговли людьми", "защиту жертвы"),
        ("ar", "حماية الأطفال ضحايا الاتجار", "الضحايا اطفال"),
        ("ar", "شبكة المدّعين العامّين", "الشبكه المدعين"),
        ("zh", "打击人口贩运的网络", "人口贩运"),
        ("fa", "مبارزه با قاچاق انسان", "قاچاق انسان"),
        ("ur", "انسانی اسمگلنگ کی روک تھام", "انساني اسمگلنگ"),
    ],
)
def test_forms_of_words_are_found_in_each_language(
    visitor: Client, publish: Any, language: str, title: str, words: str
) -> None:
    publish(title=title, original_language=language)
    publish(title="Another thing")

    assert found(visitor, words) == [title]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
)
def test_any_title_finds_itself(text: str, visitor: Client, one: Contribution) -> None:
    Contribution.objects.filter(pk=one.pk).update(title=text[:200])
    one.refresh_from_db()
    indexing.refresh(one)
    words = [word.folded for word in analysis.words(one.title)][:5]

    for word in words:
        response = visitor.get("/search/", {"q": word, "exact": "1"})
        assert one.code in response.content.decode()


@pytest.fixture
def one(publish: Any) -> Contribution:
    return publish(title="One")


def test_a_phrase_must_stand_as_it_is(visitor: Client, publish: Any) -> None:
    publish(title="Mock trials for judges")
    publish(title="Trials of a mock court")

    assert found(visitor, '"mock trials"') == ["Mock trials for judges"]


@pytest.mark.parametrize("typed", ["人口贩运", "人口 贩运", "人口\u3000贩运", "⼈口贩运"])
def test_a_chinese_phrase_is_its_characters_in_order_whatever_stands_between(
    visitor: Client, publish: Any, typed: str
) -> None:
    wanted = {"打击人口贩运的网络", "打击人口 贩运", "打击人 口 贩 运", "打击“人口”贩运"}
    for title in (*wanted, "贩运人口", "人口的贩运", "网络"):
        publish(title=title, original_language="zh")

    assert set(found(visitor, f"“{typed}”")) == wanted


def test_chinese_is_found_where_a_line_ends_in_a_word(visitor: Client, publish: Any) -> None:
    publish(title="Chinese", summary="这是人\n口贩\n运的网络。", original_language="zh")

    assert found(visitor, "人口贩运") == ["Chinese"]
    assert "some of them" not in page(visitor, "/search/?q=人口贩运")


def test_a_phrase_among_other_words_comes_first(visitor: Client, publish: Any) -> None:
    publish(title="Trials trials in a mock court for judges")
    publish(title="Something with mock trials for judges of several courts and places")
    publish(title="Judges")

    html = page(visitor, '/search/?q=judges+"mock+trials"')

    assert titles(html)[0] == "Something with mock trials for judges of several courts and places"
    assert len(titles(html.split('<li class="cut s">')[0])) == 1


def test_a_word_can_be_left_out(visitor: Client, publish: Any) -> None:
    publish(title="Training police officers")
    publish(title="Training judges")

    assert found(visitor, "training -polices") == ["Training judges"]
    assert found(visitor, "-police") == ["Training judges"]
    assert found(visitor, 'training -"police officers"') == ["Training judges"]


@pytest.mark.parametrize("typed", ['"', '""', "--", "- -", "💣", "…!?"])
def test_signs_alone_ask_for_nothing_and_that_is_said(
    visitor: Client, publish: Any, typed: str
) -> None:
    publish(title="Still here")

    html = page(visitor, f"/search/?q={quote(typed)}")

    assert titles(html) == ["Still here"]
    assert "“" + typed + "” was ignored." in html
    assert "1 contribution, newest first" in html


def test_a_code_finds_its_text(visitor: Client, publish: Any) -> None:
    code = publish(title="A hotline").code
    publish(title="A port")

    assert found(visitor, code)[0] == "A hotline"


def test_a_tag_is_found_by_its_names_in_other_languages(visitor: Client, publish: Any) -> None:
    tag = concept("Rule of non-liability", fr="Règle de non-incrimination", ar="عدم معاقبة الضحية")
    publish(title="Two federal acts", tags=[tag.slug])
    publish(title="Something else")

    assert found(visitor, "règle de non-incrimination") == ["Two federal acts"]
    assert found(visitor, "معاقبة") == ["Two federal acts"]


def test_a_text_is_found_by_other_names_of_what_it_speaks_of(visitor: Client, publish: Any) -> None:
    spoken = concept("Floating courts", fr="Tribunaux flottants")
    label(spoken, "FLC", kind=ConceptLabel.Kind.ACRONYM)
    publish(title="A floating court for islands")
    publish(title="Islands")

    assert found(visitor, "tribunal flottant") == ["A floating court for islands"]
    assert found(visitor, "flc") == ["A floating court for islands"]


@pytest.mark.parametrize(
    ("acronym", "title"),
    [
        ("NRM", "A national referral mechanism for victims"),
        ("JIT", "Joint investigation teams at the border"),
        ("ToT", "Training of trainers in two regions"),
        ("MLA", "Faster mutual legal assistance"),
        ("TIP", "A new law on trafficking in persons"),
        ("SOM", "A new law on the smuggling of migrants"),
    ],
)
def test_acronyms_of_the_field_find_what_is_written_out(
    visitor: Client, publish: Any, acronym: str, title: str
) -> None:
    publish(title=title)
    publish(title="Something else")

    assert found(visitor, acronym) == [title]
    assert found(visitor, acronym.lower()) == [title]


def test_a_proposed_tag_is_no_way_to_a_text_yet(visitor: Client, publish: Any) -> None:
    tag = concept("Zeppelins", status="proposed")
    publish(title="Something", tags=[tag.slug])

    assert found(visitor, "zeppelins") == []


def test_a_slip_is_corrected_and_can_be_insisted_on(visitor: Client, publish: Any) -> None:
    publish(title="Training prosecutors")

    html = page(visitor, "/search/?q=traning+for+prosectuors")

    assert titles(html) == ["Training prosecutors"]
    assert "1 result for “<bdi>training for prosecutors</bdi>”" in html
    assert "You typed" in html
    assert 'href="?q=traning+for+prosectuors&exact=1"' in html
    assert found(visitor, "traning", "&exact=1") == []


def test_a_word_that_a_tag_is_called_by_is_no_slip(visitor: Client, publish: Any) -> None:
    publish(title="Zepelins over the sea")
    before = found(visitor, "zeppelins")
    concept("Zeppelins")
    names.refresh()

    assert (before, found(visitor, "zeppelins")) == (["Zepelins over the sea"], [])


def test_the_last_word_need_not_be_finished(visitor: Client, publish: Any) -> None:
    publish(title="Training prosecutors")
    publish(title="Training for a prosecution")
    publish(title="Training")

    html = page(visitor, "/search/?q=training+prosec")

    above, below = html.split('<li class="cut s">')
    assert set(titles(above)) == {"Training prosecutors", "Training for a prosecution"}
    assert titles(below) == ["Training"]
    assert 'No text has the word <em dir="auto">prosec</em>' in html
    shown = re.findall(r"such as (.*?)\. <a", html)
    assert shown == ["“prosecution” or “prosecutors”"]
    assert 'href="?q=training+prosec&exact=1"' in html
    assert "<mark>prosecutors</mark>" in html
    assert "No text has the word" not in page(visitor, "/search/?q=training+prosec&exact=1")


def test_a_word_that_is_one_is_not_taken_for_a_beginning(visitor: Client, publish: Any) -> None:
    publish(title="A port")
    publish(title="Portraits")

    assert found(visitor, "port") == ["A port"]


def test_an_unfinished_word_and_a_slip_come_together(visitor: Client, publish: Any) -> None:
    publish(title="Training prosecutors")

    html = page(visitor, "/search/?q=traning+prosec")

    assert titles(html) == ["Training prosecutors"]
    assert "1 result for “<bdi>training prosec</bdi>”" in html
    assert "what begins with it was looked for" in html
    assert html.count("&exact=1") == 1


def test_no_word_of_a_hidden_text_is_named_as_a_completion(visitor: Client, publish: Any) -> None:
    publish(title="Prosecutors and training", visibility="coordinators")
    publish(title="Prosecution trained")

    for words in ("prosec", "trai"):  # "training" and "trained" are one stem
        html = page(visitor, f"/search/?q={words}")
        assert titles(html) == ["Prosecution trained"]
        assert "what begins with it was looked for" in html
        assert "prosecutors" not in html
        assert "“training”" not in html


def test_a_word_that_only_shares_a_stem_with_a_country_does_not_find_it(
    visitor: Client, publish: Any
) -> None:
    publish(title="A port", countries=["CR"], international=False)

    assert found(visitor, "costa") == found(visitor, "rica") == ["A port"]
    assert found(visitor, "costan", "&exact=1") == []


def test_words_in_quotes_are_not_corrected(visitor: Client, publish: Any) -> None:
    publish(title="Training prosecutors")

    assert found(visitor, '"traning"') == []


def test_a_word_that_only_the_filters_hide_is_not_corrected(visitor: Client, publish: Any) -> None:
    publish(title="Training prosecutors", countries=["MA"], international=False)
    publish(title="Trailing", countries=["NE"], international=False)

    html = page(visitor, "/search/?q=training&country=ne")

    assert titles(html) == []
    assert "Without “Niger”" in html
    assert "You typed" not in html


def test_nothing_found_offers_other_ways(visitor: Client, publish: Any) -> None:
    publish(title="Training")

    html = page(visitor, "/practices/?q=zzzzzz")

    assert "Nothing found for “<bdi>zzzzzz</bdi>”" in html
    assert 'href="/search/?q=zzzzzz"' in html
    assert 'href="/objectives/3/"' in html


def offered(html: str) -> list[tuple[str, str]]:
    """Address and number of the tags that an empty search offers."""
    return re.findall(
        r'<a class="chip" href="/search/\?tag=([^"]+)".*?(\d+ results?)</span></a>', html, re.DOTALL
    )


def test_nothing_found_offers_tags_named_alike_and_their_neighbours(
    visitor: Client, publish: Any
) -> None:
    broad = concept("Snooping by sea", fr="Furetage maritime")
    narrow = concept("Lurking in harbours")
    narrow.broader = broad
    narrow.save()
    concept("Snooping by air").related.add(narrow)  # which nothing carries
    publish(title="One", tags=[narrow.slug])
    publish(title="Two", tags=[narrow.slug])
    publish(title="Three", tags=[broad.slug])
    publish(title="Hidden", tags=[broad.slug], visibility="members")

    near = [("snooping-by-sea", "1 result"), ("lurking-in-harbours", "2 results")]
    assert offered(page(visitor, "/practices/?q=quixotry+snoopping&year=1999")) == near
    html = page(visitor, "/search/?q=furettage&year=1999", **{"accept-language": "fr"})
    assert 'href="/search/?tag=snooping-by-sea"' in html
    assert offered(page(visitor, "/search/?q=quixotry")) == []


def test_an_empty_search_costs_three_queries_more(
    visitor: Client, publish: Any, django_assert_num_queries: Any
) -> None:
    tag = concept("Snooping by sea")
    for number in range(3):
        publish(title=f"Number {number}", tags=[tag.slug])

    # Two for the list, the log, the objectives, and three for the tags.
    with django_assert_num_queries(7):
        page(visitor, "/search/?q=snooping&year=1999")


def test_visitors_learn_that_members_may_ask(visitor: Client, publish: Any) -> None:
    publish(title="Something else")

    html = page(visitor, "/search/?q=quixotry")

    assert 'href="/calls/ask/?q=quixotry"' in html
    assert "For members: sign in first." in html
    assert visitor.get("/calls/ask/?q=quixotry").headers["Location"].startswith("/accounts/login/")


def test_the_page_says_what_can_be_typed(visitor: Client, publish: Any) -> None:
    publish(title="Mock trials for training", countries=["MA"], international=False)

    html = page(visitor, "/search/")

    examples = re.findall(r'<code dir="auto">([^<]+)</code>', html)
    assert len(examples) == 9
    # What the examples say holds.
    assert found(visitor, '"mock trials"') == ["Mock trials for training"]
    assert found(visitor, "training -trials") == []
    assert found(visitor, "-country:Morocco") == []
    assert found(visitor, 'country:"South Africa"') == []


def test_found_words_are_marked_in_title_and_passage(visitor: Client, publish: Any) -> None:
    publish(
        title="Hotline for workers",
        summary="Workers call for free.",
        replicability="Begin small. " * 30 + "The hotline answers workers in nine languages.",
    )

    html = page(visitor, "/search/?q=hotlines+languages")

    assert "<mark>Hotline</mark> for workers</a>" in re.sub(r"\s*(</?mark>)\s*", r"\1", html) or (
        "<mark>Hotline</mark>" in html
    )
    assert "<mark>hotline</mark> answers workers in nine <mark>languages</mark>" in html


def test_what_people_wrote_is_escaped_in_passages(visitor: Client, publish: Any) -> None:
    publish(title="Hotline <b>now</b>", summary="<script>alert('hotline')</script> hotline & more")

    raw = visitor.get("/search/?q=hotline&x=<script>").content.decode()

    assert "<script>alert" not in raw
    assert "<b>now" not in raw
    assert "&lt;script&gt;alert(&#x27;<mark>hotline</mark>&#x27;)" in raw


def test_a_line_says_its_language_and_direction(visitor: Client, publish: Any) -> None:
    publish(title="حماية الضحايا", original_language="ar")

    html = page(visitor, "/search/?q=ضحايا")

    assert re.search(r'<h2 lang="ar" dir="rtl"><a [^>]+>.*<mark>الضحايا</mark>', html, re.DOTALL)


def test_words_longer_than_the_field_are_cut_with_a_notice(visitor: Client, publish: Any) -> None:
    publish(title="Training")

    html = page(visitor, "/search/?q=" + "training+" * 100)

    assert titles(html) == ["Training"]
    assert "was ignored" in html


def test_a_changed_text_is_found_by_its_new_words_at_once(
    visitor: Client, publish: Any, coordinator: User
) -> None:
    contribution = publish(title="A hotline")
    Contribution.objects.filter(pk=contribution.pk).update(title="A port")
    indexing.refresh(contribution)

    assert found(visitor, "hotline", "&exact=1") == []
    assert found(visitor, "port") == ["A port"]


def test_nine_queries_where_a_word_is_corrected(
    visitor: Client, publish: Any, django_assert_num_queries: Any
) -> None:
    publish(title="Training prosecutors")

    with django_assert_num_queries(9):  # one of them counts the search
        html = unescape(visitor.get("/search/?q=traning").content.decode())

    assert titles(html) == ["Training prosecutors"]


@pytest.mark.parametrize("typed", ["qqx", "qqy qqz qqx"])
def test_as_many_queries_for_three_words_that_nothing_has_as_for_one(
    typed: str, django_assert_num_queries: Any
) -> None:
    # What begins like the last; what is called so. Of such short words no slip is looked for.
    with django_assert_num_queries(2):
        assert correcting.better(query.parse(typed), 0, AnonymousUser()) is None
