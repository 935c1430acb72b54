"""Reading a question: words, phrases, exclusions, filters; never an error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.query import MOST_WORDS, Query, parse

FILTERS = frozenset({"tag", "country"})
PIECES = st.sampled_from(
    ['"', "-", ":", "tag:", "country:", "“", "»", " ", "a", "贩", "ال", "\u200d"]
)


def typed(query: Query) -> list[str]:
    return [term.typed for term in query.terms]


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_is_an_error(text: str) -> None:
    query = parse(text, FILTERS)

    assert len(query.terms) <= MOST_WORDS
    assert all(term.forms for term in query.terms)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1))
def test_a_plain_word_is_never_lost(word: str) -> None:
    assert parse(word).terms


def test_words_are_folded_and_taken_once() -> None:
    assert typed(parse("Règle REGLE règle")) == ["regle"]


def test_a_phrase_is_kept_in_order_and_its_words_too() -> None:
    query = parse('network "Mock trials" “équipe commune”')

    assert query.phrases == ("mock trials", "equipe commune")
    assert typed(query) == ["network", "mock", "trials", "equipe", "commune"]
    assert [term.exact for term in query.terms] == [False, True, True, True, True]


def test_phrases_alone_are_a_must_and_among_other_words_a_wish() -> None:
    assert parse('"mock trials" "joint team"').hard_phrases == ("mock trials", "joint team")
    assert parse('the "mock trials"').hard_phrases == ("mock trials",)
    assert parse('network "mock trials"').soft_phrases == ("mock trials",)
    assert parse('network "mock trials"').required_bits == 0b111


def test_only_what_says_something_in_a_phrase_has_to_be_found_as_a_word() -> None:
    query = parse('"prevention of trafficking" training')

    assert [term.typed for term in query.terms] == ["prevention", "of", "trafficking", "training"]
    assert query.bits_of(query.phrases[0]) == 0b101


def test_a_minus_leaves_a_word_out_in_all_its_forms() -> None:
    query = parse("training -police")

    assert typed(query) == ["training"]
    assert "en:polic" in query.without[0]


def test_a_minus_leaves_a_phrase_out() -> None:
    assert parse('training -"mock trials"').without_phrases == ("mock trials",)


def test_a_minus_within_a_word_is_a_hyphen() -> None:
    query = parse("non-incrimination")

    assert typed(query) == ["non", "incrimination"]
    assert query.without == ()


def test_named_values_are_filters_only_where_the_page_has_them() -> None:
    query = parse("court country:ma tag:awareness-raising shop:open", FILTERS)

    assert query.filters == {"country": ["ma"], "tag": ["awareness-raising"]}
    assert typed(query) == ["court", "shop", "open"]


def test_a_filter_in_quotes_is_text() -> None:
    assert parse('"country:ma"', FILTERS).filters == {}


def test_words_that_say_nothing_are_not_required() -> None:
    query = parse("the protection of the victims")

    assert [term.typed for term in query.terms if term.required] == ["protection", "victims"]
    assert query.required_bits == 0b1010


def test_a_question_of_such_words_alone_requires_them() -> None:
    assert parse("the who").required_bits == 0b11


def test_an_open_quote_is_passed_over() -> None:
    assert typed(parse('"mock trials')) == ["mock", "trials"]


def test_chinese_is_asked_in_pairs_and_a_single_character_alone() -> None:
    assert typed(parse("贩运人口")) == ["贩运", "运人", "人口"]
    assert typed(parse("法")) == ["法"]
