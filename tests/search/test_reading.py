"""A text read for the index gives what analysis gives word by word."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.reading import Reading

LANGUAGES = ("en", "fr", "ru", "ar", "zh", "ur", "")
TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["The", "règles", "жертвы", "والضحايا", "打击人口", "JIT小组", "运", "㏒", "ﷺ", "-", "7"]
    )
).map(" ".join)


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_words_and_terms_are_those_of_the_analysis(text: str, language: str) -> None:
    read = Reading(text, language)
    words = list(analysis.words(text))
    terms = [term for _word, term in analysis.terms(text, language)]

    assert read.folded.split() == [word.folded for word in words]
    assert read.counts == Counter(terms)
    assert read.telling == sum(not analysis.is_stopword(word.folded, language) for word in words)
    assert read.written == {text[word.start : word.end] for word in words}
    assert read.has_in_order(terms)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_are_cut_as_all_others_are(text: str) -> None:
    assert analysis.runs(text) == [match.group() for match in analysis.raw_words(text)]


@pytest.mark.parametrize(
    ("terms", "stand"),
    [
        (["en:team", "en:work"], True),
        (["en:work", "en:team"], False),
        (["en:tea"], False),
        (["en:joint", "en:work"], False),
    ],
)
def test_terms_stand_in_order_or_not(terms: list[str], stand: bool) -> None:
    assert Reading("Joint teams work", "en").has_in_order(terms) is stand


@pytest.mark.parametrize(
    ("text", "stand"),
    [
        ("联合侦查", True),
        ("我们联合侦查人口贩运", True),
        ("关于联合 侦查", True),
        ("关于联合\n侦查的工作", True),
        ("侦查联合", False),
        ("联合的侦查", False),
    ],
)
def test_chinese_stands_in_order_whatever_is_around_it(text: str, stand: bool) -> None:
    label = [term for _word, term in analysis.terms("联合侦查", "zh")]

    assert Reading(text, "zh").has_in_order(label) is stand
